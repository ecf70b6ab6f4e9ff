"""Sealed values come over the wire as bytes; whatever else comes with them reads as always."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, models
from psycopg.pq import Format

from counselling import vault
from counselling.wire import MARK

from .samples import Leaf

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]


@pytest.fixture
def formats(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """Collect in which form the first column of each answer came."""
    from counselling import wire

    seen: list[int | None] = []
    fetch = wire.Cursor.fetchmany

    def fetchmany(self: Any, size: int = 0) -> Any:
        seen.append(self.pgresult.fformat(0) if self.pgresult else None)
        return fetch(self, size)

    monkeypatch.setattr(wire.Cursor, "fetchmany", fetchmany)
    return seen


def test_a_sealed_value_comes_as_bytes(
    grant: Callable[..., vault.Grant], formats: list[int | None]
) -> None:
    case = uuid4()
    leaf = Leaf.objects.create(case_id=case, text="Grüße", answers={"a": [1]}, content=b"\0\xff")
    formats.clear()
    read = Leaf.objects.get(pk=leaf.pk, case_id=case)
    assert set(formats) == {Format.BINARY}
    granted = grant(vault.holders.case(case))
    assert vault.open_text(read.text, granted) == "Grüße"
    assert vault.open_json(read.answers, granted) == {"a": [1]}
    assert vault.open_bytes(read.content, granted) == b"\0\xff"
    assert read.own is None


def test_a_row_without_sealed_columns_comes_as_text(
    grant: Callable[..., vault.Grant], formats: list[int | None]
) -> None:
    Leaf.objects.create(case_id=uuid4(), text="a")
    assert len(list(Leaf.objects.only("case_id"))) == 1
    assert set(formats) == {Format.TEXT}


def test_what_comes_with_a_sealed_value_reads_the_same(
    grant: Callable[..., vault.Grant],
) -> None:
    leaf = Leaf.objects.create(case_id=uuid4(), text="a")
    several = {
        "true": models.Value(True),
        "number": models.Value(2**40),
        "word": models.Value("Grüße"),
        "json": models.Value({"a": ["ü", 1, None]}, models.JSONField()),
        "moment": models.Value(datetime.datetime(2026, 2, 28, 1, 2, 3, 4, datetime.UTC)),
        "day": models.Value(datetime.date(2026, 2, 28)),
        "none": models.Value(None, models.CharField()),
    }
    rows = Leaf.objects.annotate(**several).filter(pk=leaf.pk)
    alone = rows.values(*several, "id", "case_id").get()
    beside = rows.values(*several, "id", "case_id", "text").get()
    assert isinstance(beside.pop("text"), vault.Sealed)
    assert beside == alone
    assert [type(value) for value in beside.values()] == [type(value) for value in alone.values()]
    assert beside["moment"].tzinfo is alone["moment"].tzinfo is datetime.UTC
    assert isinstance(beside["id"], UUID)


def test_a_row_is_read_in_pieces_and_locked_as_ever(grant: Callable[..., vault.Grant]) -> None:
    case = uuid4()
    ids = sorted(uuid4() for _ in range(5))
    Leaf.objects.bulk_create(
        Leaf(id=row, case_id=case, text=str(number)) for number, row in enumerate(ids)
    )
    granted = grant(vault.holders.case(case))
    pieces = Leaf.objects.order_by("id").iterator(chunk_size=2)
    assert [vault.open_text(one.text, granted) for one in pieces] == list("01234")
    first = Leaf.objects.select_for_update().order_by("-id").first()
    assert first is not None
    assert vault.open_text(first.text, granted) == "4"


def test_the_mark_in_a_value_asks_for_nothing_it_breaks(tables: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s, 1, now()", [MARK])
        assert cursor.fetchone()[:2] == (MARK, 1)
