"""`make review-trial`: plant looks among ordinary work, ask the rules, print what they found."""

from __future__ import annotations

import collections
import sys
import time
from random import Random
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import clients.domain.events
import consent.domain.basis_events
import consent.domain.events
import consent.domain.law_events
import consent.domain.restriction_events
import counselling.accounts.domain
import records.domain.plans
import records.domain.supervision
import records.domain.years
from counselling.local.trial.looks import LOOKS, plant
from counselling.local.trial.measuring import measure
from counselling.local.trial.ordinary import Quarter
from counselling.local.trial.practice import found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counselling.local.trial.measuring import Score

ZONE: Final = ZoneInfo("Europe/Berlin")
# the rules were looked at with seeds 1 to 6, earlier forms of rules or trial measured with 11 to 15
# and 31 to 35; what is reported comes from seeds that were run once, when both stood: where a
# figure misses its target there, it says so, and other seeds are not looked for
SEEDS: Final = (41, 42, 43, 44, 45)
# sixty days: what is one's own usual is known when the quarter begins
RUN_IN: Final = 9
KINDS: Final = (clients, consent, counselling.accounts.domain, records)


def one_quarter(
    seed: int, *, weeks: int = 13, counsellors: int = 20, each: int = 30, before: int = RUN_IN
) -> Score:
    """Live through a quarter after some weeks that are not measured, plant looks, and measure."""
    random = Random(seed)  # noqa: S311 # a quarter must come out the same again, and is no secret
    quarter = Quarter(random, found(random, weeks, counsellors, before), ZONE)
    quarter.run()
    return measure(quarter, plant(quarter, each))


def _told(scores: Iterable[Score]) -> None:
    scores = list(scores)
    planted, caught, rightly, wrongly = (
        sum((getattr(one, name) for one in scores), collections.Counter[str]())
        for name in ("planted", "caught", "rightly", "wrongly")
    )
    print(f"\n{'planted':34}{'looks':>7}{'found':>7}{'missed':>8}")
    for kind in LOOKS:
        print(f"{kind:34}{planted[kind]:7}{caught[kind]:7}{planted[kind] - caught[kind]:8}")
    print(f"\n{'said of ordinary work':34}{'rightly':>9}{'falsely':>9}")
    for rule in sorted({*rightly, *wrongly}):
        print(f"{rule:34}{rightly[rule]:9}{wrongly[rule]:9}")


def main() -> int:
    """Run every seed; end with 1 where a target is missed."""
    scores: list[Score] = []
    print(f"{'seed':>5}{'events':>9}{'found':>8}{'false':>7}{'list':>7}   (false: for ten "
          "counsellors and week; list: visits a reviewer and week)")  # fmt: skip
    for seed in [int(one) for one in sys.argv[1:]] or SEEDS:
        began = time.monotonic()
        one = one_quarter(seed)
        scores.append(one)
        print(f"{seed:5}{one.events:9}{one.share:8.1%}{one.false:7.2f}{one.listed:7.1f}   "
              f"{time.monotonic() - began:.1f} s")  # fmt: skip
    _told(scores)
    return 0 if all(map(_is_good, scores)) else 1


def _is_good(one: Score) -> bool:
    return one.events >= 200_000 and one.share >= 0.95 and one.false <= 1 and one.listed <= 15


if __name__ == "__main__":
    sys.exit(main())
