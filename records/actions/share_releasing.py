"""What a subpoena asks for is locked, looked at by somebody else, and let go: exactly that."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import consent.actions
import consent.queries
from consent.queries.bases import basis_row
from consent.queries.grounds import grounds_now
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.actions.share_keeping import editable, record_share, unlook
from records.actions.share_letters import require_left_out
from records.actions.share_looking import keep_looked_at, kept_pack, previewed_again
from records.actions.share_packs import recipient_of
from records.domain.shares import (
    SHARE_LOCKED,
    SHARE_RESTS,
    SHARE_WEIGHED,
    Level,
)
from records.models import Share, SharePaper
from records.queries.shares import categories_of, locked_pack, orders_for, share_row, wanted_by

if TYPE_CHECKING:
    from uuid import UUID

    from consent.actions.showing import Previewed
    from consent.domain.documents import RecipientShown
    from counselling.access import Actor
    from records.queries.shares import ShareRow


@dataclasses.dataclass(frozen=True, slots=True)
class Weighed:
    """What waits for a second person; its pages only for who may read these notes."""

    row: ShareRow
    to: RecipientShown
    sha256: str
    previewed: Previewed | None


def rest_on_order(*, actor: Actor, share_id: UUID, basis_id: UUID) -> None:
    """Let what is prepared rest on what the law asks for; it is to be looked at again.

    What a subpoena asks for rests on a court's order alone. Raises NotThere for what is about
    something else, Invalid where it does not reach so far.
    """
    require(actor, Permission.PREPARE_SHARE)
    share = editable(actor, share_id)
    if basis_id not in {one.id for one in orders_for(share_row(share_id))}:
        raise NotThere("consent_legal_basis", basis_id)
    reach = set(basis_row(basis_id).categories)
    if not categories_of(share.level, share.categories) <= reach:
        raise Invalid("That does not reach what is chosen.", "basis")
    share.basis_id = basis_id
    share.save(update_fields=["basis"])
    unlook(share)
    record_share(actor, share, SHARE_RESTS, rows=[basis_id])


def lock_share(*, actor: Actor, share_id: UUID, previewed: str) -> None:
    """Lock what was looked at, so that somebody else can let exactly it go.

    Raises Stale where something changed since, Invalid while it rests on nothing.
    """
    require(actor, Permission.PREPARE_SHARE)
    share = _for_subpoena(actor, share_id)
    sends = actor.may(Permission.DISCLOSE)
    if share.level == Level.PROCESS_NOTES and not sends:
        raise Refused("not-permitted", "Nobody else sends your own notes.", client=share.client_id)
    (ground,) = grounds_now([wanted_by(share)])
    if share.basis_id is None and not ground.allowed:
        raise Invalid("It rests on nothing yet: on a court's order, or the client's word.", "basis")
    require_left_out(share)
    looked = keep_looked_at(actor, share, previewed)
    share.locked_at = now()
    if not sends:  # their supervisor, who lets it go, sends it too
        share.release_asked_at = now()
    share.save(update_fields=["locked_at", "release_asked_at"])
    kept = kept_pack(share)
    record_share(actor, share, SHARE_LOCKED, sealed=kept, detail={"content": looked.sha256})


def _for_subpoena(actor: Actor, share_id: UUID) -> Share:
    share = editable(actor, share_id)
    if share.subpoena is None:
        raise NotThere("records_share", share_id)
    return share


def weigh_share(*, actor: Actor, share_id: UUID) -> Weighed:
    """Show to a second person what is locked: its hash and counts; its pages if they may read."""
    require(actor, Permission.RELEASE)
    share, sha256 = _locked(actor, share_id)
    record_share(actor, share, SHARE_WEIGHED, detail={"content": sha256})
    paper = SharePaper.objects.filter(share_id=share_id).first()
    reads = paper is not None and paper.pack is not None and actor.may(Permission.READ_NOTE)
    return Weighed(
        row=share_row(share_id),
        to=recipient_of(actor, share),
        sha256=sha256,
        previewed=previewed_again(actor, share) if reads else None,
    )


def release_share(*, actor: Actor, share_id: UUID, content_sha256: str) -> None:
    """Let exactly what was looked at go, as somebody else than who prepared it.

    It opens nothing by itself: the gate asks for the order or the client's word as always.
    """
    require(actor, Permission.RELEASE)
    share, subpoena = _exactly(actor, share_id, content_sha256)
    if share.pk in consent.queries.released_shares([share.pk]):
        raise Refused("released", "Somebody has let this go already.", client=share.client_id)
    consent.actions.release_for_subpoena(
        actor=actor,
        subpoena_id=subpoena,
        share=share.pk,
        prepared_by=share.by,
        content_sha256=content_sha256,
    )


def send_back_share(*, actor: Actor, share_id: UUID, content_sha256: str, words: str) -> None:
    """Send back what somebody else locked, and say why; they take it back and prepare it anew."""
    require(actor, Permission.RELEASE)
    share, subpoena = _exactly(actor, share_id, content_sha256)
    if share.pk in consent.queries.returned_shares([share.pk]):
        raise Refused("returned", "Somebody has sent this back already.", client=share.client_id)
    consent.actions.send_back_for_subpoena(
        actor=actor,
        subpoena_id=subpoena,
        share=share.pk,
        prepared_by=share.by,
        content_sha256=content_sha256,
        words=words,
    )


def _exactly(actor: Actor, share_id: UUID, content_sha256: str) -> tuple[Share, UUID]:
    """Take what was looked at and nothing else, with the subpoena that asks for it."""
    share, sha256 = _locked(actor, share_id)
    if content_sha256 != sha256 or share.subpoena is None:
        raise Stale
    return share, share.subpoena


def _locked(actor: Actor, share_id: UUID) -> tuple[Share, str]:
    """Take what somebody else locked; nothing of one's own, and nothing that is over."""
    share = Share.objects.filter(pk=share_id, sent_at=None, dropped_at=None).first()
    sha256 = locked_pack(share_id) if share is not None else ""
    if share is None or not sha256 or share.by == actor.id:
        raise NotThere("records_share", share_id)
    return share, sha256
