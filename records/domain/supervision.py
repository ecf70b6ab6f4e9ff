"""The rules of supervision: what it leaves in the log, and what a comment says of a passage."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from audit.domain import Act, EventKind, register
from records.domain.passages import Passage

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_COMMENT: Final = 4_000
MOST_COMMENTS: Final = 20

NOTE_CO_SIGNED: Final = EventKind("note.co-signed", Act.CREATE, "co-signed a trainee's note")
NOTE_RETURNED: Final = EventKind(
    "note.returned", Act.CREATE, "returned a trainee's note with comments"
)
COMMENTS_OPENED: Final = EventKind(
    "return.opened", Act.READ, "read a supervisor's comments on a note"
)
SUPERVISION_BEGUN: Final = EventKind("supervision.begun", Act.CREATE, "began a note of supervision")
SUPERVISION_SAVED: Final = EventKind(
    "supervision.saved", Act.UPDATE, "worked on a note of supervision"
)
SUPERVISION_WRITTEN_ON: Final = EventKind(
    "supervision.draft-opened", Act.READ, "opened their unsigned note of supervision"
)
SUPERVISION_SIGNED: Final = EventKind(
    "supervision.signed", Act.CREATE, "signed a note of supervision"
)
SUPERVISION_OPENED: Final = EventKind("supervision.opened", Act.READ, "read a note of supervision")
register(
    NOTE_CO_SIGNED,
    NOTE_RETURNED,
    COMMENTS_OPENED,
    SUPERVISION_BEGUN,
    SUPERVISION_SAVED,
    SUPERVISION_WRITTEN_ON,
    SUPERVISION_SIGNED,
    SUPERVISION_OPENED,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """One comment: the words, and the passage they are about; none is about the whole note."""

    words: str = dataclasses.field(repr=False)
    passage: Passage | None = dataclasses.field(default=None, repr=False)


def to_json(said: Said) -> dict[str, Any]:
    """Write a comment as it is sealed."""
    content: dict[str, Any] = {"words": said.words}
    if said.passage is not None:
        content["passage"] = dataclasses.asdict(said.passage)
    return content


def from_json(content: Mapping[str, Any]) -> Said:
    """Read it back."""
    found = content.get("passage")
    return Said(content["words"], None if found is None else Passage(**found))
