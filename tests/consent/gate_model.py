"""The gate told once more in plain Python: what may leave, to whom, at an hour of a story."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

OVER_A_RESTRICTION: Final = {"court_order", "danger", "child_protection"}
AT_ONCE: Final = {"danger", "child_protection"}
WHOLE_DAY: Final = 24
# a danger is of these weeks, whatever was said
MONTH: Final = 30 * 24


@dataclasses.dataclass
class Said:
    """A permission: who may have what, what for, from when until when."""

    recipient: int
    categories: frozenset[str]
    purpose: str
    since: int
    until: int
    stopped: int | None = None
    replaced: int | None = None

    def stands(self, purpose: str, wanted: frozenset[str], at: int) -> bool:
        """Say whether it stands at that hour for exactly this."""
        ended = [one for one in (self.stopped, self.replaced) if one is not None]
        return (
            not ended
            and self.since <= at < self.until
            and self.purpose == purpose
            and bool(wanted)
            and wanted <= self.categories
        )


@dataclasses.dataclass
class Law:
    """A legal basis, and what the second person said of it."""

    kind: str
    recipient: int
    categories: frozenset[str]
    at: int
    complete: bool
    immediate: bool
    until: int | None
    answer: str | None = None
    answered: int = 0

    def __post_init__(self) -> None:
        """Let nothing that needs no asking last longer than a month."""
        if self.kind in AT_ONCE:
            self.until = min(self.until or self.at + MONTH, self.at + MONTH)

    def stands(self, wanted: frozenset[str], at: int) -> bool:
        """Say whether it stands at that hour for exactly this."""
        if self.answer == "refuse" or not self.complete or not wanted:
            return False
        if not wanted <= self.categories or (self.until is not None and self.until <= at):
            return False
        return self.answer == "release" or (self.immediate and at < self.at + WHOLE_DAY)


@dataclasses.dataclass
class KeptBack:
    """What a client wants kept back, and whether it was agreed; nobody named is everybody."""

    recipient: int | None
    category: str | None
    agreed: bool = False
    ended: bool = False


@dataclasses.dataclass
class Went:
    """Something that left, on one ground, and the link it is read through."""

    ground: Said | Law
    recipient: int
    purpose: str
    categories: frozenset[str]
    cancelled: bool = False
    sealed: bool = False
    # until when the link leads somewhere, how often it was opened, when each time
    link: int | None = None
    openings: list[int] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Story:
    """All that was said about one client, and what stands of it now."""

    now: int = 0
    # recipient, whom it became, whether that stands
    merges: dict[int, tuple[int, bool]] = dataclasses.field(default_factory=dict)
    said: list[Said] = dataclasses.field(default_factory=list)
    laws: list[Law] = dataclasses.field(default_factory=list)
    kept: list[KeptBack] = dataclasses.field(default_factory=list)
    went: list[Went] = dataclasses.field(default_factory=list)

    def same(self, one: int) -> int:
        """Give the recipient that stands for one today."""
        while one in self.merges and self.merges[one][1]:
            one = self.merges[one][0]
        return one

    def _kept_from(self, recipient: int) -> Iterator[KeptBack]:
        for one in self.kept:
            whose = one.recipient is None or self.same(one.recipient) == self.same(recipient)
            if one.agreed and not one.ended and whose:
                yield one

    def may(self, ground: Said | Law, recipient: int, purpose: str, wanted: frozenset[str]) -> bool:
        """Say whether this may leave on that ground now."""
        if self.same(ground.recipient) != self.same(recipient):
            return False
        if isinstance(ground, Law):
            over = ground.kind in OVER_A_RESTRICTION
            if ground.answer is None and self.refused(ground.recipient, ground.at, ground):
                return False
            return ground.stands(wanted, self.now) and (over or self._free(recipient, wanted))
        return ground.stands(purpose, wanted, self.now) and self._free(recipient, wanted)

    def refused(self, recipient: int, stated: int, but: Law | None = None) -> bool:
        """Say whether a second person refused the like, from a day before it was stated on."""
        return any(
            one.answer == "refuse"
            and one.kind in AT_ONCE
            and one.answered > stated - WHOLE_DAY
            and self.same(one.recipient) == self.same(recipient)
            for one in self.laws
            if one is not but
        )

    def _free(self, recipient: int, wanted: frozenset[str]) -> bool:
        return not any(
            one.category is None or one.category in wanted for one in self._kept_from(recipient)
        )

    def still(self, went: Went) -> bool:
        """Say whether what left may be handed out now: a newer word counts for what it replaced."""
        grounds: list[Said | Law] = [went.ground]
        if isinstance(went.ground, Said) and went.ground.replaced is not None:
            if went.ground.stopped is not None:
                return False
            grounds = [
                one for one in self.said
                if self.same(one.recipient) == self.same(went.ground.recipient)
            ]  # fmt: skip
            return self._free(went.recipient, went.categories) and any(
                one.stands(went.purpose, went.categories, self.now) for one in grounds
            )
        return self.may(went.ground, went.recipient, went.purpose, went.categories)

    def opens(self, went: Went, most: int) -> bool:
        """Say whether the link of something leads to it now."""
        alive = went.link is not None and self.now < went.link and len(went.openings) < most
        return alive and not went.cancelled and self.still(went)

    def passes(self, hours: int) -> None:
        """Let time go by."""
        self.now += hours

    def replaces(self, recipient: int) -> list[int]:
        """End what a newer signature about the same recipient replaces; give which."""
        ended = []
        for place, one in enumerate(self.said):
            if one.recipient == recipient and one.stopped is None and one.replaced is None:
                one.replaced = self.now
                ended.append(place)
        return ended


SOME: Final = [
    frozenset(some)
    for many in (1, 2)
    for some in itertools.combinations(("session_notes", "attendance"), many)
]
