"""Who opened a file, as it is read on paper: all of it in words, and the mark that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consent.domain.documents import Letterhead  # noqa: TC001 a dataclass keeps it

if TYPE_CHECKING:
    import datetime


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """One visit of somebody, or a day's routine with no name: when, who, what and why."""

    day: str
    at: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class OpeningsList:
    """Everything a client may know by now of who opened their file in a period."""

    practice: Letterhead
    client: str
    language: str
    since: datetime.date | None
    until: datetime.date | None
    made_at: datetime.datetime
    made_by: str
    lines: tuple[OpeningLine, ...]
    # the newest signed state of the log, and the newest entry of the list as its leaf
    size: int
    root: str
    last: str
