"""One line of what waits for somebody."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits: a state in a word, whom it is about, and where it is done."""

    word: str
    path: str
    at: datetime.datetime
    case: UUID | None = None
    client: UUID | None = None
    words: str = ""
    state: str = "wait"
    # a note that its author has to finish: Today counts them
    unfinished: bool = False
    # whether the day it waits since says something to people
    dated: bool = True
