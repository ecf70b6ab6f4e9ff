"""Prepare what is to be shared: begin, choose, write the letter, leave out, take it back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import audit.actions
import consent.queries
from clients import queries as clients
from consent.domain.bases import BasisKind
from consent.domain.covers import Category
from consent.queries.bases import basis_row
from consent.queries.grounds import covered_now, same_of
from consent.queries.restrictions import KeptBack, kept_back
from counselling import vault
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.actions.about import stored
from records.domain import AUTOSAVE_EVENT_EVERY
from records.domain.shares import (
    CATEGORY_OF,
    LONGEST_LETTER,
    LONGEST_REASON,
    SHARE_BEGUN,
    SHARE_CHOSEN,
    SHARE_DROPPED,
    SHARE_OPENED,
    SHARE_WRITTEN,
    Level,
    wants_reason,
)
from records.models import Share, SharePaper, ShareShowing
from records.queries.shares import (
    notes_to_share,
    own_notes_to_share,
    sessions_to_share,
    share_row,
)

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor
    from records.domain.redacting import Choices
    from records.queries.shares import Choosable, ShareRow

OVER: Final = "This was sent or taken back already."


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """How much goes, and of what; why, where it is more than the least."""

    level: Level
    items: tuple[UUID, ...] = ()
    why_so_much: str = dataclasses.field(default="", repr=False)
    show_first: bool = False
    # where more than one kind of information fits the level
    category: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class LetterPage:
    """The letter as it stands, and what it is saved against."""

    row: ShareRow
    text: str = dataclasses.field(repr=False)
    version: int
    saved_at: datetime.datetime


def begin_share(
    *,
    actor: Actor,
    client_id: UUID,
    case_id: UUID,
    recipient_id: UUID,
    purpose: str = "",
    basis_id: UUID | None = None,
    subpoena_id: UUID | None = None,
) -> UUID:
    """Begin to prepare something for a recipient; nothing is chosen beforehand.

    Whether it may go is asked when it goes. Raises NotThere for a case whose notes the actor does
    not read, or that the client is not in.
    """
    require(actor, Permission.PREPARE_SHARE)
    case = clients.case_row(case_id)
    if client_id not in case.present or not consent.queries.records_visible(case_id):
        raise NotThere("clients_case", case_id)
    consent.queries.recipients.recipient_row(recipient_id)
    _require_asked_for(client_id, subpoena_id, basis_id)
    share = Share(
        client_id=client_id,
        case_id=case_id,
        recipient_id=recipient_id,
        purpose=purpose,
        basis_id=basis_id,
        subpoena=subpoena_id,
        by=actor.id,
        at=now(),
    )
    share.save(force_insert=True)
    SharePaper.objects.create(
        share=share, client_id=client_id, case_id=case_id, saved_at=now(), event_at=now()
    )
    ground = [one for one in (recipient_id, basis_id, subpoena_id) if one]
    record_share(actor, share, SHARE_BEGUN, rows=ground)
    return share.pk


def _require_asked_for(client_id: UUID, subpoena_id: UUID | None, basis_id: UUID | None) -> None:
    """Ask that a subpoena is about this client and not over, and rests on no law but an order."""
    if subpoena_id is None:
        return
    row = consent.queries.subpoena_row(subpoena_id)
    if row.client != client_id:
        raise NotThere("consent_subpoena", subpoena_id)
    if row.over:
        raise Refused("subpoena-over", "This subpoena is over.", client=client_id)
    if basis_id is not None and basis_row(basis_id).kind is not BasisKind.COURT_ORDER:
        raise Refused("no-order", "What a subpoena asks for rests on a court's order, or on the "
                      "client's word.", client=client_id)  # fmt: skip


def choose(*, actor: Actor, share_id: UUID, chosen: Chosen) -> None:
    """Say how much goes and of what; what was looked at before is to be looked at again.

    Raises Invalid for nothing, for too much without a reason, for what no permission covers where
    there is one, and for what cannot be picked.
    """
    require(actor, Permission.PREPARE_SHARE)
    share = editable(actor, share_id)
    category = _category(share, chosen)
    items = _items(actor, share, chosen)
    share.level = chosen.level
    share.categories = [category]
    share.chosen = list(items)
    share.why_so_much = chosen.why_so_much.strip() or None
    # whoever was shown it is waited for, as it is now, or somebody says why not
    asked = chosen.show_first or ShareShowing.objects.filter(share=share).exists()
    share.show_first = asked and not _unshown(share, chosen.level)
    share.save(update_fields=["level", "categories", "chosen", "why_so_much", "show_first"])
    unlook(share)
    record_share(
        actor,
        share,
        SHARE_CHOSEN,
        rows=items,
        sealed=stored(share, "why_so_much") if share.why_so_much else {},
        detail={"level": str(chosen.level), "items": len(items)},
    )


def _unshown(share: Share, level: Level) -> bool:
    """Say whether the client is never shown it first: what is asked for by law, or one's own."""
    return level is Level.PROCESS_NOTES or share.subpoena is not None


