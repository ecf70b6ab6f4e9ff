"""Who decides for a client: alone, with guardians, or guardians for them; never past majority."""

from __future__ import annotations

import enum


class Decides(enum.StrEnum):
    """Who signs what a client is asked."""

    ALONE = "alone"
    TOGETHER = "together"
    GUARDIAN = "guardian"


class Basis(enum.StrEnum):
    """Why it was decided so; the sentence beside it is sealed."""

    AGE = "age"
    ASSESSMENT = "assessment"
    ORDER = "order"
    MAJORITY = "majority"


class WhyLeftOut(enum.StrEnum):
    """Why a guardian who is known does not sign."""

    ORDER = "order"
    UNREACHABLE = "unreachable"
    UNSAFE = "unsafe"
