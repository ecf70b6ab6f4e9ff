"""What recipients are, how they are reached, and how an address is known to be theirs."""

from __future__ import annotations

import enum


class RecipientKind(enum.StrEnum):
    """Who receives something, as far as the law tells them apart."""

    DOCTOR = "doctor"
    SERVICE = "service"
    INSURER = "insurer"
    SCHOOL = "school"
    EMPLOYER = "employer"
    FAMILY = "family"
    LAWYER = "lawyer"
    COURT = "court"
    AUTHORITY = "authority"
    POLICE = "police"
    CLIENT = "client"
    OTHER = "other"


class AddressKind(enum.StrEnum):
    """A way to somebody: letters with a link go by e-mail, the second secret by telephone."""

    EMAIL = "email"
    PHONE = "phone"
    POST = "post"


class Verified(enum.StrEnum):
    """How somebody made sure that an address is the recipient's own."""

    CALLED_BACK = "called_back"
    REGISTER = "register"
    LETTERHEAD = "letterhead"
    IN_PERSON = "in_person"
    ANSWERED = "answered"
