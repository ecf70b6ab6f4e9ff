"""What the verifier compares with the rows themselves."""

from __future__ import annotations

import dataclasses
from typing import Final


@dataclasses.dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column whose every stored value is named, with its hash, by the newest event about it."""

    table: str
    column: str
    kept: bool


_sealed_columns: Final[dict[tuple[str, str], SealedColumn]] = {}


def register_fingerprints(table: str, *columns: str, kept: bool = False) -> None:
    """Have the verifier compare the columns' stored values with the newest event's hash.

    `kept` says that rows stay: one that is named by an event and gone is a finding. Columns that
    change without an event (a draft between two events) are not registered.
    """
    for column in columns:
        _sealed_columns[table, column] = SealedColumn(table, column, kept)


def sealed_columns() -> list[SealedColumn]:
    """Give every column the verifier compares."""
    return list(_sealed_columns.values())
