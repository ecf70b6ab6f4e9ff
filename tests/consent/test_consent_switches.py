"""Each activity is a switch: off until somebody's word allows it, and off again at that instant."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

import pytest

from consent.domain.activities import Activity, WhyOff, decide_allows
from consent.domain.covers import ConsentFact
from consent.domain.ending import asks_from, proposed_until
from consent.domain.stopping import CARE, RECORD, SHARING, STOPS_NOW, goes_on, stops_now, was_done

AT = datetime.datetime(2026, 11, 16, 12, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
FACT: dict[str, Any] = {
    "id": UUID(int=9),
    "recipient": None,
    "purpose": "",
    "categories": frozenset(),
    "since": AT - DAY,
    "until": AT + DAY,
    "activity": "recording",
}


def why(*facts: dict[str, Any], activity: str = "recording") -> WhyOff | None:
    return decide_allows([ConsentFact(**(FACT | one)) for one in facts], activity=activity, at=AT)


@pytest.mark.req("CC-17", "CL-04")
@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ([], WhyOff.NEVER),
        ([{}], None),
        ([{"activity": "trainee_observer"}], WhyOff.NEVER),
        ([{"activity": ""}], WhyOff.NEVER),
        ([{"since": AT}], None),
        ([{"since": AT + DAY, "until": None}], WhyOff.NOT_BEGUN),
        ([{"until": AT}], WhyOff.EXPIRED),
        ([{"until": None}], None),
        ([{"withdrawn_at": AT}], WhyOff.WITHDRAWN),
        ([{"withdrawn_at": AT + DAY}], None),
        ([{"replaced_at": AT}], WhyOff.REPLACED),
        ([{"withdrawn_at": AT - DAY}, {"until": AT}], WhyOff.WITHDRAWN),
        ([{"withdrawn_at": AT - DAY}, {}], None),
    ],
)
def test_a_switch_is_on_only_while_a_permission_for_it_lives(
    facts: list[dict[str, Any]], reason: WhyOff | None
) -> None:
    assert why(*facts) is reason


def test_a_switch_without_a_name_is_off() -> None:
    assert why({"activity": ""}, activity="") is WhyOff.NEVER


def test_every_activity_says_what_stops_and_the_agreement_is_never_stopped_here() -> None:
    assert set(STOPS_NOW) == {SHARING, *Activity} - {Activity.COUNSELLING}


@pytest.mark.req("CL-03", "CC-15")
def test_care_goes_on_whatever_is_stopped_and_each_kind_is_said_once() -> None:
    every = [*STOPS_NOW, *STOPS_NOW]
    assert goes_on(every)[:2] == goes_on([])[:2] == (CARE, RECORD)
    assert len(stops_now(every)) == len(set(stops_now(every))) == len(STOPS_NOW)
    assert stops_now(["something new"]) == (STOPS_NOW[SHARING],)
    assert was_done([SHARING]) == ()
    assert len(was_done(["recording", "research"])) == 2


@pytest.mark.req("CC-05")
@pytest.mark.parametrize(("days", "before"), [(730, 30), (61, 30), (60, 30), (30, 15), (2, 1)])
def test_a_client_is_asked_thirty_days_before_or_in_the_second_half(days: int, before: int) -> None:
    until = AT + days * DAY
    assert until - asks_from(AT, until) == before * DAY


@pytest.mark.req("CC-05")
@pytest.mark.parametrize(
    ("lasted", "proposed"), [(200, 200), (1, 1), (0, 1), (732, 732), (900, 732)]
)
def test_keeping_proposes_as_long_again_and_two_years_at_most(lasted: int, proposed: int) -> None:
    today = AT.date()
    given = proposed_until(today - lasted * DAY, today, today)
    assert (given - today).days == proposed
