"""Compose exactly what goes to a recipient; whether it may go, consent decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import consent.actions
from clients import queries as clients
from consent.domain.covers import Category
from consent.domain.documents import AddendumKind as SharedKind
from consent.domain.documents import Pack, Section, SharedAddendum, SharedStatement
from counselling import languages
from counselling.access import Permission, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions import allowances
from counselling.db import among
from counselling.errors import Invalid, NotThere, Stale
from counselling.speech import say
from records.actions.leaving import agreed_to, compose, words_of_others
from records.actions.share_words import day, language_of
from records.domain import (
    ATTENDANCE_WORDS,
    MODALITY_WORDS,
    SHARED_EXISTS,
    Attendance,
    Modality,
)
from records.domain.amendments import BASIS_WORDS, OF_THE_CLIENT, STEP_WORDS
from records.models import Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from clients.queries import CaseRow
    from counselling.access import Actor
    from records.actions.amendments_shown import AmendmentShown
    from records.actions.leaving import LeavingNote
    from records.actions.shown import AddendumShown

TITLE: Final = say("Session notes")
CLIENT: Final = say("the client")
THEIR_WORD: Final = say("The client says: this is not right")


def compose_pack(
    *,
    actor: Actor,
    client_id: UUID,
    to: str,
    note_ids: Iterable[UUID],
    consent_id: UUID | None = None,
    purpose: str = "preview",
) -> Pack:
    """Open the chosen notes with all that stands under them, as the recipient will read them.

    Of a session of several people goes what DESIGN 7 lets go with this client; what is about all
    of a couple or family only when each has agreed to the same as `consent_id`. Raises NotThere
    for a hidden note, Invalid for none, for notes of several cases, and for one that holds nothing
    of this client.
    """
    require(actor, Permission.DISCLOSE)
    allowances.spend(actor, allowances.PREVIEWS)
    return compose_for(actor, client_id, to, note_ids, consent_id, purpose=purpose)


def compose_for(
    actor: Actor,
    client_id: UUID,
    to: str,
    note_ids: Iterable[UUID],
    consent_id: UUID | None,
    *,
    purpose: str,
    ordered: bool = False,
) -> Pack:
    """Do the same as a part of another use case, which has asked whether the actor may.

    `ordered` is a court order for what is about everybody.
    """
    case, notes = _notes(client_id, list(dict.fromkeys(note_ids)))
    agreed = agreed_to(actor, case, consent_id)
    found = compose(actor, case, client_id, notes, agreed, purpose=purpose, ordered=ordered)
    if any(one.holds_nothing for one in found):
        raise Invalid("One of these notes holds nothing of this client.", "notes")
    with languages.speaking(language_of(client_id, consent_id)):
        people = accounts.names_for_clients(_authors(found))
        sections = tuple(section for one in found for section in _sections(one, people))
        return Pack(title=str(TITLE), to=to, sections=sections)


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
    when something was added to a note since or somebody in it has withdrawn, and Refused with
    the reason in words when the gate in the database finds no live permission that covers it.
    """
    require(actor, Permission.DISCLOSE)
    pack = compose_pack(
        actor=actor,
        client_id=client_id,
        to=to,
        note_ids=note_ids,
        consent_id=consent_id,
        purpose="handing over",
    )
    if consent.actions.content_sha256(pack) != previewed:
        raise Stale
    case, _ = _notes(client_id, list(note_ids))
    also = words_of_others(actor, case, client_id, consent_id)
    return consent.actions.disclose(
        actor=actor,
        client_id=client_id,
        case_id=case.id,
        consent_id=consent_id,
        pack=pack,
        note_ids=list(note_ids),
        categories=[Category.SESSION_NOTES],
        also=also,
    )


def _notes(client_id: UUID, note_ids: list[UUID]) -> tuple[CaseRow, list[Note]]:
    """Give the notes, oldest session first, and their case, which the client is in."""
    if not note_ids:
        raise Invalid("Choose at least one note.", "notes")
    found = Note.objects.select_related("session")
    notes = list(found.filter(among("id", note_ids)).order_by("session__starts_at"))
    missing = set(note_ids) - {note.id for note in notes}
    if missing:
        raise NotThere("records_note", missing.pop())
    if len({note.case_id for note in notes}) > 1:
        raise Invalid("Choose notes of one case.", "notes")
    case = clients.case_row(notes[0].case_id)
    if client_id not in case.present:
        raise NotThere("clients_case", case.id)
    return case, notes


def _authors(notes: Iterable[LeavingNote]) -> set[UUID]:
    people = set()
    for note in notes:
        added = [*note.addenda, *(note.own.addenda if note.own else ())]
        people |= {note.author, *(one.author for one in added)}
        people |= {step.by for one in note.said for step in one.steps}
    return people


def _sections(note: LeavingNote, people: Mapping[UUID, str]) -> list[Section]:
    """Give what goes of one note: what is about everybody, this client's own part, or the line."""
    heading = str(say("Session of %(day)s", day=day(note.session_at)))
    meta = _meta(note, people)
    found = []
    if note.shared is not None:
        said = _said(note, people, of_own_part=False)
        found.append(Section(heading, meta, note.shared, _shared(note.addenda, people), said))
    if note.own is not None:
        own = _shared(note.own.addenda, people)
        said = _said(note, people, of_own_part=True)
        about = str(say("%(session)s: about this person", session=heading))
        found.append(Section(about, meta, note.own.text, own, said))
    if note.leaves.told:
        about = str(say("%(session)s: about everybody", session=heading))
        found.append(Section(about, meta, str(SHARED_EXISTS)))
    return found


def _meta(note: LeavingNote, people: Mapping[UUID, str]) -> str:
    held = (
        f"{MODALITY_WORDS[Modality(note.modality)]}. "
        f"{ATTENDANCE_WORDS[Attendance(note.attendance)]}."
    )
    by, on = people.get(note.author, ""), day(note.signed_at)
    return f"{held} {say('Signed by %(name)s, %(day)s.', name=by, day=on)}"


def _shared(
    addenda: Iterable[AddendumShown], people: Mapping[UUID, str]
) -> tuple[SharedAddendum, ...]:
    return tuple(
        SharedAddendum(
            kind=SharedKind(one.kind),
            author=people.get(one.author, ""),
            signed_at=one.signed_at,
            text=one.text,
        )
        for one in addenda
    )


def _said(
    note: LeavingNote, people: Mapping[UUID, str], *, of_own_part: bool
) -> tuple[SharedStatement, ...]:
    """Give what the client said of a part and what was answered, in the order it was said."""
    return tuple(
        statement
        for one in note.said
        if one.of_own_part is of_own_part
        for statement in _statements(one, people)
    )


def _statements(one: AmendmentShown, people: Mapping[UUID, str]) -> Iterable[SharedStatement]:
    wrong, better = say("What is not right"), say("What it should say")
    asked = f"{wrong!s}: {one.wrong}\n\n{better!s}: {one.better}"
    yield SharedStatement(str(THEIR_WORD), str(CLIENT), one.asked_at, asked)
    for step in one.steps:
        ground = f"{BASIS_WORDS[step.basis]}. " if step.basis else ""
        by = str(CLIENT) if step.move in OF_THE_CLIENT else people.get(step.by, "")
        yield SharedStatement(str(STEP_WORDS[step.move]), by, step.at, f"{ground}{step.text}")
