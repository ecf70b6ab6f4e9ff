"""How often: so many at once, and after that one more each time some seconds have passed.

A count that runs off by itself needs no window that begins and ends, and no job that resets it.
"""

from __future__ import annotations

import dataclasses
import datetime
from typing import Final


@dataclasses.dataclass(frozen=True, slots=True)
class Allowance:
    """How many are free at once, and after how many seconds one of them is free again."""

    name: str
    burst: int
    regain: int


@dataclasses.dataclass(frozen=True, slots=True)
class Spent:
    """How many still count, since when the next one runs off, and the seconds to wait for one."""

    count: int
    since: datetime.datetime
    wait: int


# wrong answers from one address for all names: who tries one password at every door
FROM_ONE_ADDRESS: Final = Allowance("wrong from here", burst=50, regain=60)
# wrong answers for one name from everywhere: who has a thousand addresses
PASSWORDS_EVERYWHERE: Final = Allowance("wrong password", burst=30, regain=60)
# whoever gives wrong codes has the password already
CODES_EVERYWHERE: Final = Allowance("wrong code", burst=20, regain=900)
# links that lead nowhere, from one address
DEAD_LINKS: Final = Allowance("dead link", burst=30, regain=20)


def decide_spent(
    allowance: Allowance, count: int, since: datetime.datetime, at: datetime.datetime
) -> Spent:
    """Let run off what has run off by now; a clock that went back begins the wait anew."""
    since = min(since, at)
    gone = int((at - since).total_seconds()) // allowance.regain
    left = max(0, count - gone)
    since = since + datetime.timedelta(seconds=gone * allowance.regain) if left else at
    if left < allowance.burst:
        return Spent(left, since, 0)
    over = (left - allowance.burst + 1) * allowance.regain
    return Spent(left, since, max(1, int(over - (at - since).total_seconds())))
