"""What was said of what is prepared: by the client who saw it first, by who gave it back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import consent.actions
import consent.queries
from counselling import vault
from counselling.access import Permission, require
from counselling.errors import NotThere
from records.actions.share_keeping import record_share
from records.domain.shares import SHARE_WORDS_READ, Level
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
