"""Notes on paper: what stands on each, in words; whose they are stands on the pages only."""

from dataclasses import dataclass
from datetime import datetime

from consent.domain.documents import Letterhead


@dataclass(frozen=True, slots=True)
class Block:
    """Something of a note in Markdown, and who signed it when; `added` stands under what was."""

    title: str
    text: str
    signed: str
    added: bool = False
    in_error: bool = False


@dataclass(frozen=True, slots=True)
class PaperNote:
    """A signed note with all its dates and all that stands under it."""

    heading: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class NotesPaper:
    """One note, or those of a year; `about` and the notes are nowhere but on the pages."""

    practice: Letterhead
    about: str
    made: str
    made_at: datetime
    notes: tuple[PaperNote, ...]
    title: str = "Session notes"
