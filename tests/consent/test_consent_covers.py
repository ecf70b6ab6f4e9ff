"""What covers what: one thing changed at a time, and every order of events."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.domain.answers import first_instant_after
from consent.domain.covers import (
    ConsentFact,
    ConsentState,
    Covered,
    NotCovered,
    WhyNot,
    decide_covers,
)
from consent.domain.states import (
    DOCUMENT_MOVES,
    REQUEST_MOVES,
    DocumentState,
    RequestState,
    may_seal,
    require_move,
    state_now,
)
from consent.migrations import _gate as gate
from counselling.errors import Refused

AT = datetime.datetime(2026, 11, 16, 12, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
GP, SCHOOL = UUID(int=1), UUID(int=2)
FACT: dict[str, Any] = {
    "id": UUID(int=9),
    "recipient": GP,
    "purpose": "medication",
    "categories": frozenset({"session_notes", "summary"}),
    "since": AT - DAY,
    "until": AT + DAY,
    "withdrawn_at": None,
    "replaced_at": None,
}
ASKED: dict[str, Any] = {
    "recipient": GP,
    "purpose": "medication",
    "categories": frozenset({"session_notes"}),
    "at": AT,
}


def decide(fact: dict[str, Any] | None = None, **asked: Any) -> Covered | NotCovered:
    return decide_covers([ConsentFact(**(FACT | (fact or {})))], **(ASKED | asked))


def test_what_was_agreed_is_covered() -> None:
    assert decide() == Covered(UUID(int=9))


@pytest.mark.req("CL-05", "CL-04")
@pytest.mark.parametrize(
    ("fact", "asked", "why"),
    [
        ({}, {"recipient": SCHOOL}, WhyNot.RECIPIENT),
        ({"recipient": None}, {}, WhyNot.RECIPIENT),
        ({}, {"purpose": "insurer"}, WhyNot.PURPOSE),
        ({}, {"categories": frozenset({"attendance"})}, WhyNot.CATEGORIES),
        ({}, {"categories": frozenset({"session_notes", "attendance"})}, WhyNot.CATEGORIES),
        ({}, {"categories": frozenset()}, WhyNot.CATEGORIES),
        ({"categories": frozenset()}, {}, WhyNot.CATEGORIES),
        ({"since": AT + DAY, "until": None}, {}, WhyNot.NOT_BEGUN),
        ({"until": AT}, {}, WhyNot.EXPIRED),
        ({}, {"at": AT + 2 * DAY}, WhyNot.EXPIRED),
        ({"withdrawn_at": AT}, {}, WhyNot.WITHDRAWN),
        ({"withdrawn_at": AT - DAY}, {}, WhyNot.WITHDRAWN),
        ({"withdrawn_at": AT - DAY, "until": AT - DAY}, {}, WhyNot.WITHDRAWN),
        ({"replaced_at": AT}, {}, WhyNot.REPLACED),
        ({"replaced_at": AT - DAY, "until": AT - DAY}, {}, WhyNot.REPLACED),
        ({"replaced_at": AT - DAY, "withdrawn_at": AT - DAY}, {}, WhyNot.WITHDRAWN),
    ],
)
def test_one_thing_changed_is_refused_with_its_reason(
    fact: dict[str, Any], asked: dict[str, Any], why: WhyNot
) -> None:
    answer = decide(fact, **asked)
    assert answer == NotCovered(why)
    assert isinstance(answer, NotCovered)
    assert answer.reason.endswith(".")


def test_without_any_consent_the_reason_says_so() -> None:
    assert decide_covers([], **ASKED) == NotCovered(WhyNot.NO_CONSENT)


def test_the_nearest_reason_is_told() -> None:
    far = ConsentFact(**(FACT | {"recipient": SCHOOL}))
    near = ConsentFact(**(FACT | {"withdrawn_at": AT}))
    assert decide_covers([near, far], **ASKED) == NotCovered(WhyNot.WITHDRAWN)
    assert decide_covers([far, near], **ASKED) == NotCovered(WhyNot.WITHDRAWN)
    # how the newest one ended says more than that it replaced another
    replaced = ConsentFact(**(FACT | {"replaced_at": AT - DAY}))
    assert decide_covers([near, replaced], **ASKED) == NotCovered(WhyNot.WITHDRAWN)


instants = st.integers(-50, 50).map(lambda hours: AT + datetime.timedelta(hours=hours))


@pytest.mark.req("CL-04", "CL-05")
@given(
    since=instants,
    ends=st.fixed_dictionaries(
        {end: st.none() | instants for end in ("until", "withdrawn_at", "replaced_at")}
    ),
    at=instants,
)
def test_it_is_covered_exactly_while_it_lives(
    since: datetime.datetime, ends: dict[str, datetime.datetime | None], at: datetime.datetime
) -> None:
    lives = since <= at and all(end is None or at < end for end in ends.values())
    fact = {"since": since, **ends}
    assert isinstance(decide(fact, at=at), Covered) is lives
    state = ConsentFact(**(FACT | fact)).state(at)
    assert (state is ConsentState.LIVE) is lives


@given(
    order=st.permutations(
        [{}, {"recipient": SCHOOL}, {"withdrawn_at": AT}, {"until": AT}, {"replaced_at": AT}]
    )
)
def test_one_that_covers_is_found_wherever_it_stands(order: list[dict[str, Any]]) -> None:
    facts = [ConsentFact(**(FACT | each | {"id": UUID(int=n)})) for n, each in enumerate(order)]
    assert decide_covers(facts, **ASKED) == Covered(UUID(int=order.index({})))


def test_a_last_day_ends_at_midnight_where_the_practice_is() -> None:
    end = first_instant_after(datetime.date(2026, 11, 16), "Europe/Berlin")
    assert end is not None
    assert end.astimezone(datetime.UTC) == datetime.datetime(
        2026, 11, 16, 23, 0, tzinfo=datetime.UTC
    )


# -- states -------------------------------------------------------------------------------------


@pytest.mark.req("CL-01")
@given(path=st.lists(st.sampled_from(RequestState), max_size=12))
def test_whatever_is_tried_only_the_table_is_walked(path: list[RequestState]) -> None:
    state = RequestState.DRAFT
    for then in path:
        if then in REQUEST_MOVES[state]:
            require_move(state, then)
            state = then
        else:
            with pytest.raises(Refused):
                require_move(state, then)
    ends = {RequestState.SIGNED, RequestState.DECLINED, RequestState.VOID}
    assert state not in ends or not REQUEST_MOVES[state]


@pytest.mark.req("CL-04")
@given(state=st.sampled_from(RequestState), end=instants, at=instants)
def test_what_is_out_expires_by_the_clock_and_nothing_else_does(
    state: RequestState, end: datetime.datetime, at: datetime.datetime
) -> None:
    out = state in {RequestState.SENT, RequestState.OPENED}
    expected = RequestState.EXPIRED if out and end <= at else state
    assert state_now(state, end, at) is expected
    assert state_now(state, None, at) is state


@pytest.mark.req("CL-01")
def test_the_database_has_the_same_tables_of_moves() -> None:
    requests = {
        (now.value, then.value)
        for now, thens in REQUEST_MOVES.items()
        for then in thens
        if now is not RequestState.EXPIRED
    }
    assert set(gate.REQUEST_MOVES) == requests
    documents = {(now.value, t.value) for now, thens in DOCUMENT_MOVES.items() for t in thens}
    assert set(gate.DOCUMENT_MOVES) == documents


def test_sealed_and_cancelled_documents_are_done() -> None:
    assert {state for state in DocumentState if may_seal(state)} == {
        DocumentState.RENDERING,
        DocumentState.FAILED,
    }
