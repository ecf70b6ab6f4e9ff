"""What the rules of a review find, and what they let be: weak signals never stand alone (AT-13)."""

from __future__ import annotations

import ast
import dataclasses
import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import clients.domain.events
import consent.domain.basis_events
import counselling.accounts.domain
import records.domain.years
from audit.domain import Entry
from audit.domain.kinds import kinds
from audit.domain.review import (
    BY_ROLE,
    RULES,
    UNUSUAL,
    Asked,
    Facts,
    Found,
    Relation,
    Usual,
    in_accounts,
    is_visit,
    judge,
    usual_of,
)
from audit.domain.visits import Visit
from counselling.local import trial
from counselling.local.trial.__main__ import one_quarter

NOON: Final = datetime.datetime(2026, 3, 2, 11, tzinfo=datetime.UTC)
NIGHT: Final = NOON.replace(hour=22, minute=30)
BERLIN: Final = ZoneInfo("Europe/Berlin")
SAM, CASE, CLIENT = (UUID(int=one) for one in range(1, 4))
DAY: Final = datetime.timedelta(days=1)
# what is known around ordinary work: their own client, who came an hour ago
WORK: Final = Facts(relation=Relation.ASSIGNED, nearest=datetime.timedelta(hours=1))
BUSY: Final = Usual(visits=200, at_night=1, without_session=5, busiest=4)
KNOWN: Final = (clients, consent, counselling.accounts.domain, records)


def event(kind: str = "note.opened", at: datetime.datetime = NOON, **said: Any) -> Entry:
    known = kinds()[kind]
    return Entry(**{
        "id": uuid4(), "when": at, "kind": kind, "action": known.action, "outcome": "ok",
        "sentence": known.sentence, "who": SAM, "who_kind": "staff", "role": "counsellor",
        "client": CLIENT, "case": CASE, **said,
    })  # fmt: skip


def found(
    *what: str, at: datetime.datetime = NOON, files: int = 1, usual: Usual = BUSY,
    role: str = "counsellor", outcome: str = "ok", **facts: Any,
) -> Found | None:  # fmt: skip
    entries = [event(one, at, role=role, outcome=outcome) for one in what or ("note.opened",)]
    known = dataclasses.replace(WORK, **facts)
    return judge(Asked(Visit(tuple(entries)), known, usual, files, BERLIN))


def rule(*what: str, **said: Any) -> str | None:
    one = found(*what, **said)
    return one.rule if one else None


FAR: Final = {"nearest": 40 * DAY}
OFFICE: Final = {"relation": Relation.OFFICE, "role": "front_desk"}


@pytest.mark.req("AT-13")
@pytest.mark.parametrize(
    ("code", "what", "said"),
    [
        ("not-assigned", "note.opened", {"relation": Relation.NONE}),
        ("ended-case", "note.opened", {"ended": 31 * DAY}),
        ("ended-case", "note.opened", {"ended": 8 * DAY, "relation": Relation.FINISHING}),
        ("same-surname", "client.opened", {"same_surname": True, **OFFICE}),
        ("same-address", "client.opened", {"same_address": True, **OFFICE}),
        ("own-record", "client.opened", {"own": True, **OFFICE}),
        ("shut-out", "note.opened", {"shut_out": True}),
        ("print", "notes.printed", {}),
        ("print", "notes.exported", {}),
        ("disclosure", "basis.stated", {}),
        ("emergency", "emergency.begun", {"relation": Relation.EMERGENCY}),
        (UNUSUAL, "note.opened", {"at": NIGHT, **FAR}),
        (UNUSUAL, "client.opened", {"files": 40, **FAR, **OFFICE}),
        (UNUSUAL, "client.opened", {"colleague": True, **FAR, **OFFICE}),
    ],
)
def test_each_rule_finds_what_it_is_for(code: str, what: str, said: dict[str, Any]) -> None:
    one = found(what, **said)
    assert one is not None
    assert one.rule == code
    assert (one.person, one.client, one.case) == (SAM, CLIENT, CASE)


@pytest.mark.req("AT-13")
@pytest.mark.parametrize(
    "said",
    [
        {},
        {"relation": Relation.COVER},
        {"relation": Relation.SUPERVISION},
        {"relation": Relation.OFFERED},
        # weak signals alone
        {"at": NIGHT},
        FAR,
        {"nearest": None},
        {"files": 40},
        {"colleague": True, "role": "front_desk", "relation": Relation.OFFICE},
        # what is usual for them: who always writes late, who always looks up people seldom seen
        {"at": NIGHT, **FAR, "usual": Usual(visits=200, at_night=40, without_session=5, busiest=4)},
        {"files": 40, **FAR, "usual": Usual(visits=200, busiest=25)},
        # announced, or asked for
        {"files": 40, **FAR, "planned": "check"},
        {"ended": 60 * DAY, "planned": "letters"},
        {"ended": 60 * DAY, "asked_for": True},
        {"at": NIGHT, **FAR, "asked_for": True},
        # closing takes a month, finishing seven days, and the desk is rung up by former clients
        {"ended": 30 * DAY},
        {"ended": 7 * DAY, "relation": Relation.FINISHING},
        {"ended": 90 * DAY, **OFFICE},
        # explained once
        {"same_surname": True, "settled": frozenset({"same-surname"})},
        # what was refused showed nothing
        {"relation": Relation.NONE, "outcome": "refused"},
        {"shut_out": True, "outcome": "refused"},
    ],
)
def test_ordinary_work_is_left_alone(said: dict[str, Any]) -> None:
    assert rule(**said) is None


