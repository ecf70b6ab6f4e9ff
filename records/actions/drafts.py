"""Write a note: begin or resume its sealed draft, save what was typed, look once more."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

import audit.actions
import clients.actions
from counselling import vault
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.access import may_write_in
from records.actions.about import about_case, people_of, stored
from records.actions.beginning import keep_first
from records.actions.parts import (
    check_parts,
    draft_parts,
    holders_of,
    opened_parts,
    write_parts,
)
from records.actions.several import has_led, looked_for, named_in, several
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
    # of several people: a part for each, and where there are to be no names, those that are there
    # and those to look for
    parts: Mapping[UUID, str] = dataclasses.field(default_factory=dict, repr=False)
    named: tuple[str, ...] = dataclasses.field(default=(), repr=False)
    spelled: tuple[str, ...] = dataclasses.field(default=(), repr=False)
    beside: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the editor; never shown by repr."""

    record_part: str = dataclasses.field(repr=False)
    process_part: str = dataclasses.field(repr=False)
    structure: Structure = Structure.FREE
    risk: Risk | None = None
    tab: str = ""
    parts: Mapping[UUID, str] = dataclasses.field(default_factory=dict, repr=False)


class Saved(NamedTuple):
    """The version that is stored now, since when, and whether a shared part names somebody."""

    version: int
    saved_at: datetime.datetime
    named: bool = False


def open_draft(*, actor: Actor, session_id: UUID, purpose: str = "writing") -> DraftPage:
    """Open the actor's draft about a session; an empty page of version 0 if there is none.

    Raises NotThere for a hidden session, Refused for somebody else's or one already signed.
    """
    require(actor, Permission.WRITE_NOTE)
    session = _own_session(actor, session_id)
    draft = _drafts(actor, session_id).first()
    parts = draft_parts(draft)
    about = about_case(actor, session.case_id)
    grant = audit.actions.record(
        actor=actor,
        kind=DRAFT_OPENED,
        about=None if draft is None else ("draft", draft.id),
        rows=[session_id],
        holders=[vault.holders.author(session.case_id, actor.id), *holders_of(parts)],
        purpose=purpose,
        **about,
    )
    names = clients.actions.names_under(grant, people_of(about))
    page = _page(session, draft, grant, names)
    together = several(actor, session)
    runs = looked_for(together, grant)
    return dataclasses.replace(
        page,
        parts=opened_parts(parts, grant),
        named=named_in(page.record_part, runs),
        spelled=tuple(sorted(map(" ".join, runs))),
        beside=together.beside,
    )


def save_draft(
    *, actor: Actor, session_id: UUID, version: int, typed: Typed, leaving: bool = False
) -> Saved:
    """Seal what was typed; gives the new version and the instant it is safe from.

    Leaves an event when begun, then at most once a minute, and on leaving. Raises NotThere for a
    hidden session, Refused once signed, Stale when another tab saved since `version`, Locked 72
    hours after it was begun, Invalid when too long.
    """
    require(actor, Permission.WRITE_NOTE)
    if max(len(typed.record_part), len(typed.process_part)) > LONGEST_NOTE:
        raise Invalid(f"A note holds at most {LONGEST_NOTE:,} characters.", "record_part")
    check_parts(typed.parts)
    session = _own_session(actor, session_id)
    if typed.parts and session.person_id != actor.id:
        raise Refused(
            "not-own-session", "Who held the session writes about each.", case=session.case_id
        )
    draft = _drafts(actor, session_id).select_for_update().first()
    if draft is not None and state_of_draft(draft.begun_at, now()) is NoteState.LOCKED:
        raise Locked
    if not _follows(draft, version, typed.tab):
        raise Stale
    grant: vault.Grant | None
    if draft is None:
        draft, grant = _begin(actor, session, typed)
    else:
        grant = _go_on(actor, draft, typed, leaving=leaving)
    runs = looked_for(several(actor, session), grant) if leaving else frozenset()
    return Saved(draft.version, draft.saved_at, bool(named_in(typed.record_part, runs)))


def _go_on(actor: Actor, draft: Draft, typed: Typed, *, leaving: bool) -> vault.Grant | None:
    """Save what is stored already; an event comes with it at most once a minute."""
    _write(draft, typed)
    parts = write_parts(draft, typed.parts) if typed.parts else {}
    # `abs`: a clock that went back must not silence the log until it has caught up
    if not leaving and abs(draft.saved_at - draft.event_at) < AUTOSAVE_EVENT_EVERY:
        return None
    draft.event_at = draft.saved_at
    draft.save(update_fields=["event_at"])
    return _record(actor, draft, DRAFT_SAVED, parts)


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
    if not may_write_in(actor, led=has_led(actor, session)):
        raise Refused(
            "not-own-session", "Only who held the session writes its note.", case=session.case_id
        )
    if Note.objects.filter(session_id=session_id, author_id=actor.id).exists():
        raise Refused("already-signed", "This note is signed. Add to it instead.")
    return session


def _begin(actor: Actor, session: Session, typed: Typed) -> tuple[Draft, vault.Grant]:
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
    keep_first(draft)
    parts = write_parts(draft, typed.parts) if typed.parts else {}
    return draft, _record(actor, draft, DRAFT_BEGUN, parts)


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


def _record(actor: Actor, draft: Draft, kind: EventKind, parts: Mapping[str, str]) -> vault.Grant:
    return audit.actions.record(
        actor=actor,
        kind=kind,
        about=("draft", draft.id),
        sealed={**stored(draft, "record_part", "process_part", "risk"), **parts},
        **about_case(actor, draft.case_id),
    )
