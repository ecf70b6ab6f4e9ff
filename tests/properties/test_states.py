"""Every table of states: each is reached, the last ones are left by nobody, all is said."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.domain import cases
from consent.domain import states
from counselling.errors import CounsellingError, Invalid, Refused
from records import domain as notes
from tests.properties.often import often

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTES = {
    state: frozenset(then for (now, _), then in notes.MOVES.items() if now is state)
    for state in notes.NoteState
}
# the table, where a thing begins, where it ends for good, and what no move makes
TABLES = {
    "case": (cases.MOVES, {"enquiry"}, {"closed"}, set()),
    "request": (states.REQUEST_MOVES, {"draft"}, {"signed", "declined", "void"}, {"expired"}),
    "document": (states.DOCUMENT_MOVES, {"rendering"}, {"sealed", "cancelled"}, set()),
    "note": (NOTES, {"draft"}, {"signed", "co_signed"}, set()),
}
SEALED_FOREVER = {"signed", "co_signed", "sealed", "cancelled", "closed", "void", "declined"}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.req("CL-01", "EN-11")
def test_every_state_is_reached_and_the_last_ones_have_no_way_out(name: str) -> None:
    moves, begins, ends, by_the_clock = TABLES[name]
    kind = type(next(iter(moves)))
    assert set(moves) == set(kind), "a state without a line"
    assert _reached(moves, {kind(one) for one in begins}) == set(kind) - by_the_clock
    assert {state.value for state, then in moves.items() if not then} == ends
    assert ends <= SEALED_FOREVER


def _reached(moves: Mapping[Any, Any], begins: set[Any]) -> set[Any]:
    reached, news = set(begins), set(begins)
    while news:
        news = {then for now in news for then in moves[now]} - reached
        reached |= news
    return reached


@often
@given(st.sampled_from(cases.CaseState), st.sampled_from(cases.CaseState), st.booleans())
def test_a_case_moves_or_says_why_not(now: Any, then: Any, cared_for: Any) -> None:
    may = then in cases.MOVES[now] and (cared_for or then not in cases.IN_CARE)
    with contextlib.nullcontext() if may else pytest.raises(Invalid, match=r"\.$"):
        cases.decide_move(now, then, cared_for=cared_for)


@often
@given(st.sampled_from(cases.CaseKind), st.sampled_from(cases.CaseState), st.integers(0, 40))
def test_somebody_joins_or_is_told_why_not(kind: Any, state: Any, present: int) -> None:
    full = {"individual": 1, "couple": 2}.get(kind.value, present + 1)
    may = state is not cases.CaseState.CLOSED and present < full
    with contextlib.nullcontext() if may else pytest.raises(Invalid):
        cases.decide_join(kind, state, present)


@often
@given(st.sampled_from(states.RequestState), st.sampled_from(states.RequestState))
def test_a_request_moves_or_says_why_not(now: Any, then: Any) -> None:
    may = then in states.REQUEST_MOVES[now]
    told = pytest.raises(Refused, match=f"request-{now.value}")
    with contextlib.nullcontext() if may else told as refused:
        states.require_move(now, then)
    assert may or refused.value.message.endswith(".")


@often
@given(st.lists(st.sampled_from(notes.NoteMove), max_size=10))
def test_a_note_that_is_final_stays_final(moves: list[Any]) -> None:
    state, was_final = notes.NoteState.DRAFT, False
    for move in moves:
        before = state
        try:
            state = notes.decide_state(state, move)
        except notes.IllegalMove:
            continue
        assert not was_final
        was_final = not NOTES[state]
        # a draft is saved and stays one; what was more than a draft is none again
        assert before is notes.NoteState.DRAFT or state is not notes.NoteState.DRAFT


def test_every_refusal_of_a_rule_is_one_of_ours() -> None:
    assert issubclass(Invalid, CounsellingError)
    assert issubclass(Refused, CounsellingError)
