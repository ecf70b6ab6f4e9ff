"""Look through the notes one may read: each is opened, compared, and closed again.

A search is two acts. The first asks whether it may be, and leaves the one event, which names
everybody whose notes are looked through and how many these are; never what was looked for. Once
that is committed the second opens note after note while the page is being sent, so that nothing
is on its way to a reader that is not in the log, however early they break off. The second writes
nothing, so that a slow reader keeps no event from being sealed.
"""

from __future__ import annotations

import dataclasses
import itertools
import time
from typing import TYPE_CHECKING, Final

import audit.actions
import clients.actions
from clients import queries as clients_queries
from counselling import vault
from counselling.access import Permission, require
from counselling.accounts.actions import allowances
from records.domain import AddendumKind
from records.domain.events import NOTES_SEARCHED
from records.domain.searching import MOST_PASSAGES, Asked, Finder, Passage, beginning
from records.models import NotePart
from records.queries import searching as queries

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from uuid import UUID

    from counselling.access import Actor

MOST_FOUND: Final = 100
DEADLINE: Final = 15.0
RECORD, ADDED, OWN, MEMBER = "record", "addendum", "own", "member"


@dataclasses.dataclass(frozen=True, slots=True)
class Search:
    """A search that has left its event: what it may open, and in which order."""

    asked: Asked
    count: int
    people: Mapping[UUID, Sequence[UUID]]
    grant: vault.Grant


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A note in which all that was looked for stands."""

    note: UUID
    case: UUID
    author: UUID
    session_at: datetime.datetime
    names: tuple[str, ...] = dataclasses.field(repr=False)
    passages: tuple[tuple[str, Passage], ...] = dataclasses.field(repr=False)
    in_error: bool = False


@dataclasses.dataclass(slots=True)
class Told:
    """How far a search came; the page says so at its end."""

    looked: int = 0
    found: int = 0
    too_many: bool = False
    too_long: bool = False
    # the table and the row of a value that is not what was sealed: there the search ends
    broken: tuple[str, UUID | None] | None = None


def begin_search(*, actor: Actor, asked: Asked) -> Search:
    """Find out what there is to look through, and leave the event that says so.

    Raises Refused for who reads no notes, TooOften for who searches without a pause.
    """
    require(actor, Permission.READ_NOTE)
    allowances.spend(actor, allowances.SEARCHES)
    notes = queries.notes_to_search(asked)
    people = clients_queries.members_of(notes)
    grant = audit.actions.record(
        actor=actor,
        kind=NOTES_SEARCHED,
        clients={*_of_parts(notes), *(one for members in people.values() for one in members)},
        holders=_holders(actor, notes),
        purpose="search",
        relation=clients_queries.relation_to_all(actor, notes),
        detail={"notes": sum(notes.values()), "cases": len(notes)},
    )
    return Search(asked, sum(notes.values()), people, grant)


def _holders(actor: Actor, cases: Iterable[UUID]) -> Iterator[str]:
    for case in cases:
        yield vault.holders.case(case)
        yield vault.holders.author(case, actor.id)


def _of_parts(cases: Iterable[UUID]) -> set[UUID]:
    """Give who has a part of their own in these cases, whether they are still in them or not."""
    return set(NotePart.objects.filter(case_id__in=list(cases)).values_list("client_id", flat=True))


def go_on_searching(*, actor: Actor, search: Search, told: Told) -> Iterator[Found]:
    """Open note after note, the newest first, and give those in which everything stands.

    It stops after many, when it has taken long, and at a note that is not what was sealed; `told`
    says so. What has gone out of sight since the search began is not there.
    """
    require(actor, Permission.READ_NOTE)
    grant = audit.actions.go_on(actor=actor, grant=search.grant)
    queries.end_if_left_waiting(int(DEADLINE))
    try:
        yield from _looked_through(search, grant, told)
    except vault.SealBroken as error:
        told.broken = (error.place.table, error.place.row) if error.place else ("", None)


def _looked_through(search: Search, grant: vault.Grant, told: Told) -> Iterator[Found]:
    finder, ends = Finder(search.asked.terms), time.monotonic() + DEADLINE
    beside = queries.Beside()
    for batch in queries.notes_newest_first(search.asked):
        if time.monotonic() > ends:
            told.too_long = True
            return
        for found in _found_in(batch, beside, search, finder, grant):
            told.found += 1
            yield found
            if told.found >= MOST_FOUND:
                told.too_many = True
                return
        told.looked += len(batch)


@dataclasses.dataclass(slots=True)
class _Opened:
    """A note while it is looked at: its texts, and which of them is which."""

    note: UUID
    case: UUID
    texts: list[tuple[str, str]] = dataclasses.field(default_factory=list, repr=False)
    in_error: bool = False


def _found_in(
    batch: Sequence[tuple[UUID, UUID, vault.Sealed]],
    beside: queries.Beside,
    search: Search,
    finder: Finder,
    grant: vault.Grant,
) -> Iterator[Found]:
    """Give what was found in some notes, asked for together."""
    opened = _opened(batch, beside, grant)
    hits = [(one, found) for one in opened if (found := _passages(one.texts, finder))]
    told_of = queries.told_of([one.note for one, _ in hits])
    people = {who for one, _ in hits for who in search.people.get(one.case, ())}
    names = clients.actions.names_under(grant, people) if people else {}
    for one, passages in hits:
        members = search.people.get(one.case, ())
        author, at = told_of[one.note]
        yield Found(
            note=one.note, case=one.case, author=author, session_at=at,
            names=tuple(names[who] for who in members if who in names),
            passages=passages, in_error=one.in_error,
        )  # fmt: skip


def _opened(
    batch: Sequence[tuple[UUID, UUID, vault.Sealed]], beside: queries.Beside, grant: vault.Grant
) -> Iterable[_Opened]:
    """Open some notes with all that stands beside and under them."""
    opened = {}
    for note, case, sealed in batch:
        opened[note] = one = _Opened(note, case)
        _add(one, RECORD, sealed, grant)
    notes = set(opened)
    for added in beside.addenda(notes):
        _add(opened[added.note_id], ADDED, added.text, grant)
        opened[added.note_id].in_error |= added.kind == AddendumKind.ENTERED_IN_ERROR
    parts = beside.parts(notes)
    for part in parts:
        _add(opened[part.note_id], MEMBER, part.text, grant)
    for later in beside.added_to_parts(parts):
        _add(opened[later.part.note_id], MEMBER, later.text, grant)
    for own in beside.own(notes):
        _add(opened[own.note_id], OWN, own.text, grant)
    return opened.values()


def _add(one: _Opened, what: str, sealed: vault.Sealed, grant: vault.Grant) -> None:
    """Open one text; of somebody who was erased there is nothing left to find."""
    try:
        text = vault.open_text(sealed, grant)
    except vault.KeyDestroyed:
        return
    one.texts.append((what, text))


def _passages(texts: Sequence[tuple[str, str]], finder: Finder) -> tuple[tuple[str, Passage], ...]:
    """Give the first passages of a note in which every term stands somewhere."""
    if not finder.terms:
        return tuple((what, beginning(text)) for what, text in texts[:1])
    if not finder.stands([text for _, text in texts]):
        return ()
    found = ((what, one) for what, text in texts for one in finder.passages(text))
    return tuple(itertools.islice(found, MOST_PASSAGES))
