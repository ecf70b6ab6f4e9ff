"""Compose exactly what goes to a recipient; whether it may go, consent decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dateformat import format as in_words

import audit.actions
import consent.actions
from clients import queries as clients
from clients.domain import CaseKind
from consent.domain.covers import Category
from consent.domain.documents import AddendumKind as SharedKind
from consent.domain.documents import Pack, Section, SharedAddendum
from counselling import vault
from counselling.access import Permission, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions import allowances
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.actions.about import about_case
from records.domain import ATTENDANCE_WORDS, MODALITY_WORDS, NOTES_COMPOSED, Attendance, Modality
from records.models import Note

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from counselling.access import Actor
    from records.models import Addendum

TITLE = "Session notes"


def compose_pack(
    *, actor: Actor, client_id: UUID, to: str, note_ids: Iterable[UUID], purpose: str = "preview"
) -> Pack:
    """Open the chosen notes with all that stands under them, as the recipient will read them.

    Raises NotThere for a hidden note, Invalid for none or for notes of several cases, Refused
    where the shared part of several people would leave (DESIGN 7).
    """
    require(actor, Permission.DISCLOSE)
    allowances.spend(actor, allowances.PREVIEWS)
    notes = _notes(client_id, list(dict.fromkeys(note_ids)))
    addenda = {note.id: list(note.addenda.order_by("signed_at")) for note in notes}
    grant = audit.actions.record(
        actor=actor,
        kind=NOTES_COMPOSED,
        rows=[note.id for note in notes],
        purpose=purpose,
        **about_case(actor, notes[0].case_id),
    )
    people = accounts.names(_authors(notes, addenda))
    sections = tuple(_section(note, addenda[note.id], people, grant) for note in notes)
    return Pack(title=TITLE, to=to, sections=sections)


def share_notes(
    *,
    actor: Actor,
    client_id: UUID,
    consent_id: UUID,
    to: str,
    note_ids: Sequence[UUID],
    previewed: str,
) -> UUID:
    """Disclose notes on paper under a consent; gives the disclosure's id.

    `previewed` is the content hash of what was looked at. Raises what compose_pack raises, Stale
    when something was added to a note since, and Refused with the reason in words when the gate
    in the database finds no live permission that covers it.
    """
    require(actor, Permission.DISCLOSE)
    pack = compose_pack(
        actor=actor, client_id=client_id, to=to, note_ids=note_ids, purpose="handing over"
    )
    if consent.actions.content_sha256(pack) != previewed:
        raise Stale
    case = Note.objects.values_list("case_id", flat=True).get(id=note_ids[0])
    return consent.actions.disclose(
        actor=actor,
        client_id=client_id,
        case_id=case,
        consent_id=consent_id,
        pack=pack,
        note_ids=list(note_ids),
        categories=[Category.SESSION_NOTES],
    )


def _notes(client_id: UUID, note_ids: list[UUID]) -> list[Note]:
    if not note_ids:
        raise Invalid("Choose at least one note.", "notes")
    found = Note.objects.select_related("session").filter(id__in=note_ids)
    notes = list(found.order_by("session__starts_at"))
    missing = set(note_ids) - {note.id for note in notes}
    if missing:
        raise NotThere("records_note", missing.pop())
    if len({note.case_id for note in notes}) > 1:
        raise Invalid("Choose notes of one case.", "notes")
    _check_case(client_id, notes[0].case_id)
    return notes


def _check_case(client_id: UUID, case_id: UUID) -> None:
    """Refuse notes of a case the client is not in, or that hold other people's words."""
    case = clients.case_row(case_id)
    if client_id not in case.present:
        raise NotThere("clients_case", case_id)
    if case.kind in {CaseKind.COUPLE, CaseKind.FAMILY}:
        raise Refused(
            "shared-part",
            "These notes belong to everybody in the case. They leave only when each of them "
            "has agreed, which cannot be recorded here yet.",
            client=client_id,
            case=case_id,
        )


def _authors(notes: list[Note], addenda: Mapping[UUID, list[Addendum]]) -> set[UUID]:
    return {note.author_id for note in notes} | {
        one.author_id for added in addenda.values() for one in added
    }


def _section(
    note: Note, addenda: list[Addendum], people: Mapping[UUID, str], grant: vault.Grant
) -> Section:
    session = note.session
    held = (
        f"{MODALITY_WORDS[Modality(session.modality)]}. "
        f"{ATTENDANCE_WORDS[Attendance(session.attendance)]}."
    )
    return Section(
        heading=f"Session of {_day(session.starts_at)}",
        meta=f"{held} Signed by {people.get(note.author_id, '')}, {_day(note.signed_at)}.",
        text=vault.open_text(note.record_part, grant),
        addenda=tuple(
            SharedAddendum(
                kind=SharedKind(one.kind),
                author=people.get(one.author_id, ""),
                signed_at=one.signed_at,
                text=vault.open_text(one.text, grant),
            )
            for one in addenda
        ),
    )


def _day(at: datetime.datetime) -> str:
    return in_words(timezone.localtime(at), "l j F Y")
