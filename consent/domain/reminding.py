"""When a letter reminds of a form: three days unopened, and once more on the day before its end."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Final

from consent.domain.states import RequestState

UNOPENED: Final = datetime.timedelta(days=3)
LAST_CALL: Final = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Reminder:
    """Whether to write now, and when to look again; never, if there is no instant."""

    writes: bool
    look_at: datetime.datetime | None


def first_look(sent_at: datetime.datetime) -> datetime.datetime:
    """Give when to look for the first time whether a form was opened."""
    return sent_at + UNOPENED


def decide_reminder(
    state: RequestState, expires_at: datetime.datetime, at: datetime.datetime
) -> Reminder:
    """Say what is due at an instant; what is signed, declined, void or expired is never due."""
    if state not in {RequestState.SENT, RequestState.OPENED}:
        return Reminder(writes=False, look_at=None)
    last_call = expires_at - LAST_CALL
    if at >= last_call:
        return Reminder(writes=True, look_at=None)
    return Reminder(writes=state is RequestState.SENT, look_at=last_call)
