"""Let a client read a note in their own space, take it back, and be read there by that client."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
import clients.queries
import consent.actions
from clients.domain import CaseKind
from counselling import vault
from counselling.access import Permission, require, require_two_secrets
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused
from records.access import may_open_to_clients
from records.actions.about import about_case
from records.actions.amendments_shown import AmendmentShown, amendments_under
from records.domain import AddendumKind
from records.domain.amendments import OWN_NOTE_READ, READING_CLOSED, READING_OPENED
from records.models import Addendum, Note, NotePart, PartAddendum, Reading, ReadingWord
from records.queries import NoteToRead, could_read, note_to_read

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class AddedShown:
    """An addendum as the client reads it."""

    id: UUID
    kind: AddendumKind
    author: UUID
    signed_at: datetime.datetime
    text: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class OwnNotePage:
    """A note as one client reads it: what is shared, if it may be, and the part that is theirs."""

    id: UUID
    session_at: datetime.datetime
    session_ends_at: datetime.datetime
    author: UUID
    signed_at: datetime.datetime | None
    # None: there is a shared part, and it needs the word of everybody in it
    shared: str | None = dataclasses.field(repr=False)
    part: str | None = dataclasses.field(repr=False)
    part_id: UUID | None
    addenda: tuple[AddedShown, ...]
    part_addenda: tuple[AddedShown, ...]
    amendments: tuple[AmendmentShown, ...]

    @property
    def in_error(self) -> bool:
        """Say whether its author struck it out; it stays readable."""
        return any(one.kind is AddendumKind.ENTERED_IN_ERROR for one in self.addenda)


def set_readers(*, actor: Actor, note_id: UUID, client_ids: Collection[UUID]) -> None:
    """Let exactly these clients read a note in their own space from now on; nobody is the default.

    Raises NotThere for a hidden note, Refused where it is not the author who opens it, Invalid for
    somebody who was not part of it.
    """
    require(actor, Permission.WRITE_NOTE)
    note = note_to_read(note_id)
    open_now = {
        one.client_id: one
        for one in Reading.objects.select_for_update().filter(note_id=note_id, until=None)
    }
    added = [one for one in client_ids if one not in open_now]
    if added and not may_open_to_clients(actor, note.author):
        raise Refused("not-own-note", "Only its author lets a client read a note.", case=note.case)
    if set(added) - set(could_read(note) if added else ()):
        raise Invalid("Choose among the people whose session it was.", "readers")
    for client, reading in open_now.items():
        if client not in client_ids:
            _close(actor, note, reading)
    for client in added:
        open_now[client] = _open(actor, note, client)
    for client in client_ids:
        _keep_words(actor, open_now[client])


def _open(actor: Actor, note: NoteToRead, client: UUID) -> Reading:
    reading = Reading(
        note_id=note.id,
        session_id=note.session,
        case_id=note.case,
        client_id=client,
        by_id=actor.id,
        since=now(),
    )
    reading.save(force_insert=True)
    _record(actor, note, reading)
    return reading


def _keep_words(actor: Actor, reading: Reading) -> None:
    """Write down by which consents the part about everybody in a couple or family goes to one.

    Whom a consent names is sealed, so it is asked by who may open it; row security then asks each
    time whether it still holds (DESIGN 7).
    """
    case = clients.queries.case_row(reading.case_id)
    if case.kind not in {CaseKind.COUPLE, CaseKind.FAMILY} or reading.by_id != actor.id:
        return
    if not actor.may(Permission.DISCLOSE):
        return
    agreed = consent.actions.who_agreed_with(
        actor=actor, client_id=reading.client_id, client_ids=case.present
    )
    known = set(reading.words.values_list("consent_id", flat=True))
    for client, consent_id in agreed.items():
        if consent_id not in known:
            ReadingWord.objects.create(
                reading=reading,
                case_id=reading.case_id,
                client_id=client,
                consent_id=consent_id,
                at=now(),
            )


def _close(actor: Actor, note: NoteToRead, reading: Reading) -> None:
    reading.until, reading.until_by_id = now(), actor.id
    reading.save(update_fields=["until", "until_by"])
    _record(actor, note, reading)


def _record(actor: Actor, note: NoteToRead, reading: Reading) -> None:
    about = about_case(actor, note.case)
    about["client"], about["clients"] = reading.client_id, []
    audit.actions.record(
        actor=actor,
        kind=READING_OPENED if reading.until is None else READING_CLOSED,
        about=("note", note.id),
        rows=[reading.id],
        **about,
    )


def read_own_note(*, actor: Actor, note_id: UUID, client_id: UUID) -> OwnNotePage:
    """Open for a client what they may read of a note: that much PostgreSQL lets through.

    Raises NotThere for a note that was never opened to them, is so no longer, or is none.
    """
    require(actor, Permission.SEE_OWN_FILE)
    require_two_secrets(actor)
    found = Reading.objects.select_related("session").filter(note_id=note_id, until=None)
    reading = found.filter(client_id=client_id).first()
    note = Note.objects.filter(id=note_id).first()
    part = NotePart.objects.filter(note_id=note_id, client_id=client_id).first()
    if reading is None or (note is None and part is None):
        raise NotThere("records_note", note_id)
    below = list(Addendum.objects.filter(note_id=note_id).order_by("signed_at"))
    beside = list(PartAddendum.objects.filter(part__note_id=note_id).order_by("signed_at"))
    grant = audit.actions.record(
        actor=actor,
        kind=OWN_NOTE_READ,
        client=client_id,
        case=reading.case_id,
        about=("note", note_id),
        rows=[reading.id, *(one.id for one in below), *(one.id for one in beside)],
        relation="self",
    )
    signed = note or part
    return OwnNotePage(
        id=note_id,
        session_at=reading.session.starts_at,
        session_ends_at=reading.session.ends_at,
        author=reading.by_id,
        signed_at=None if signed is None else signed.signed_at,
        shared=None if note is None else vault.open_text(note.record_part, grant),
        part=None if part is None else vault.open_text(part.text, grant),
        part_id=None if part is None else part.id,
        addenda=_added(below, grant),
        part_addenda=_added(beside, grant),
        amendments=amendments_under(grant, [note_id], client=client_id).get(note_id, ()),
    )


def _added(
    rows: Iterable[Addendum] | Iterable[PartAddendum], grant: vault.Grant
) -> tuple[AddedShown, ...]:
    return tuple(
        AddedShown(
            one.id,
            AddendumKind(one.kind),
            one.author_id,
            one.signed_at,
            vault.open_text(one.text, grant),
        )
        for one in rows
    )
