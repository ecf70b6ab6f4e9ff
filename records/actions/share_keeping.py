"""Take a share that can still change and what is in it, forget what was looked at, say it went on.

The parts of preparing a share have these in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import audit.actions
from clients import queries as clients
from counselling.db import now
from counselling.errors import NotThere, Refused
from records.domain.shares import Level
from records.models import Share, SharePaper, ShareShowing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from audit.domain import EventKind
    from counselling import vault
    from counselling.access import Actor

OVER: Final = "This was sent or taken back already."


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


def share_there(actor: Actor, share_id: UUID) -> Share:
    """Take a share that is neither sent nor taken back, to look at it.

    Notes for their author alone are seen by nobody else (AC-06).
    """
    share = Share.objects.filter(pk=share_id).first()
    if share is None or (share.level == Level.PROCESS_NOTES and share.by != actor.id):
        raise NotThere("records_share", share_id)
    if share.sent_at is not None or share.dropped_at is not None:
        raise Refused("share-over", OVER, client=share.client_id)
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
