"""Whether what a client signed covers what somebody wants to share, or else why not (CL-05)."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID


class Category(enum.StrEnum):
    """Kinds of information a client can agree to share."""

    ATTENDANCE = "attendance"
    SUMMARY = "summary"
    SESSION_NOTES = "session_notes"
    # each only by a form that asks for nothing else (CC-12, CC-13)
    PROCESS_NOTES = "process_notes"
    SUD_NOTES = "sud_notes"


class Purpose(enum.StrEnum):
    """What something is shared for; `other` is in words in the request."""

    CARE_TOGETHER = "care_together"
    MEDICATION = "medication"
    INSURER = "insurer"
    SCHOOL = "school"
    # only by a form that asks for nothing else (CC-14)
    PROCEEDINGS = "proceedings"
    OTHER = "other"


class ConsentState(enum.StrEnum):
    """Whether a consent holds at an instant; always derived, never stored."""

    NOT_BEGUN = "not_begun"
    LIVE = "live"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REPLACED = "replaced"


class WhyNot(enum.StrEnum):
    """Why nothing may be shared, the farthest miss first; the value is the sentence."""

    NO_CONSENT = "This client has not agreed to share anything."
    RECIPIENT = "This client has not agreed to share anything with this recipient."
    PURPOSE = "The permission is for another purpose."
    CATEGORIES = "The permission does not cover everything that was picked."
    NOT_SIGNED = "The client was asked. Not everybody who has to sign it has signed yet."
    NOT_BEGUN = "The permission has not begun yet."
    REPLACED = "A form the client signed later has replaced this permission."
    EXPIRED = "The permission has ended by its date. Nothing can be shared under it."
    WITHDRAWN = "The client has withdrawn this permission. Nothing can be shared under it."


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ConsentFact:
    """What decides about one consent; nothing sealed."""

    id: UUID
    recipient: UUID | None
    purpose: str
    categories: frozenset[str]
    since: datetime.datetime
    until: datetime.datetime | None = None
    withdrawn_at: datetime.datetime | None = None
    replaced_at: datetime.datetime | None = None
    # what it allows where it shares nothing
    activity: str = ""

    def state(self, at: datetime.datetime) -> ConsentState:
        """Say whether it holds at an instant; the first instant counts, the last does not."""
        if self.withdrawn_at is not None and self.withdrawn_at <= at:
            return ConsentState.WITHDRAWN
        if self.replaced_at is not None and self.replaced_at <= at:
            return ConsentState.REPLACED
        if self.until is not None and self.until <= at:
            return ConsentState.EXPIRED
        return ConsentState.LIVE if self.since <= at else ConsentState.NOT_BEGUN


@dataclasses.dataclass(frozen=True, slots=True)
class Covered:
    """Yes, by this consent."""

    consent: UUID


@dataclasses.dataclass(frozen=True, slots=True)
class NotCovered:
    """No, and the nearest reason in words."""

    why: WhyNot

    @property
    def reason(self) -> str:
        """Say it to a person."""
        return self.why.value


_ORDER: Final = tuple(WhyNot)
_BY_STATE: Final = {
    ConsentState.WITHDRAWN: WhyNot.WITHDRAWN,
    ConsentState.REPLACED: WhyNot.REPLACED,
    ConsentState.EXPIRED: WhyNot.EXPIRED,
    ConsentState.NOT_BEGUN: WhyNot.NOT_BEGUN,
}


def decide_covers(
    consents: Iterable[ConsentFact],
    *,
    recipient: UUID,
    purpose: str,
    categories: frozenset[str],
    at: datetime.datetime,
    awaited: bool = False,
) -> Covered | NotCovered:
    """Find the consent that covers recipient, purpose and every category at an instant.

    `awaited` says that a form about this recipient and purpose is out: it allows nothing until
    the last who is asked has signed it, but it is the reason to tell.
    """
    nearest = WhyNot.NOT_SIGNED if awaited else WhyNot.NO_CONSENT
    for consent in consents:
        why = _why_not(consent, recipient, purpose, categories, at)
        if why is None:
            return Covered(consent.id)
        nearest = max(nearest, why, key=_ORDER.index)
    return NotCovered(nearest)


def _why_not(
    consent: ConsentFact,
    recipient: UUID,
    purpose: str,
    categories: frozenset[str],
    at: datetime.datetime,
) -> WhyNot | None:
    if consent.recipient != recipient:
        return WhyNot.RECIPIENT
    if consent.purpose != purpose:
        return WhyNot.PURPOSE
    # sharing nothing in particular is covered by nothing (CC-01)
    if not categories or not categories <= consent.categories:
        return WhyNot.CATEGORIES
    return _BY_STATE.get(consent.state(at))
