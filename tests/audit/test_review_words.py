"""A finding is a sentence with its context, and no rule is without one."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from audit.domain.deciding import ORDINARY
from audit.domain.review import FACTOR_RESET, RULES, SIGN_IN, UNUSUAL
from audit.queries import FindingRow
from counselling.views.review_words import told

SAM, CASE = uuid4(), uuid4()
AT = datetime.datetime(2026, 10, 29, 21, 41, tzinfo=datetime.UTC)


def row(rule: str, count: int = 4, **facts: Any) -> FindingRow:
    ends = AT + datetime.timedelta(minutes=11)
    return FindingRow(
        uuid4(), rule, SAM, "counsellor", None, CASE, AT, ends, count, (), facts, ends
    )


def said(rule: str, **facts: Any) -> str:
    with timezone.override("Europe/Berlin"):
        sentence, context = told(row(rule, **facts), {SAM: "Sam Ortiz"}, {CASE: "7KQ2"})
    return " ".join([sentence, *context])


def test_a_finding_reads_as_the_journey_tells_it() -> None:
    assert said("not-assigned", signals=["not-assigned", "no-session"]) == (
        "Sam Ortiz opened 4 pages of case 7KQ2, not assigned to Sam, Thu 29 Oct, 22:41 to 22:52. "
        "No cover was arranged. No session within 14 days."
    )
    assert said("print", signals=["print", "many-files"], files=31, busiest=6).endswith(
        "31 files in one hour, usual is 6. No planned work was announced."
    )
    assert said("emergency") == (
        "Sam Ortiz used emergency access to case 7KQ2, Thu 29 Oct, 22:41, 11 minutes."
    )
    assert said(ORDINARY).endswith("Chosen by chance, so that ordinary work is looked at too.")


@pytest.mark.parametrize("code", [*(one.code for one in RULES), UNUSUAL, FACTOR_RESET, SIGN_IN])
def test_every_rule_has_words(code: str) -> None:
    alone, plain = said(code), said("nothing-known")
    if not next((one.weak for one in RULES if one.code == code), False):
        assert alone != plain
    assert said("nothing-known", signals=[code]) != plain or code in {
        UNUSUAL, FACTOR_RESET, SIGN_IN, "emergency",
    }  # fmt: skip


def test_what_is_not_known_is_not_said() -> None:
    sentence, context = told(row("not-assigned"), {}, {})
    assert sentence.startswith("Somebody opened 4 pages of somebody, not assigned to Somebody")
    assert context == ("No cover was arranged.",)