def _category(share: Share, chosen: Chosen) -> str:
    """Give the kind of information that is; what no permission holds cannot be picked."""
    category = chosen.category or str(CATEGORY_OF[chosen.level])
    if chosen.level is not Level.NOTES and category != CATEGORY_OF[chosen.level]:
        raise Invalid("Choose how much is shared.", "level")
    if category not in {Category.SUD_NOTES, *CATEGORY_OF.values()}:
        raise Invalid("Choose how much is shared.", "level")
    covered = coverage(share.client_id, share.recipient_id, share.purpose, share.basis_id)
    if covered and category not in covered:
        raise Invalid("The permission does not cover this. Ask the client for it.", "level")
    kept = restricted(share.client_id, share.recipient_id, share.basis_id)
    if kept is not None and kept.keeps([category]):
        raise Invalid(str(kept.why), "level")
    return category


def restricted(client_id: UUID, recipient_id: UUID, basis_id: UUID | None) -> KeptBack | None:
    """Give what the client wants kept back from them; where the law asks, the database judges."""
    return None if basis_id else kept_back(client_id, recipient_id)


def is_kept(kept: KeptBack | None, one: Choosable, category: str) -> bool:
    """Say whether a session or a note is kept back."""
    if kept is None:
        return False
    if one.written_at is None:
        return kept.keeps_session(one.id)
    return kept.keeps_note(one.id, one.session, one.written_at, [category])


def coverage(
    client_id: UUID, recipient_id: UUID, purpose: str, basis_id: UUID | None = None
) -> frozenset[str]:
    """Give all that a recipient may be told for a purpose now; nothing where nothing was agreed."""
    if basis_id is not None:
        return frozenset(basis_row(basis_id).categories)
    same = same_of([client_id])
    who = same.get(recipient_id, recipient_id)
    found = (
        one.categories
        for one in covered_now(client_id)
        if one.recipient == who and one.purpose == purpose
    )
    return frozenset().union(*found)


def _items(actor: Actor, share: Share, chosen: Chosen) -> tuple[UUID, ...]:
    """Give what was picked, if each could be; a letter holds nothing but itself."""
    if chosen.level is Level.SUMMARY:
        return ()
    kept = restricted(share.client_id, share.recipient_id, share.basis_id)
    category = chosen.category or str(CATEGORY_OF[chosen.level])
    there = [
        one.id
        for one in pickable(actor, share.client_id, share.case_id, chosen.level)
        if not is_kept(kept, one, category)
    ]
    items = tuple(dict.fromkeys(chosen.items))
    if not items:
        what = "session" if chosen.level is Level.ATTENDANCE else "note"
        raise Invalid(f"Choose at least one {what}.", "items")
    if not set(items) <= set(there):
        raise Invalid("One of these cannot be shared with this recipient. Choose again.", "items")
    if wants_reason(chosen.level, len(items), len(there)) and not chosen.why_so_much.strip():
        raise Invalid("Say why so much is needed.", "why_so_much")
    if len(chosen.why_so_much) > LONGEST_REASON:
        raise Invalid("This is too long.", "why_so_much")
    return items


def pickable(actor: Actor, client_id: UUID, case_id: UUID, level: Level) -> list[Choosable]:
    """Give what can be picked at a level: sessions, notes, or notes of the actor's alone."""
    case = clients.case_row(case_id)
    if level is Level.ATTENDANCE:
        return sessions_to_share(client_id, case)
    if level is Level.PROCESS_NOTES:
        return own_notes_to_share(actor, case)
    return notes_to_share(client_id, case)


def open_letter(*, actor: Actor, share_id: UUID) -> LetterPage:
    """Open the letter of a share, to go on with it."""
    require(actor, Permission.PREPARE_SHARE)
    row = share_row(share_id)
    paper = paper_of(share_id)
    grant = audit.actions.record(
        actor=actor,
        kind=SHARE_OPENED,
        client=row.client,
        case=row.case,
        about=("records_share", share_id),
        relation=clients.relation(actor, row.case),
        purpose="writing",
    )
    text = "" if paper.letter is None else vault.open_text(paper.letter, grant)
    return LetterPage(row, text, paper.version, paper.saved_at)


