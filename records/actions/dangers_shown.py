"""What a record of a danger to life says, once it is open."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any

from records.domain.dangers import Telling

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from records.domain.dangers import AdditionKind, Endangered


@dataclasses.dataclass(frozen=True, slots=True)
class WasTold:
    """Somebody who was told something, and when."""

    whom: str = dataclasses.field(repr=False)
    what: str = dataclasses.field(repr=False)
    at: datetime.datetime

    def to_json(self) -> dict[str, str]:
        """Write it down."""
        return {"whom": self.whom, "what": self.what, "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, said: Any) -> WasTold:
        """Read it back."""
        return cls(said["whom"], said["what"], datetime.datetime.fromisoformat(said["at"]))


@dataclasses.dataclass(frozen=True, slots=True)
class DangerFacts:
    """What is written down at once; `until` None says that the client knows already."""

    endangered: Endangered
    threat: str = dataclasses.field(repr=False)
    consulted: str = dataclasses.field(repr=False)
    told: Sequence[WasTold] = dataclasses.field(repr=False)
    until: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class AdditionShown:
    """What was added, opened."""

    kind: AdditionKind
    author: UUID
    signed_at: datetime.datetime
    told_at: datetime.datetime | None
    text: str = dataclasses.field(repr=False)
    whom: str = dataclasses.field(default="", repr=False)

    @property
    def last(self) -> datetime.datetime | None:
        """Give the last instant before the client's own pages show it, where this moves it."""
        return None if self.told_at is None else Telling(self.told_at, done=False).last


@dataclasses.dataclass(frozen=True, slots=True)
class DangerPage:
    """A record of a danger, opened for staff who may read the record of the case."""

    id: UUID
    case: UUID
    client: UUID
    author: UUID
    signed_at: datetime.datetime
    telling: Telling
    endangered: Endangered
    threat: str = dataclasses.field(repr=False)
    consulted: str = dataclasses.field(repr=False)
    told: tuple[WasTold, ...] = dataclasses.field(repr=False)
    additions: tuple[AdditionShown, ...] = dataclasses.field(repr=False)
    name: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class OwnDanger:
    """What the client reads once they are told: who was told what, and when; no more."""

    id: UUID
    signed_at: datetime.datetime
    told: tuple[WasTold, ...] = dataclasses.field(repr=False)
