"""Compose what a share holds: dates, a letter, chosen notes, or notes for their author alone."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.dateformat import format as in_words

import audit.actions
import consent.actions
from clients import queries as clients
from consent.domain.documents import (
    REDISCLOSURE_BY_LAW,
    Pack,
    RecipientShown,
    Section,
)
from consent.queries.recipients import current_wording
from counselling import languages, vault
from counselling.accounts import queries as accounts
from counselling.db import among
from counselling.errors import Invalid, NotThere
from counselling.speech import say
from records.actions.about import about_row
from records.actions.leaving import words_of_others
from records.actions.share_words import day, language_of
from records.actions.sharing import compose_for
from records.domain import (
    ATTENDANCE_IN_A_LINE,
    MODALITY_IN_A_LINE,
    NOTES_COMPOSED,
    Attendance,
    Modality,
    has_roster,
)
from records.domain.redacting import Choices
from records.domain.shares import SHARE_OPENED, Level
from records.models import (
    Addendum,
    Amendment,
    AmendmentStep,
    NotePart,
    PartAddendum,
    ProcessNote,
    Session,
)
from records.queries import rosters

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from clients.queries import CaseRow
    from consent.queries.grounds import Ground
    from counselling.access import Actor
    from counselling.speech import Said
    from records.models import Share, SharePaper

TITLES: Final = {
    Level.ATTENDANCE: say("Attendance"),
    Level.SUMMARY: say("Summary"),
    Level.NOTES: say("Session notes"),
    Level.PROCESS_NOTES: say("The author's own notes"),
}
DATES: Final = say("Dates and attendance")


@dataclasses.dataclass(frozen=True, slots=True)
class Composed:
    """What goes, before anything is left out, and all that it was made of."""

    pack: Pack
    to: RecipientShown
    choices: Choices
    # the words of the others in a couple or family, where what is about all of them goes
    also: tuple[UUID, ...]
    made_of: str
    # the one in which all of it is written
    language: str


def compose_share(
    actor: Actor, share: Share, paper: SharePaper, ground: Ground, *, purpose: str
) -> Composed:
    """Open what was chosen, as it would go to the recipient now."""
    if not share.level:
        raise Invalid("Choose what is shared.", "level")
    case = clients.case_row(share.case_id)
    if share.client_id not in case.present:
        raise NotThere("clients_case", case.id)
    to = recipient_of(actor, share)
    letter, choices = _opened(actor, share, paper, purpose)
    level, language = Level(share.level), language_of(share.client_id, ground.consent)
    if level is Level.NOTES:
        ordered = share.basis_id is not None and ground.is_court_order
        pack = compose_for(
            actor, share.client_id, to.name, share.chosen, ground.consent,
            purpose=purpose, ordered=ordered,
        )  # fmt: skip
    else:
        with languages.speaking(language):
            pack = Pack(str(TITLES[level]), to.name, _sections(actor, share, paper, case, letter))
    if share.basis_id is not None:
        pack = dataclasses.replace(pack, redisclosure=REDISCLOSURE_BY_LAW)
    also = (
        words_of_others(actor, case, share.client_id, ground.consent)
        if ground.consent and level is Level.NOTES
        else ()
    )
    return Composed(pack, to, choices, also, made_of(share, paper), language)


def recipient_of(actor: Actor, share: Share) -> RecipientShown:
    """Show to whom it goes, as they are written today."""
    for one in consent.actions.read_recipients(actor=actor, client_id=share.client_id):
        if share.recipient_id in one.row.rows:
            return one.shown
    raise NotThere("consent_recipient", share.recipient_id)


def _opened(actor: Actor, share: Share, paper: SharePaper, purpose: str) -> tuple[str, Choices]:
    """Open the letter and what is left out, under one event."""
    if paper.letter is None and paper.redactions is None:
        return "", Choices()
    grant = audit.actions.record(
        actor=actor,
        kind=SHARE_OPENED,
        client=share.client_id,
        case=share.case_id,
        about=("records_share", share.pk),
        relation=clients.relation(actor, share.case_id),
        purpose=purpose,
    )
    letter = "" if paper.letter is None else vault.open_text(paper.letter, grant)
    said = None if paper.redactions is None else vault.open_json(paper.redactions, grant)
    return letter, Choices.from_json(said) if said else Choices()


def _sections(
    actor: Actor, share: Share, paper: SharePaper, case: CaseRow, letter: str
) -> tuple[Section, ...]:
    if share.level == Level.ATTENDANCE:
        return (Section(str(DATES), "", _dates(share, case)),)
    if share.level == Level.SUMMARY:
        if not letter.strip():
            raise Invalid("The letter is empty. Write it first.", "letter")
        by = accounts.names_for_clients([share.by]).get(share.by, "")
        said = say("Written by %(name)s, %(day)s.", name=by, day=day(paper.saved_at))
        return (Section(str(TITLES[Level.SUMMARY]), str(said), letter),)
    return _own_notes(actor, share, case)


def _dates(share: Share, case: CaseRow) -> str:
    """Give one line a session: the day, from when until when, and whether they came."""
    rows = list(
        Session.objects.filter(among("id", share.chosen), case_id=case.id).order_by(
            "starts_at", "id"
        )
    )
    if not rows or len(rows) != len(set(share.chosen)):
        raise Invalid("Choose at least one session.", "chosen")
    kept = rosters(one.pk for one in rows) if has_roster(case.kind) else {}
    came = {one.pk: _came(one, kept.get(one.pk, {}), share.client_id) for one in rows}
    return "\n".join(
        f"- {_held(one)}: {ATTENDANCE_IN_A_LINE[came[one.pk]]}, "
        f"{MODALITY_IN_A_LINE[Modality(one.modality)]}"
        for one in rows
    )


def _held(one: Session) -> Said:
    start, end = _time(one.starts_at), _time(one.ends_at)
    return say("%(day)s, %(start)s to %(end)s", day=day(one.starts_at), start=start, end=end)


def _came(one: Session, kept: dict[UUID, Attendance], client: UUID) -> Attendance:
    return kept.get(client, Attendance(one.attendance))


def _own_notes(actor: Actor, share: Share, case: CaseRow) -> tuple[Section, ...]:
    """Open notes for their author alone: theirs, in this case, and no others (AC-06)."""
    rows = ProcessNote.objects.filter(
        among("note_id", share.chosen), case_id=case.id, author_id=actor.id
    ).select_related("note__session")
    found = sorted(rows, key=lambda one: (one.note.session.starts_at, one.pk))
    if not found or len(found) != len(set(share.chosen)) or share.by != actor.id:
        raise NotThere("records_process_note")
    grant = audit.actions.record(
        actor=actor,
        kind=NOTES_COMPOSED,
        rows=[one.note_id for one in found],
        holders=[vault.holders.author(case.id, actor.id)],
        purpose="own notes to be shared",
        **about_row(actor, case),
    )
    by = accounts.name_for_clients(actor.id)
    return tuple(
        Section(
            str(
                say(
                    "Session of %(day)s: notes kept by the author alone",
                    day=day(one.note.session.starts_at),
                )
            ),
            str(say("Signed by %(name)s, %(day)s.", name=by, day=day(one.signed_at))),
            vault.open_text(one.text, grant),
        )
        for one in found
    )


def made_of(share: Share, paper: SharePaper) -> str:
    """Give the hash of the ids of all that a share holds: opens nothing, and tells of any change.

    So the machine, which reads no note, knows whether what was looked at is what would go.
    """
    notes = share.chosen
    of_notes, client = among("note_id", notes), share.client_id
    ids = {
        *map(str, notes),
        *_ids(Addendum.objects.filter(of_notes)),
        *_ids(NotePart.objects.filter(of_notes, client_id=client)),
        *_ids(PartAddendum.objects.filter(among("part__note_id", notes), client_id=client)),
        *_ids(Amendment.objects.filter(of_notes, client_id=client)),
        *_ids(AmendmentStep.objects.filter(among("amendment__note_id", notes), client_id=client)),
        *_met(share),
    }
    said = [share.level, str(paper.version), str(current_wording(share.recipient_id)), *sorted(ids)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _ids(rows: object) -> list[str]:
    return [str(one) for one in rows.values_list("id", flat=True)]  # type: ignore[attr-defined] # any queryset


def _met(share: Share) -> list[str]:
    """Name when and how the sessions were held: that can change until a note is signed."""
    chosen = "id" if share.level == Level.ATTENDANCE else "notes__id"
    rows = list(Session.objects.filter(among(chosen, share.chosen)))
    kept = rosters(one.pk for one in rows)
    return [
        f"{one.pk} {one.starts_at.isoformat()} {one.ends_at.isoformat()} {one.modality} "
        f"{one.attendance} {kept.get(one.pk, {}).get(share.client_id, '')}"
        for one in rows
    ]


def _time(at: datetime.datetime) -> str:
    return in_words(timezone.localtime(at), "H:i")
