"""What stands under a note, opened: addenda, and the part of each member with its own."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from records.domain import AddendumKind


@dataclasses.dataclass(frozen=True, slots=True)
class AddendumShown:
    """An addendum, opened."""

    kind: AddendumKind
    author: UUID
    signed_at: datetime.datetime
    text: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class PartShown:
    """One member's part of a note, opened."""

    id: UUID
    note: UUID
    client: UUID
    author: UUID
    signed_at: datetime.datetime
    text: str = dataclasses.field(repr=False)
    addenda: tuple[AddendumShown, ...] = ()

    @property
    def in_error(self) -> bool:
        """Say whether it was marked as entered in error."""
        return any(one.kind == "entered_in_error" for one in self.addenda)
