"""What stops, what went already and what goes on when a permission is stopped, by its kind."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from consent.domain.activities import Activity
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

A = Activity
# what is shared with somebody has no activity
SHARING: Final = ""

STOPS_NOW: Final[Mapping[str, str]] = MappingProxyType(
    {
        SHARING: say("Nothing more is shared under it. What was being prepared is stopped."),
        A.ASSENT: say("We count your yes as taken back, and talk with you about it."),
        A.EMERGENCY_CONTACT: say("We no longer call the person you named."),
        A.GROUP_CONFIDENTIALITY: say("You no longer take part in talks with the others."),
        A.RECORDING: say("No session is recorded any more."),
        A.TRAINEE_OBSERVER: say("Nobody sits in any more, also in a session that is going on."),
        A.EMAIL: say(
            "We write you nothing of substance by e-mail any more. What waits is dropped."
        ),
        A.TEXT_MESSAGES: say("We send no text messages any more."),
        A.REMINDERS: say(
            "We no longer remind you of appointments. What waits to be sent is dropped."
        ),
        A.RESEARCH: say("Nothing more about you goes into research."),
    }
)
# what nobody can take back, apart from what is listed as sent
WAS_DONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        A.RECORDING: say(
            "What was recorded so far is erased: your counsellor is asked to do it now."
        ),
        A.GROUP_CONFIDENTIALITY: say("What the others said stays with you: you promised it."),
        A.TRAINEE_OBSERVER: say("Whoever sat in keeps to themselves what they heard."),
        A.EMAIL: say("What was sent so far is where you receive your e-mail."),
        A.TEXT_MESSAGES: say("What was sent so far is on your telephone."),
        A.RESEARCH: say("What was counted without your name stays counted."),
    }
)
# what a counsellor has to see to, by what was stopped
SEE_TO: Final[Mapping[str, str]] = MappingProxyType(
    {
        SHARING: "Tell whoever received something that it ended, if the client wishes that.",
        A.ASSENT: "Talk with the client about it before the next session goes on as planned.",
        A.EMERGENCY_CONTACT: "Do not call the person they named; say so to whoever covers for you.",
        A.GROUP_CONFIDENTIALITY: "Talk with the client about staying in the group.",
        A.RECORDING: "Record nothing more, and erase the recordings that are left.",
        A.TRAINEE_OBSERVER: "Tell the trainee that they no longer sit in.",
        A.EMAIL: "Write nothing of substance by e-mail. What waited was dropped.",
        A.TEXT_MESSAGES: "Ask how to reach them: text messages are not sent any more.",
        A.REMINDERS: "Nothing to do: no reminder is sent any more.",
        A.RESEARCH: "Tell whoever does the research that nothing more is taken.",
    }
)
CARE: Final = say("Your care goes on. It never depended on this permission.")
RECORD: Final = say(
    "What was noted so far stays in your record, because the law asks us to keep it."
)
GOES_ON: Final[Mapping[str, str]] = MappingProxyType(
    {
        A.EMERGENCY_CONTACT: say("In danger to life we may still call for help: the law says so."),
        A.EMAIL: say("A message that says nothing may still come, as you chose how we reach you."),
    }
)


def stops_now(activities: Iterable[str]) -> tuple[str, ...]:
    """Give what stops at this instant, one sentence a kind; what is not known stops, too."""
    return tuple(dict.fromkeys(STOPS_NOW.get(one, STOPS_NOW[SHARING]) for one in activities))


def was_done(activities: Iterable[str]) -> tuple[str, ...]:
    """Give what was done under permissions and stays done."""
    return tuple(dict.fromkeys(WAS_DONE[one] for one in activities if one in WAS_DONE))


def goes_on(activities: Iterable[str]) -> tuple[str, ...]:
    """Give what goes on and why: care, the record, and what the law says of some kinds."""
    some = dict.fromkeys(GOES_ON[one] for one in activities if one in GOES_ON)
    return (CARE, RECORD, *some)


def to_see_to(activities: Iterable[str]) -> tuple[str, ...]:
    """Give what a counsellor has to see to, one sentence a kind."""
    return tuple(dict.fromkeys(SEE_TO.get(one, SEE_TO[SHARING]) for one in activities))
