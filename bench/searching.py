"""P4 and P14.search: looking through ten thousand sealed notes, against ILIKE over plain ones."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.utils import timezone

import records.actions
from bench import acts, planting, texts
from bench.measuring import LEAST_ROUNDS, Figure, cost
from bench.place import make_tables
from bench.tables import PlainNote
from counselling import vault
from counselling.db import as_actor
from records.domain.searching import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counselling.access import Actor

CASES: Final = 100
COUNT: Final = CASES * planting.NOTES
TENTH: Final = 10
FIRST_SECONDS: Final = 0.3
# in a note of two hundred; in none
RARE: Final = "quittenbrot"
NEVER: Final = "zwetschgenkern"
EVERY: Final = 200
DIFFERENT: Final = 1000
_PLAIN: Final = """
SELECT id, text FROM bench_plain_note WHERE author_id = %s AND text ILIKE %s
ORDER BY signed_at DESC
"""


def figures() -> Iterator[Figure]:
    """Measure the whole of a search, the first that it finds, and how it grows."""
    written = _written()
    much = planting.caseload_of(CASES, written)
    little = planting.caseload_of(CASES // TENTH, written[: COUNT // TENTH])
    _keep_plain(much, written)
    for name, what, term in (("rare", "50 found", RARE), ("none", "none found", NEVER)):
        yield Figure(
            f"P4.{name}", f"{COUNT:,} sealed notes searched, {what}",
            "the same in the clear, ILIKE in PostgreSQL", _against_ilike(much, term),
            "x time", 1.0, "lower",
        )  # fmt: skip
    first = statistics.median(_first(much) for _ in range(LEAST_ROUNDS))
    yield Figure(
        "P4.first", f"the first found after {first * 1000:.0f} ms, no key at hand",
        "300 ms", first / FIRST_SECONDS, "x time", 1.0, "lower",
    )  # fmt: skip
    grown = cost(lambda: _found(much, NEVER), lambda: _found(little, NEVER), rounds=LEAST_ROUNDS)
    yield Figure(
        "P14.search", f"{COUNT:,} notes searched", f"{COUNT // TENTH:,} notes", grown,
        "x time", 1.2 * TENTH, "lower",
    )  # fmt: skip


def _written() -> list[str]:
    """Write the notes: a thousand different ones, the rare word in one of two hundred."""
    drawn = texts.notes(DIFFERENT)
    return [
        f"{number} {RARE if number % EVERY == 0 else 'words'} {drawn[number % DIFFERENT]}"
        for number in range(COUNT)
    ]


def _keep_plain(person: Actor, written: list[str]) -> None:
    make_tables(PlainNote)
    at, cases = timezone.now(), acts.ids(CASES)
    PlainNote.objects.bulk_create(
        PlainNote(case_id=cases[number % CASES], author_id=person.id, signed_at=at, text=text)
        for number, text in enumerate(written)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bench_plain_note")


def _against_ilike(person: Actor, term: str) -> float:
    """Compare the whole search, from the question to the last passage, with the question alone."""

    def plain() -> int:
        with connection.cursor() as cursor:
            cursor.execute(_PLAIN, [person.id, f"%{term}%"])
            return len(cursor.fetchall())

    assert _found(person, term) == plain()
    return cost(lambda: _found(person, term), plain, rounds=LEAST_ROUNDS)


def _found(person: Actor, term: str) -> int:
    return sum(1 for _ in _search(person, term))


def _search(person: Actor, term: str) -> Iterator[records.actions.Found]:
    with as_actor(person):
        begun = records.actions.begin_search(actor=person, asked=Asked((term,)))
    with as_actor(person):
        told = records.actions.Told()
        yield from records.actions.go_on_searching(actor=person, search=begun, told=told)


def _first(person: Actor) -> float:
    """Give the seconds until something shows, where no key was used for a while."""
    vault.forget()
    began = time.perf_counter()
    search = _search(person, RARE)
    next(search)
    took = time.perf_counter() - began
    search.close()
    return took
