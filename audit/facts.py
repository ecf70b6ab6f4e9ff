"""What is known around visits: asked of the apps that know it, since the log knows nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from audit.domain.review import Facts

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Collection, Mapping, Sequence
    from uuid import UUID

    Staff = Callable[[Collection[UUID]], Collection[UUID]]


class Around(NamedTuple):
    """Who was with which file, and when the visit began."""

    person: UUID
    client: UUID | None
    case: UUID | None
    at: datetime.datetime

    @property
    def file(self) -> UUID | None:
        """Give what names the file: the client, or else the case."""
        return self.client or self.case


class Provider(Protocol):
    """Answers for all visits in one question; by the number of the visit, fields of `Facts`."""

    def __call__(self, visits: Sequence[Around]) -> Mapping[int, Mapping[str, Any]]:
        """Say what is known."""


_providers: Final[dict[str, Provider]] = {}


def register_facts(name: str, provider: Provider) -> None:
    """Say where something about visits is known; the same name again replaces it."""
    _providers[name] = provider


def facts_of(visits: Sequence[Around]) -> list[Facts]:
    """Ask everybody who knows something; what nobody says is as if it were not so."""
    said: list[dict[str, Any]] = [{} for _ in visits]
    if visits:
        for provider in _providers.values():
            for number, known in provider(visits).items():
                said[number].update(known)
    return [Facts(**one) for one in said]


_staff: Final[list[Staff]] = []


def register_staff(among: Staff) -> None:
    """Say who tells accounts of people who work here from those of clients."""
    _staff[:] = [among]


def staff_among(accounts: Collection[UUID]) -> frozenset[UUID]:
    """Give which of these accounts belong to people who work here; none where nobody can say."""
    return frozenset(one for among in _staff for one in among(accounts))
