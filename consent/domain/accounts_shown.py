"""An accounting as it is read: on the page, on paper, in a table; all of it in words."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from consent.domain.documents import Letterhead  # noqa: TC001 a dataclass keeps it
from counselling.speech import say

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

# a table program takes what begins so for a formula
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class AccountedLine:
    """One thing that went, by the law's own fields (164.528(b)(2)): all words, no ids of people."""

    reference: str
    day: str
    at: str
    to: str
    address: str
    what: str
    why: str
    ground: str
    by: str
    channel: str
    received: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Accounting:
    """Everything that went about a client in a period."""

    practice: Letterhead
    client: str
    language: str
    since: datetime.date
    until: datetime.date
    made_at: datetime.datetime
    made_by: str
    lines: tuple[AccountedLine, ...]


COLUMNS: Final = (
    ("day", say("Day")),
    ("at", say("Time")),
    ("to", say("To whom")),
    ("address", say("Address")),
    ("what", say("What")),
    ("why", say("What for")),
    ("ground", say("On what ground")),
    ("by", say("By whom")),
    ("channel", say("How")),
    ("received", say("What became of it")),
    ("reference", say("Reference")),
    ("sha256", say("SHA-256 of what went")),
)


def cell(text: str) -> str:
    """Give a cell that no table program runs: what begins a formula begins with a mark instead."""
    begins = text.lstrip(" \ufeff\u200b").startswith(_BEGINS_A_FORMULA) or text.startswith(
        _BEGINS_A_FORMULA
    )
    return f"'{text}" if begins else text


def as_csv(lines: Iterable[AccountedLine]) -> bytes:
    """Give the lines as a table; it begins with the mark by which table programs know UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([str(title) for _, title in COLUMNS])
    for line in lines:
        writer.writerow([cell(str(getattr(line, name))) for name, _ in COLUMNS])
    return out.getvalue().encode("utf-8-sig")
