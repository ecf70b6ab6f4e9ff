"""One line of a table that a spreadsheet opens and takes for nothing but text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# what makes a formula of a cell, also in the wide forms some programs read alike
_FORMULA: Final = frozenset("=+-@\t\r\n|%" + "\uff1d\uff0b\uff0d\uff20")
_UNSEEN: Final = " \u00a0\u200b\ufeff"


def line(cells: Iterable[str]) -> str:
    """Write one line: every cell in quotes, and none that begins a formula."""
    return ",".join(f'"{_plain(cell)}"' for cell in cells) + "\r\n"


def _plain(cell: str) -> str:
    """Double the quotes; set an apostrophe before what a spreadsheet would reckon with."""
    seen = cell.lstrip(_UNSEEN)
    first = seen[:1]
    guarded = f"'{cell}" if first in _FORMULA and first else cell
    return guarded.replace('"', '""').replace("\x00", "")