def write_letter(
    *, actor: Actor, share_id: UUID, version: int, text: str, tab: str = "", leaving: bool = False
) -> tuple[int, datetime.datetime]:
    """Seal what was typed; gives the new version and the instant it is safe from.

    Leaves an event at most once a minute, and on leaving. Raises Stale when another page saved
    since `version`, Invalid when it is too long.
    """
    require(actor, Permission.PREPARE_SHARE)
    if len(text) > LONGEST_LETTER:
        raise Invalid("This is too long for a letter.", "letter")
    share = editable(actor, share_id)
    paper = paper_of(share_id, lock=True)
    if paper.version != version and not (tab and paper.tab == tab):
        raise Stale
    paper.letter, paper.tab, paper.saved_at = text, tab, now()
    _write(actor, share, paper, "letter", always=leaving)
    return paper.version, paper.saved_at


def leave_out(*, actor: Actor, share_id: UUID, choices: Choices) -> None:
    """Say which names and passages are left out; it is to be looked at again."""
    require(actor, Permission.PREPARE_SHARE)
    share = editable(actor, share_id)
    paper = paper_of(share_id, lock=True)
    paper.redactions = choices.to_json()
    _write(actor, share, paper, "redactions", always=True)


def _write(actor: Actor, share: Share, paper: SharePaper, column: str, *, always: bool) -> None:
    paper.version += 1
    told = always or abs(now() - paper.event_at) >= AUTOSAVE_EVENT_EVERY
    if told:
        paper.event_at = now()
    paper.save(update_fields=[column, "tab", "saved_at", "version", "event_at"])
    unlook(share)
    if told:
        record_share(actor, share, SHARE_WRITTEN, sealed=stored(paper, column))


def drop_share(*, actor: Actor, share_id: UUID) -> None:
    """Take back what was being prepared: its words are gone, and a client is shown it no longer."""
    require(actor, Permission.PREPARE_SHARE)
    share = editable(actor, share_id, locked=True)
    end_showings(share)
    share.dropped_at, share.dropped_by, share.due_at = now(), actor.id, None
    share.save(update_fields=["dropped_at", "dropped_by", "due_at"])
    paper = paper_of(share_id, lock=True)
    paper.letter = paper.redactions = paper.pack = None
    paper.pack_sha256 = paper.made_of = ""
    paper.save(update_fields=["letter", "redactions", "pack", "pack_sha256", "made_of"])
    record_share(actor, share, SHARE_DROPPED)


def editable(actor: Actor, share_id: UUID, *, locked: bool = False) -> Share:
    """Take a share that can still change; raises NotThere for none, Refused for what is over.

    Notes for their author alone are prepared by nobody else (AC-06).
    """
    share = Share.objects.select_for_update().filter(pk=share_id).first()
    if share is None or (share.level == Level.PROCESS_NOTES and share.by != actor.id):
        raise NotThere("records_share", share_id)
    if share.sent_at is not None or share.dropped_at is not None:
        raise Refused("share-over", OVER, client=share.client_id)
    if share.locked_at is not None and not locked:
        raise Refused(
            "share-locked",
            "This is locked for two people to release. Take it back to change it.",
            client=share.client_id,
        )
    return share


def paper_of(share_id: UUID, *, lock: bool = False) -> SharePaper:
    """Take what is in a share; raises NotThere where it is somebody else's alone."""
    found = SharePaper.objects.select_for_update() if lock else SharePaper.objects.all()
    paper = found.filter(share_id=share_id).first()
    if paper is None:
        raise NotThere("records_share", share_id)
    return paper


def unlook(share: Share) -> None:
    """Forget what was looked at, since it is something else now; nobody waits for it any longer."""
    paper = paper_of(share.pk, lock=True)
    paper.pack, paper.pack_sha256, paper.made_of = None, "", ""
    paper.previewed_at = paper.previewed_by = None
    paper.save(update_fields=["pack", "pack_sha256", "made_of", "previewed_at", "previewed_by"])
    end_showings(share)
    share.resume = share.back = ""
    share.due_at = share.release_asked_at = share.unwaited_at = share.unwaited_why = None
    share.save(
        update_fields=[
            "resume", "back", "due_at", "release_asked_at", "unwaited_at", "unwaited_why"
        ]
    )  # fmt: skip


def end_showings(share: Share) -> None:
    """Show the client no longer what they were shown first."""
    ShareShowing.objects.filter(share=share, ended_at=None).update(ended_at=now())


def record_share(
    actor: Actor,
    share: Share,
    kind: EventKind,
    *,
    rows: Sequence[UUID] = (),
    sealed: dict[str, str] | None = None,
    detail: dict[str, str | int] | None = None,
    reason: str = "",
    purpose: str = "",
) -> vault.Grant:
    """Leave an event about a share: ids and codes."""
    return audit.actions.record(
        actor=actor,
        kind=kind,
        client=share.client_id,
        case=share.case_id,
        about=("records_share", share.pk),
        rows=rows,
        sealed=sealed or {},
        relation=clients.relation(actor, share.case_id),
        detail=detail or {},
        reason=reason,
        purpose=purpose,
    )
