"""A part of a note for each member: kept with the draft, signed with the note, added to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import audit.actions
from clients import queries as clients
from counselling import vault
from counselling.access import Permission, require
from counselling.db import among, now
from counselling.errors import Invalid, NotThere, Refused
from records.access import may_add_to
from records.actions.about import stored
from records.actions.shown import AddendumShown, PartShown
from records.domain import (
    LONGEST_NOTE,
    NOTE_ADDED_TO,
    AddendumKind,
)
from records.models import DraftPart, NotePart, PartAddendum

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from counselling.access import Actor
    from records.models import Draft, Note


# -- with the draft --------------------------------------------------------------------------------


def check_parts(parts: Mapping[UUID, str]) -> None:
    """Refuse a part that is too long to be kept, at its field."""
    for client, text in parts.items():
        if len(text) > LONGEST_NOTE:
            raise Invalid(f"A part holds at most {LONGEST_NOTE:,} characters.", part_field(client))


def part_field(client: UUID) -> str:
    """Name the field of the editor that holds a member's part."""
    return f"part_{client}"


def write_parts(draft: Draft, parts: Mapping[UUID, str]) -> dict[str, str]:
    """Seal what stands in the editor for each member; gives the hashes of what is stored.

    An empty part is kept only where there was one before.
    """
    kept = dict(draft.parts.values_list("client_id", "id"))
    rows = [
        _draft_part(draft, client, text, kept.get(client))
        for client, text in parts.items()
        if text.strip() or client in kept
    ]
    DraftPart.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=["text"]
    )
    return {name: hashed for row in rows for name, hashed in stored(row, "text").items()}


def _draft_part(draft: Draft, client: UUID, text: str, known: UUID | None) -> DraftPart:
    named: dict[str, Any] = {} if known is None else {"id": known}
    return DraftPart(
        draft_id=draft.id,
        case_id=draft.case_id,
        author_id=draft.author_id,
        client_id=client,
        text=text,
        **named,
    )


def draft_parts(draft: Draft | None) -> list[DraftPart]:
    """Give the parts kept with a draft, sealed."""
    return [] if draft is None else list(draft.parts.order_by("id"))


def opened_parts(parts: Iterable[DraftPart], grant: vault.Grant) -> dict[UUID, str]:
    """Open the parts of a draft that hold anything, by member."""
    texts = {one.client_id: vault.open_text(one.text, grant) for one in parts}
    return {client: text for client, text in texts.items() if text.strip()}


def holders_of(parts: Iterable[DraftPart | NotePart]) -> list[str]:
    """Name whose keys sealed these parts: somebody who has left the case among them."""
    return [vault.holders.client(one.client_id) for one in parts]


# -- signed ----------------------------------------------------------------------------------------


def sign_parts(note: Note, parts: Mapping[UUID, str]) -> list[NotePart]:
    """Make the parts final with their note."""
    rows = [
        NotePart(
            note_id=note.id,
            case_id=note.case_id,
            author_id=note.author_id,
            client_id=client,
            text=text,
            signed_at=note.signed_at,
        )
        for client, text in parts.items()
    ]
    return NotePart.objects.bulk_create(rows)


def parts_of(notes: Iterable[UUID], client: UUID | None = None) -> list[NotePart]:
    """Give the signed parts of notes, sealed, with their addenda; of one member only if named."""
    found = NotePart.objects.filter(among("note_id", notes)).prefetch_related("addenda")
    return list((found if client is None else found.filter(client_id=client)).order_by("id"))


def shown_parts(parts: Iterable[NotePart], grant: vault.Grant) -> tuple[PartShown, ...]:
    """Open signed parts with what stands under them."""
    return tuple(
        PartShown(
            one.id,
            one.note_id,
            one.client_id,
            one.author_id,
            one.signed_at,
            vault.open_text(one.text, grant),
            tuple(_added(added, grant) for added in _in_order(one)),
        )
        for one in parts
    )


def rows_of(parts: Iterable[NotePart]) -> list[UUID]:
    """Name the rows that an event about parts tells of: each part and its addenda."""
    return [row for one in parts for row in (one.id, *(added.id for added in one.addenda.all()))]


def _in_order(part: NotePart) -> list[PartAddendum]:
    return sorted(part.addenda.all(), key=lambda one: (one.signed_at, one.id))


def _added(one: PartAddendum, grant: vault.Grant) -> AddendumShown:
    text = vault.open_text(one.text, grant)
    return AddendumShown(AddendumKind(one.kind), one.author_id, one.signed_at, text)


def add_to_part(*, actor: Actor, part_id: UUID, kind: AddendumKind, text: str) -> UUID:
    """Sign a correction, a late entry or "entered in error" under one member's part; gives its id.

    Raises NotThere for a hidden part, Refused when not the author's to say, Invalid when empty.
    """
    require(actor, Permission.WRITE_NOTE)
    # joined with its case, which must be seen too
    part = NotePart.objects.select_related("case").filter(id=part_id).first()
    if part is None:
        raise NotThere("records_note_part", part_id)
    if not may_add_to(actor, part.author_id, in_error=kind is AddendumKind.ENTERED_IN_ERROR):
        raise Refused(
            "not-own-note",
            "Only its author may say a part was entered in error.",
            case=part.case_id,
        )
    if not text.strip():
        raise Invalid("Write what is to stand under this part.", "text")
    row = PartAddendum(
        part_id=part.id,
        case_id=part.case_id,
        author_id=actor.id,
        client_id=part.client_id,
        kind=kind,
        text=text,
        signed_at=now(),
    )
    row.save(force_insert=True)
    # it concerns this member, so no other finds it among what was done with their file
    audit.actions.record(
        actor=actor,
        kind=NOTE_ADDED_TO,
        about=("note", part.note_id),
        client=part.client_id,
        case=part.case_id,
        rows=[part.id, row.id],
        relation=clients.relation(actor, part.case_id),
        detail={"kind": str(kind)},
        sealed=stored(row, "text"),
    )
    return row.id
