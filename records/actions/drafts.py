"""Write a note: begin or resume its sealed draft, save what was typed, look once more."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

import audit.actions
import clients.actions
from counselling import vault
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.access import may_write_in
from records.actions.about import about_case, people_of, stored
from records.domain import (
    AUTOSAVE_EVENT_EVERY,
    DRAFT_BEGUN,
    DRAFT_OPENED,
    DRAFT_SAVED,
    LONGEST_NOTE,
    Locked,
    NoteState,
    Risk,
    Structure,
    state_of_draft,
)
from records.models import Draft, Note, Session

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from audit.domain import EventKind
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class DraftPage:
    """An opened draft, for the eyes of its author."""

    session: UUID
    case: UUID
    version: int
    structure: str
    risk: str
    record_part: str = dataclasses.field(repr=False)
    process_part: str = dataclasses.field(repr=False)
    saved_at: datetime.datetime | None
    begun_at: datetime.datetime | None
    state: NoteState
    names: Mapping[UUID, str] = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the editor; never shown by repr."""

    record_part: str = dataclasses.field(repr=False)
    process_part: str = dataclasses.field(repr=False)
    structure: Structure = Structure.FREE
    risk: Risk | None = None
    tab: str = ""


def open_draft(*, actor: Actor, session_id: UUID, purpose: str = "writing") -> DraftPage:
    """Open the actor's draft about a session; an empty page of version 0 if there is none.

    Raises NotThere for a hidden session, Refused for somebody else's or one already signed.
    """
    require(actor, Permission.WRITE_NOTE)
    session = _own_session(actor, session_id)
    draft = _drafts(actor, session_id).first()
    about = about_case(actor, session.case_id)
    grant = audit.actions.record(
        actor=actor,
        kind=DRAFT_OPENED,
        about=None if draft is None else ("draft", draft.id),
        rows=[session_id],
        holders=[vault.holders.author(session.case_id, actor.id)],
        purpose=purpose,
        **about,
    )
    names = clients.actions.names_under(grant, people_of(about))
    return _page(session, draft, grant, names)


def save_draft(
    *, actor: Actor, session_id: UUID, version: int, typed: Typed, leaving: bool = False
) -> tuple[int, datetime.datetime]:
    """Seal what was typed; gives the new version and the instant it is safe from.

    Leaves an event when begun, then at most once a minute, and on leaving. Raises NotThere for a
    hidden session, Refused once signed, Stale when another tab saved since `version`, Locked 72
    hours after it was begun, Invalid when too long.
    """
    require(actor, Permission.WRITE_NOTE)
    if max(len(typed.record_part), len(typed.process_part)) > LONGEST_NOTE:
        raise Invalid(f"A note holds at most {LONGEST_NOTE:,} characters.", "record_part")
    session = _own_session(actor, session_id)
    draft = _drafts(actor, session_id).select_for_update().first()
    if draft is not None and state_of_draft(draft.begun_at, now()) is NoteState.LOCKED:
        raise Locked
    if not _follows(draft, version, typed.tab):
        raise Stale
    if draft is None:
        return _begin(actor, session, typed)
    _write(draft, typed)
    # `abs`: a clock that went back must not silence the log until it has caught up
    if leaving or abs(draft.saved_at - draft.event_at) >= AUTOSAVE_EVENT_EVERY:
        draft.event_at = draft.saved_at
        draft.save(update_fields=["event_at"])
        _record(actor, draft, DRAFT_SAVED)
    return draft.version, draft.saved_at


def _follows(draft: Draft | None, version: int, tab: str) -> bool:
    """Say whether a save follows on what is stored, or comes from the page that stored it."""
    if draft is None:
        return version == 0
    return draft.version == version or bool(tab and draft.tab == tab)


def _drafts(actor: Actor, session_id: UUID) -> QuerySet[Draft]:
    return Draft.objects.filter(session_id=session_id, author_id=actor.id)


def _own_session(actor: Actor, session_id: UUID) -> Session:
    session = Session.objects.filter(id=session_id).first()
    if session is None:
        raise NotThere("records_session", session_id)
    if not may_write_in(actor, session.person_id):
        raise Refused(
            "not-own-session", "Only who held the session writes its note.", case=session.case_id
        )
    if Note.objects.filter(session_id=session_id, author_id=actor.id).exists():
        raise Refused("already-signed", "This note is signed. Add to it instead.")
    return session


def _begin(actor: Actor, session: Session, typed: Typed) -> tuple[int, datetime.datetime]:
    at = now()
    draft = Draft(
        session_id=session.id,
        case_id=session.case_id,
        author_id=actor.id,
        record_part=typed.record_part,
        process_part=typed.process_part,
        structure=typed.structure,
        risk=typed.risk or "",
        tab=typed.tab,
        begun_at=at,
        saved_at=at,
        event_at=at,
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        # another tab began at the same moment
        raise Stale from None
    _record(actor, draft, DRAFT_BEGUN)
    return draft.version, at


def _page(
    session: Session, draft: Draft | None, grant: vault.Grant, names: Mapping[UUID, str]
) -> DraftPage:
    if draft is None:
        return DraftPage(
            session=session.id,
            case=session.case_id,
            version=0,
            structure=Structure.FREE,
            risk="",
            record_part="",
            process_part="",
            saved_at=None,
            begun_at=None,
            state=NoteState.DRAFT,
            names=names,
        )
    return DraftPage(
        session.id,
        session.case_id,
        draft.version,
        draft.structure,
        vault.open_text(draft.risk, grant),
        vault.open_text(draft.record_part, grant),
        vault.open_text(draft.process_part, grant),
        draft.saved_at,
        draft.begun_at,
        state_of_draft(draft.begun_at, now()),
        names,
    )


def _write(draft: Draft, typed: Typed) -> None:
    draft.record_part = typed.record_part
    draft.process_part = typed.process_part
    draft.structure = typed.structure
    draft.risk = typed.risk or ""
    draft.tab = typed.tab
    draft.version += 1
    draft.saved_at = now()
    draft.save(
        update_fields=[
            "record_part",
            "process_part",
            "structure",
            "risk",
            "tab",
            "version",
            "saved_at",
        ]
    )


def _record(actor: Actor, draft: Draft, kind: EventKind) -> None:
    audit.actions.record(
        actor=actor,
        kind=kind,
        about=("draft", draft.id),
        sealed=stored(draft, "record_part", "process_part", "risk"),
        **about_case(actor, draft.case_id),
    )
