"""Asking everybody again who signed an older version: what becomes of each of them."""

from __future__ import annotations

import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# so often a form is tried for one client before a person is told
TRIES: Final = 8


class AgainState(StrEnum):
    """Where asking one client again stands."""

    WAITING = "waiting"
    # the client has a sign-in: the form is out
    SENT = "sent"
    # it is prepared, and waits for the PIN that only a person can tell
    PREPARED = "prepared"
    # there was nothing to ask any more, or nobody who may
    LEFT_OUT = "left_out"


class WhyLeftOut(StrEnum):
    """Why a client was not asked after all."""

    NOT_YOURS = "not_yours"
    NOTHING_LEFT = "nothing_left"
    NOT_FITTING = "not_fitting"


AGAIN_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        AgainState.WAITING: "being prepared",
        AgainState.SENT: "sent",
        AgainState.PREPARED: "ready: tell them a PIN",
        AgainState.LEFT_OUT: "not asked",
    }
)
LEFT_OUT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        WhyLeftOut.NOT_YOURS: "you no longer care for them",
        WhyLeftOut.NOTHING_LEFT: "nothing of the older version is in force any more",
        WhyLeftOut.NOT_FITTING: "the new version needs something only you can fill in",
    }
)


def retry_after(attempts: int) -> datetime.timedelta:
    """Give how long to wait after a failure: a minute, then twice as long each time, an hour."""
    return datetime.timedelta(seconds=min(3600, 60 * 2 ** max(0, attempts - 1)))
