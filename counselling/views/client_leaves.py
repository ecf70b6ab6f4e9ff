"""What may leave about a client and what waits of it, for a card on their page; nothing sealed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.urls import reverse

import consent.queries
from consent.queries.accounting import open_accountings
from consent.queries.bases import bases_of
from consent.queries.restrictions import restrictions_of
from consent.queries.subpoenas import subpoenas_of
from counselling.access import Permission
from records.queries.shares import shares_of

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator
    from uuid import UUID

    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """Something about what leaves that is not done yet, with where it stands."""

    words: str
    path: str
    state: str
    chip: str
    day_words: str = ""
    day: datetime.date | datetime.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Leaves:
    """The card: what waits, where the rest is, whether nothing is erased."""

    waits: tuple[Waiting, ...]
    links: tuple[tuple[str, str], ...]
    held: bool


def leaves(actor: Actor, client_id: UUID) -> Leaves | None:
    """Give what the actor may see of it; nothing to who sees no permissions."""
    if not actor.may(Permission.SEE_CONSENTS):
        return None
    return Leaves(
        tuple(_waits(actor, client_id)),
        tuple(
            (words, reverse(name, args=[client_id]))
            for words, name, permission in _LINKS
            if actor.may(permission)
        ),
        consent.queries.held(client_id),
    )


_LINKS = (
    ("Recipients", "consent:recipients", Permission.SEE_CONSENTS),
    ("Kept back", "records:restrictions", Permission.SEE_CONSENTS),
    ("Legal basis", "records:basis-new", Permission.STATE_BASIS),
    ("What went to whom", "consent:accounting", Permission.ACCOUNT_FOR),
    ("Subpoenas and holds", "consent:subpoenas", Permission.SEE_CONSENTS),
)


def _waits(actor: Actor, client_id: UUID) -> Iterator[Waiting]:
    if actor.may(Permission.PREPARE_SHARE):
        yield from _shares(client_id)
    if actor.may(Permission.PREPARE_SHARE) or actor.may(Permission.RELEASE):
        yield from _bases(client_id)
    if actor.may(Permission.ANSWER_RESTRICTION):
        yield from _wishes(client_id)
    if actor.may(Permission.ACCOUNT_FOR):
        yield from _accountings(client_id)
    for one in subpoenas_of(client_id):
        if not one.over:
            path = reverse("consent:subpoena", args=[one.id])
            yield Waiting("Subpoena", path, one.chip, one.word, "by", one.next)


def _shares(client_id: UUID) -> Iterator[Waiting]:
    for one in shares_of(client_id):
        path = reverse("records:share-look", args=[one.id])
        yield Waiting("Share", path, one.chip, one.state.value, "begun", one.at)


def _bases(client_id: UUID) -> Iterator[Waiting]:
    for one in bases_of(client_id):
        if one.waits:
            state, word = one.chip
            path = reverse("records:basis", args=[one.id])
            yield Waiting(f"Legal basis: {one.words}", path, state, word, "stated", one.at)


def _wishes(client_id: UUID) -> Iterator[Waiting]:
    for one in restrictions_of(client_id):
        if one.waits and one.ended_at is None:
            path = reverse("records:restriction", args=[one.id])
            yield Waiting("To be kept back", path, "wait", "answer it", "asked", one.at)


def _accountings(client_id: UUID) -> Iterator[Waiting]:
    for one in open_accountings([client_id]):
        path = reverse("consent:accounting-request", args=[one.id])
        yield Waiting("Asked what went to whom", path, "wait", "give it", "due", one.due_on)
