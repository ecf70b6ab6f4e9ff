"""What a verification found, and how it is said to a person."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime
    from uuid import UUID


class Finding(NamedTuple):
    """Something that is not as it was sealed: what is wrong, and which entry and event."""

    what: str
    number: int | None = None
    event: UUID | None = None

    def __str__(self) -> str:
        """Say it in words."""
        if self.number and self.event:
            return f"entry {self.number} (event {self.event}) {self.what}"
        if self.number:
            return f"entry {self.number} {self.what}"
        return f"event {self.event} {self.what}" if self.event else self.what


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """What a verification found; `findings` begins with the first bad entry."""

    events: int
    waiting: int
    checkpoints: int
    witnessed: datetime.datetime | None
    findings: tuple[Finding, ...]
    restores: tuple[str, ...] = ()
    # the tree as it was found, from which a later look at what is new goes on
    range: tuple[bytes, ...] = ()
    # whether only what was sealed since the look before was looked at
    since: bool = False

    @property
    def whole(self) -> bool:
        """Say whether nothing was found."""
        return not self.findings

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        if self.findings:
            return f"The log is not whole: {self.findings[0]}."
        seen = (
            f"witnessed {self.witnessed:%Y-%m-%d %H:%M} UTC" if self.witnessed else "not witnessed"
        )
        waiting = f", {self.waiting} waiting to be sealed" if self.waiting else ""
        told = "".join(f"; {one}" for one in self.restores)
        return f"The log is whole: {self.events} events, {seen}{waiting}{told}."
