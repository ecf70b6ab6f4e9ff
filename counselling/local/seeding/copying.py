"""Rows into their tables by COPY, each value prepared and sealed by its own field.

COPY is the owner's: row security refuses it to the application. Events go in with their instant,
which only the owner may give.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection
from psycopg import sql

from counselling import vault

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from django.db.models import Model


def model(name: str) -> type[Any]:
    """Give a model of another app: planting in bulk has no use case that makes its rows."""
    return apps.get_model(name)


def copy_rows(rows: Iterable[Model]) -> None:
    """Write rows, table by table in the order in which the tables first come."""
    tables: dict[type[Model], list[Model]] = defaultdict(list)
    for row in rows:
        tables[type(row)].append(row)
    for model, found in tables.items():
        _copy(
            model._meta.db_table,
            [str(field.column) for field in model._meta.concrete_fields],
            map(_values, found),
        )


def seal_row(row: Model) -> None:
    """Seal what is assigned now, as saving would, so that its hash can be told before it is."""
    for field in row._meta.concrete_fields:
        field.pre_save(row, add=True)


def stored(row: Model, *columns: str) -> dict[str, str]:
    """Name each sealed value of a row with the hash of what is stored, for its event."""
    table = row._meta.db_table
    return {f"{table}/{row.pk}/{name}": vault.fingerprint(row, name) for name in columns}


def _values(row: Model) -> list[Any]:
    """Give what `save` would write; what is sealed already stays as it is."""
    return [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for field in row._meta.concrete_fields
    ]


def copy_events(events: Sequence[tuple[datetime.datetime, str]]) -> None:
    """Write events, oldest first: sealing takes those of one transaction by their ids."""
    _copy("audit_event", ["recorded", "payload"], sorted(events))


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
