"""Compare what events say was stored with what is stored: an older value put back is found."""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from audit import domain
from audit.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.utils import CursorWrapper

    from audit.domain import SealedColumn

# acts that overlap are numbered in the order in which they began, not in which they stored
OVERLAP: Final = datetime.timedelta(seconds=60)
_STORED: Final = b'"sealed":'
_ERASED: Final = b'"act":"D"'
_LIVE: Final = "SELECT row_id, hash FROM audit_fingerprints(%s, %s)"


class _Telling(NamedTuple):
    at: str
    hash: str
    number: int | None
    event: str


class Tellings:
    """What the events that went by said was stored, for the columns that are compared."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self._columns = {(one.table, one.column) for one in domain.sealed_columns()}
        self._told: dict[str, list[_Telling]] = defaultdict(list)

    def hear(self, number: int | None, payload: bytes) -> bool:
        """Take in what one event says was stored, and which rows it says are erased.

        Gives False for what the program never writes: whoever can write an event of their own, by
        SQL injected, must not end the verification with it.
        """
        # most tell of neither: two looks are cheaper than to read the text of each
        if _STORED not in payload and _ERASED not in payload:
            return True
        try:
            at, event, sealed, erased = _heard(payload)
        except domain.NOT_OURS:
            return False
        for place, stored in sealed.items():
            table, _, column = place.split("/")
            if (table, column) in self._columns:
                self._told[place].append(_Telling(at, stored, number, event))
        if erased:
            self._forget(erased)
        return True

    def _forget(self, rows: set[str | None]) -> None:
        for place in [one for one in self._told if one.split("/")[1] in rows]:
            del self._told[place]

    def findings(self, cursor: CursorWrapper) -> Iterator[Finding]:
        """Give every stored value that is not what the newest event about it says."""
        for column in domain.sealed_columns():
            cursor.execute(_LIVE, [column.table, column.column])
            live = {
                f"{column.table}/{row}/{column.column}": stored for row, stored in cursor.fetchall()
            }
            yield from self._compared(live)
            if column.kept:
                yield from self._missing(column, live)

    def _compared(self, live: dict[str, str]) -> Iterator[Finding]:
        for place, stored in live.items():
            told = self._told.get(place)
            if not told:
                yield Finding(f"{place} holds a value that no event names")
            elif stored not in _newest(told):
                last = told[-1]
                what = f"names another value than {place} holds"
                yield Finding(what, last.number, UUID(last.event))

    def _missing(self, column: SealedColumn, live: dict[str, str]) -> Iterator[Finding]:
        for place, told in self._told.items():
            table, _, name = place.split("/")
            last = told[-1]
            if (table, name) == (column.table, column.column) and last.hash and place not in live:
                yield Finding(f"names {place}, which is gone", last.number, UUID(last.event))


def _heard(payload: bytes) -> tuple[str, str, dict[str, str], set[str | None]]:
    """Give an event's instant and id, what it says was stored, and which rows it says are erased.

    Raises one of `domain.NOT_OURS` for what the program never writes.
    """
    said = json.loads(payload)
    sealed: dict[str, str] = said.get("sealed", {})
    for place, stored in sealed.items():
        if place.count("/") != 2 or not isinstance(stored, str):  # noqa: PLR2004 "table/row/column"
            raise ValueError(place)
    deletes = said["act"] == domain.Act.DELETE
    erased = {*said.get("rows", ()), said.get("row")} if deletes else set()
    return said["at"], said["id"], sealed, erased


def _newest(told: list[_Telling]) -> set[str]:
    newest = datetime.datetime.fromisoformat(max(one.at for one in told))
    begins = domain.instant(newest - OVERLAP)
    return {one.hash for one in told if one.at >= begins}
