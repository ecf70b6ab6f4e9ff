"""Each rule of the review is taken away once, and the trial or its own case misses it (AT-13)."""

from __future__ import annotations

import functools
import sys
from random import Random
from typing import TYPE_CHECKING, Final

import pytest

from audit.domain.review import RULES, Rule
from counselling.local.trial.__main__ import ZONE
from counselling.local.trial.looks import plant
from counselling.local.trial.measuring import measure
from counselling.local.trial.ordinary import Quarter
from counselling.local.trial.practice import found

if TYPE_CHECKING:
    from counselling.local.trial.looks import Look
    from counselling.local.trial.measuring import Score

# what nobody finds any more when a rule is away
MISSED: Final = {
    "shut-out": "shut out by the client",
    "own-record": "their own file",
    "emergency": "no emergency",
    "not-assigned": "a case of somebody else",
    "disclosure": "given away",
    "same-surname": "a relative",
    "same-address": "a neighbour",
    "ended-case": "a case that had ended",
    "print": "notes taken home",
    "night": "late, and for nothing",
    "colleague": "a colleague's relative",
    "no-session": "a colleague's relative",
    "many-files": "browsing at the desk",
}


@functools.cache
def lived() -> tuple[Quarter, list[Look]]:
    """Live through two weeks of four counsellors, once for all rules."""
    random = Random(22)  # noqa: S311 # it must come out the same again, and is no secret
    quarter = Quarter(random, found(random, 2, 4), ZONE)
    quarter.run()
    return quarter, plant(quarter, 7)


@functools.cache
def whole() -> Score:
    return measure(*lived())


@pytest.mark.req("AT-13")
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_that_is_taken_away_is_missed(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    before = whole().caught[MISSED[rule.code]]
    judging = sys.modules["audit.domain.review.judging"]
    monkeypatch.setattr(judging, "RULES", tuple(one for one in RULES if one is not rule))
    assert measure(*lived()).caught[MISSED[rule.code]] < before
