"""Whether a file is one of ours: one word for whoever holds it, and nothing else."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Sequence


class Genuine(enum.StrEnum):
    """What the public page says of a file (ES-18)."""

    GENUINE = "genuine"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"
    UNKNOWN = "unknown"


def genuine(sha256: str, numbers: Sequence[str]) -> Genuine:
    """Say it of the file with this hash, which carries these numbers inside."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_genuine(%s, %s)", [sha256, list(numbers)])
        row = cursor.fetchone()
    return Genuine(row[0])
