"""What a client can allow apart from sharing: each is a switch, off until they say yes (CC-17)."""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from consent.domain.covers import ConsentState

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

    from consent.domain.covers import ConsentFact


class Activity(enum.StrEnum):
    """What a clause can allow; the codes stand in the forms."""

    COUNSELLING = "counselling"
    ASSENT = "assent"
    EMERGENCY_CONTACT = "emergency_contact"
    GROUP_CONFIDENTIALITY = "group_confidentiality"
    RECORDING = "recording"
    TRAINEE_OBSERVER = "trainee_observer"
    EMAIL = "email"
    TEXT_MESSAGES = "text_messages"
    REMINDERS = "reminders"
    RESEARCH = "research"


class WhyOff(enum.StrEnum):
    """Why a switch is off, the farthest miss first; the value is the sentence."""

    NEVER = "This client has not agreed to it. It is off."
    NOT_BEGUN = "The permission for it has not begun yet."
    REPLACED = "A form the client signed later no longer allows it."
    EXPIRED = "The permission for it has ended by its date."
    WITHDRAWN = "The client has stopped it."


_ORDER: Final = tuple(WhyOff)
_BY_STATE: Final[Mapping[ConsentState, WhyOff]] = MappingProxyType(
    {
        ConsentState.NOT_BEGUN: WhyOff.NOT_BEGUN,
        ConsentState.REPLACED: WhyOff.REPLACED,
        ConsentState.EXPIRED: WhyOff.EXPIRED,
        ConsentState.WITHDRAWN: WhyOff.WITHDRAWN,
    }
)


def decide_allows(
    consents: Iterable[ConsentFact], *, activity: str, at: datetime.datetime
) -> WhyOff | None:
    """Give None if somebody's word allows an activity at an instant, else the nearest reason."""
    nearest = WhyOff.NEVER
    for one in consents:
        if not activity or one.activity != activity:
            continue
        state = one.state(at)
        if state is ConsentState.LIVE:
            return None
        nearest = max(nearest, _BY_STATE[state], key=_ORDER.index)
    return nearest
