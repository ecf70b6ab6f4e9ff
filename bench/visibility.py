"""P10: what row security costs, against the same questions filtered by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connections, transaction

from bench import planting
from bench.measuring import LEAST_ROUNDS, Figure, cost
from counselling.db import as_actor

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT: Final = 30
ROUNDS: Final = 2 * LEAST_ROUNDS + 1
# what an application writes that has no policies: the cases assigned to me and those of the
# people I supervise, between their dates; whether my roles allow it, it has asked before
BY_HAND: Final = """case_id IN (
    SELECT case_id FROM clients_assignment
    WHERE person_id = %(me)s AND since <= now() AND (until IS NULL OR until > now())
    UNION
    SELECT theirs.case_id FROM clients_assignment theirs
    JOIN accounts_supervision arranged ON arranged.supervisee_id = theirs.person_id
    WHERE arranged.supervisor_id = %(me)s
      AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
      AND theirs.since <= now() AND (theirs.until IS NULL OR theirs.until > now())
)"""
_NOTE: Final = "SELECT id, session_id, author_id, risk, signed_at FROM records_note"
_LATEST: Final = "ORDER BY signed_at DESC LIMIT 50"
# id, what, the question; {who} is where the filter by hand goes
QUESTIONS: Final = (
    ("P10.list", "50 notes of a client", f"{_NOTE} WHERE case_id = %(case)s {{who}} {_LATEST}"),
    ("P10.one", "one note", f"{_NOTE} WHERE id = %(note)s {{who}}"),
    ("P10.latest", "latest 50 of a caseload", f"{_NOTE} WHERE true {{who}} {_LATEST}"),
    ("P10.count", "count of a caseload", "SELECT count(*) FROM records_note WHERE true {who}"),
)


def figures() -> Iterator[Figure]:
    """Measure the four questions, having seen that both ways give the same answer."""
    planted = planting.practice()
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    for name, what, question in QUESTIONS:
        ratio = _ratio(planted, question)
        yield Figure(
            name, f"row security: {what}", "filtered by hand", ratio, "x time", 1.05, "lower"
        )


def _ratio(planted: planting.Planted, question: str) -> float:
    known = {"me": planted.dana.id, "case": planted.case, "note": planted.note}
    secured, by_hand = question.format(who=""), question.format(who=f"AND {BY_HAND}")
    with as_actor(planted.dana), transaction.atomic(using="owner"):
        answer = _asked("default", secured, known)
        assert answer
        assert answer == _asked("owner", by_hand, known)
        return cost(
            lambda: _often("default", secured, known),
            lambda: _often("owner", by_hand, known),
            rounds=ROUNDS,
        )


def _often(alias: str, question: str, known: dict[str, Any]) -> None:
    for _ in range(COUNT):
        _asked(alias, question, known)


def _asked(alias: str, question: str, known: dict[str, Any]) -> list[Any]:
    with connections[alias].cursor() as cursor:
        cursor.execute(question, known)
        return list(cursor.fetchall())
