"""What was said of what is prepared; afterwards, how it was: who saw it first, what they said."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import consent.actions
import consent.queries
from counselling import vault
from counselling.access import Permission, require
from counselling.errors import NotThere
from records.actions.share_keeping import record_share
from records.domain.shares import SHARE_PREPARED_READ, SHARE_WORDS_READ, Level, Resume
from records.models import Share, ShareShowing

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class SaidOfShare:
    """The words that were kept sealed, for who prepares it; empty where nobody wrote any."""

    client: str = dataclasses.field(default="", repr=False)
    client_at: datetime.datetime | None = None
    supervisor: str = dataclasses.field(default="", repr=False)
    # who would have let go what a subpoena asks for, and what they wrote instead
    second: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """How something that went was prepared: when, whether the client saw it, what was said."""

    by: UUID
    begun_at: datetime.datetime
    sent_at: datetime.datetime | None
    by_itself: bool
    shown_at: datetime.datetime | None
    answer: str
    answered_at: datetime.datetime | None
    client_said: str = dataclasses.field(repr=False)
    # why nobody waited for the client's word on it
    unwaited: str = dataclasses.field(repr=False)


def read_prepared(*, actor: Actor, disclosure_id: UUID) -> Prepared | None:
    """Show how something that went was prepared; nothing of what only its author may see.

    Raises NotThere for what went unseen by the actor, and for none alike.
    """
    require(actor, Permission.PREPARE_SHARE)
    consent.queries.disclosure_row(disclosure_id)
    share = Share.objects.filter(disclosure_id=disclosure_id).first()
    if share is None or (share.level == Level.PROCESS_NOTES and share.by != actor.id):
        return None
    showing = ShareShowing.objects.filter(share=share).order_by("-at", "-id").first()
    grant = record_share(actor, share, SHARE_PREPARED_READ, rows=[disclosure_id])
    said = None if showing is None else showing.words
    return Prepared(
        by=share.by,
        begun_at=share.at,
        sent_at=share.sent_at,
        by_itself=share.resume == Resume.SEND,
        shown_at=None if showing is None else showing.at,
        answer="" if showing is None else showing.answer,
        answered_at=None if showing is None else showing.answered_at,
        client_said="" if said is None else vault.open_text(said, grant),
        unwaited="" if share.unwaited_why is None else vault.open_text(share.unwaited_why, grant),
    )


def read_said(*, actor: Actor, share_id: UUID) -> SaidOfShare:
    """Open what the client asked or found not right, and why a second person gave it back.

    Raises NotThere where it is not there. Leaves an event where there was a word to read.
    """
    require(actor, Permission.PREPARE_SHARE)
    share = Share.objects.filter(pk=share_id).first()
    if share is None or (share.level == Level.PROCESS_NOTES and share.by != actor.id):
        raise NotThere("records_share", share_id)
    showing = ShareShowing.objects.filter(share_id=share_id).order_by("-at", "-id").first()
    asked = None if showing is None else showing.words
    back = share.release_words if share.release_asked_at is None else None
    returned = bool(consent.queries.returned_shares([share_id]))
    if asked is None and back is None and not returned:
        return SaidOfShare()
    rows = [showing.pk] if showing is not None and asked is not None else []
    grant = record_share(actor, share, SHARE_WORDS_READ, rows=rows)
    return SaidOfShare(
        "" if asked is None else vault.open_text(asked, grant),
        showing.answered_at if showing is not None else None,
        "" if back is None else vault.open_text(back, grant),
        consent.actions.why_sent_back(share_id, grant) if returned else "",
    )
