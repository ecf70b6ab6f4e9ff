"""P3: two thousand sealed notes through the ORM against a plain text column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db import connection
from django.utils import timezone

from bench import acts, texts
from bench.measuring import LEAST_ROUNDS, Figure, speed
from bench.place import make_tables
from bench.tables import PlainNote, SealedNote
from counselling import vault

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT: Final = 2000
CASES: Final = 40
ROUNDS: Final = 2 * LEAST_ROUNDS + 1
BASELINE: Final = "a plain TextField"
Written = TypeVar("Written", SealedNote, PlainNote)


def figures() -> Iterator[Figure]:
    """Measure writing, then reading what was written."""
    make_tables(SealedNote, PlainNote)
    written, cases = texts.notes(COUNT), acts.ids(CASES)
    with acts.granted(*cases) as grant:
        rows = _rows(written, cases)
        _write(SealedNote, rows)
        _write(PlainNote, rows)
        reading = _reading(grant, sorted(written))
        writing = _writing(rows)
    yield Figure(
        "P3.read", "2,000 sealed notes read, opened", BASELINE, reading, "x speed", 0.75, "higher"
    )
    yield Figure(
        "P3.write", "bulk_create of 2,000 notes", BASELINE, writing, "x speed", 1.0, "higher"
    )


def _rows(written: list[str], cases: list[Any]) -> list[dict[str, Any]]:
    author, at = acts.ids(1)[0], timezone.now()
    return [
        {"case_id": cases[number % CASES], "author_id": author, "signed_at": at, "text": text}
        for number, text in enumerate(written)
    ]


def _write(model: type[Written], rows: list[dict[str, Any]]) -> None:
    model._default_manager.bulk_create([model(**row) for row in rows])


def _writing(rows: list[dict[str, Any]]) -> float:
    """Write the rows once more each round, into empty tables."""

    def empty() -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE bench_sealed_note, bench_plain_note")

    return speed(
        lambda: _write(SealedNote, rows),
        lambda: _write(PlainNote, rows),
        rounds=LEAST_ROUNDS,
        before=empty,
    )


def _reading(grant: vault.Grant, written: list[str]) -> float:
    def ours() -> list[str]:
        return [vault.open_text(note.text, grant) for note in SealedNote.objects.all()]

    def plain() -> list[str]:
        return [note.text for note in PlainNote.objects.all()]

    assert sorted(ours()) == sorted(plain()) == written
    return speed(ours, plain, rounds=ROUNDS)
