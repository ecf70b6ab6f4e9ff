"""What recipients are, how they are reached, and how an address is known to be theirs."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Mapping


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


class Agreement(enum.StrEnum):
    """What the second person says to another name, or to two that are said to be one."""

    AGREE = "agree"
    REFUSE = "refuse"


KIND_WORDS: Final[Mapping[RecipientKind, str]] = MappingProxyType(
    {
        RecipientKind.DOCTOR: say("doctor or practice of healing"),
        RecipientKind.SERVICE: say("service or clinic"),
        RecipientKind.INSURER: say("insurer or health plan"),
        RecipientKind.SCHOOL: say("school"),
        RecipientKind.EMPLOYER: say("employer"),
        RecipientKind.FAMILY: say("family or friend"),
        RecipientKind.LAWYER: say("lawyer"),
        RecipientKind.COURT: say("court"),
        RecipientKind.AUTHORITY: say("public authority"),
        RecipientKind.POLICE: say("police"),
        RecipientKind.CLIENT: say("the client themselves"),
        RecipientKind.OTHER: say("somebody else"),
    }
)
ADDRESS_WORDS: Final[Mapping[AddressKind, str]] = MappingProxyType(
    {
        AddressKind.EMAIL: say("e-mail"),
        AddressKind.PHONE: say("telephone"),
        AddressKind.POST: say("post"),
    }
)
VERIFIED_WORDS: Final[Mapping[Verified, str]] = MappingProxyType(
    {
        Verified.CALLED_BACK: say("called back on a number from a public register"),
        Verified.REGISTER: say("compared with a public register"),
        Verified.LETTERHEAD: say("compared with the head of a letter from them"),
        Verified.IN_PERSON: say("told by them in person"),
        Verified.ANSWERED: say("answered from there to a message that said nothing"),
    }
)


@dataclass(frozen=True, slots=True)
class Known:
    """A recipient as told apart: nothing sealed, only whether two names are the same."""

    name_key: str
    kind: str


def needs_another(before: Known, now: Known) -> bool:
    """Say whether a second person agrees before anything goes: another name, or another kind.

    A name that was never compared is another one. Saying for the first time what somebody is
    needs nobody.
    """
    renamed = not now.name_key or before.name_key != now.name_key
    return renamed or before.kind not in {RecipientKind.OTHER, now.kind}


def plain_name(name: str, organisation: str) -> str:
    """Give what two rows must have alike to be one recipient without asking anybody."""
    return "\n".join(" ".join(one.split()) for one in (name, organisation))