def test_a_print_that_was_announced_or_asked_for_is_none_of_a_reviewer_s() -> None:
    assert rule("notes.printed", planned="letters") is None
    assert rule("notes.printed", asked_for=True) is None


def test_announced_work_never_excuses_a_case_of_somebody_else() -> None:
    assert rule(relation=Relation.NONE, planned="check") == "not-assigned"


def test_two_of_one_name_who_met_and_worked_are_no_finding() -> None:
    assert rule("note.opened", "note.signed", same_surname=True) is None
    assert rule("note.opened", "note.signed", same_surname=True, **FAR) == "same-surname"


def test_a_visit_that_breaks_three_rules_is_one_finding_with_three_signals() -> None:
    one = found("notes.printed", at=NIGHT, relation=Relation.NONE)
    assert one is not None
    assert one.rule == "not-assigned"
    assert one.signals == ("not-assigned", "print", "night")


def test_what_was_explained_still_counts_when_something_else_is_broken() -> None:
    one = found("notes.printed", same_surname=True, settled=frozenset({"same-surname"}))
    assert one is not None
    assert one.rule == "print"
    assert "same-surname" in one.signals


def test_who_is_new_is_compared_with_their_role() -> None:
    assert usual_of("front_desk", Usual(visits=3)) == BY_ROLE["front_desk"]
    assert usual_of("counsellor", BUSY) == BUSY
    assert usual_of("outside_reviewer", Usual()).share(3) == 0


@given(
    at=st.sampled_from([NOON, NIGHT]), far=st.booleans(), files=st.integers(1, 60),
    night=st.integers(0, 200), without=st.integers(0, 200), busiest=st.integers(0, 30),
)  # fmt: skip
def test_no_weak_signal_is_ever_alone(
    at: datetime.datetime, far: bool, files: int, night: int, without: int, busiest: int
) -> None:
    usual = Usual(visits=200, at_night=night, without_session=without, busiest=busiest)
    one = found(at=at, files=files, usual=usual, **(FAR if far else {}))
    weak = {rule.code for rule in RULES if rule.weak}
    assert one is None or (one.rule == UNUSUAL and len(weak.intersection(one.signals)) >= 2)


def test_lists_machines_and_reviewers_own_work_are_no_visits() -> None:
    assert is_visit(event())
    assert not is_visit(event("client.listed"))
    assert not is_visit(event("audit.trail.read"))
    assert not is_visit(event(who_kind="service"))
    assert not is_visit(event(client=None, case=None))


def tries(count: int, then: str = "accounts.sign-in", wait: int = 1) -> list[Found]:
    wrong = [
        event("accounts.sign-in.failed", NOON + datetime.timedelta(minutes=one), who=uuid4(),
              row=SAM, case=None, client=None)
        for one in range(count)
    ]  # fmt: skip
    right = event(then, NOON + datetime.timedelta(minutes=count + wait), row=SAM, case=None)
    return in_accounts([right, *wrong])


def test_five_wrong_tries_and_a_right_one_are_told_four_are_not() -> None:
    assert tries(4) == []
    (one,) = tries(5)
    assert (one.rule, one.person, len(one.events)) == ("sign-in", SAM, 6)
    assert tries(5, wait=90) == []


def test_a_factor_that_was_reset_is_told() -> None:
    (one,) = tries(0, "accounts.reset.done")
    assert (one.rule, one.person) == ("factor-reset", SAM)


@pytest.mark.req("AT-13")
def test_in_a_small_quarter_nearly_all_looks_are_found_and_hardly_anything_else() -> None:
    score = one_quarter(21, weeks=3, counsellors=6, each=4, before=0)
    assert score.share >= 0.9
    assert score.caught["a case of somebody else"] == score.caught["notes taken home"] == 4
    # a desk of three for six counsellors: more calls, and more false findings, than in a whole one
    assert score.wrongly.total() <= 12


def test_what_happens_in_the_trial_knows_nothing_of_the_rules() -> None:
    folder = Path(trial.__file__).parent
    for name in ("practice.py", "ordinary.py", "looks.py"):
        tree = ast.parse((folder / name).read_text())
        froms = {one.module for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)}
        assert not {one for one in froms if one and one.startswith("audit.domain.review")}
