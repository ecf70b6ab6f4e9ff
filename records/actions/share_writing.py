"""Write the letter of a share, say what is left out, or take it all back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
from clients import queries as clients
from counselling import vault
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, Stale
from records.actions.about import stored
from records.actions.share_keeping import editable, end_showings, paper_of, record_share, unlook
from records.domain import AUTOSAVE_EVENT_EVERY
from records.domain.shares import LONGEST_LETTER, SHARE_DROPPED, SHARE_OPENED, SHARE_WRITTEN
from records.queries.shares import share_row

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.access import Actor
    from records.domain.redacting import Choices
    from records.models import Share, SharePaper
    from records.queries.shares import ShareRow


@dataclasses.dataclass(frozen=True, slots=True)
class LetterPage:
    """The letter as it stands, and what it is saved against."""

    row: ShareRow
    text: str = dataclasses.field(repr=False)
    version: int
    saved_at: datetime.datetime


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
    *,
    actor: Actor,
    share_id: UUID,
    version: int,
    text: str,
    tab: str = "",
    leaving: bool = False,
    kept_out: Iterable[UUID] = (),
) -> tuple[int, datetime.datetime]:
    """Seal what was typed; gives the new version and the instant it is safe from.

    Leaves an event at most once a minute, and on leaving. Nobody has said of the new words that
    something kept back is not in them, but of `kept_out`. Raises Stale when another page saved
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
    paper.kept_out = sorted(kept_out) or None
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
    paper.save(update_fields=[column, "kept_out", "tab", "saved_at", "version", "event_at"])
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
