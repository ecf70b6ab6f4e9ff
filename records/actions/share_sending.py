"""Send what was looked at, through the gate: by who prepared it, their supervisor, the machine."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import transaction

import consent.actions
from clients import queries as clients
from consent.actions.delivery import deliver
from consent.queries.grounds import grounds_now
from counselling import vault
from counselling.access import ActorKind, Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.access import sending_shares
from records.actions.about import stored
from records.actions.leaving import words_of_others
from records.actions.share_asking import set_way, unwait
from records.actions.share_keeping import editable, end_showings, paper_of, record_share
from records.actions.share_letters import require_left_out
from records.actions.share_looking import as_looked_at, keep_looked_at, kept_pack, opened_pack
from records.actions.share_packs import made_of
from records.actions.share_words import language_of
from records.domain.shares import SHARE_OPENED, SHARE_SENT, Answer, Channel, Level
from records.queries.shares import share_row, wanted_by

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from consent.actions.delivery import Secret
    from consent.domain.documents import Pack
    from consent.queries.grounds import Ground
    from counselling.access import Actor
    from records.actions.share_asking import Way
    from records.actions.share_looking import Looked
    from records.models import Share


@dataclasses.dataclass(frozen=True, slots=True)
class ShareSent:
    """What was sent, and the second secret of its link, to be told once."""

    disclosure: UUID
    secret: Secret | None = None


def send_share(
    *,
    actor: Actor,
    share_id: UUID,
    previewed: str,
    way: Way,
    unwaited: str = "",
    told_at: datetime.datetime | None = None,
    later_by: UUID | None = None,
) -> ShareSent:
    """Send what was looked at, now; a trainee's goes by the hand of their supervisor.

    Raises Stale where something changed since it was looked at, Invalid where the client is to see
    it first and nobody said why not to wait, Refused with the gate's reason in words.
    """
    require(actor, sending_shares(actor))
    # who is told what is missing goes on in the same act: nothing of this may stay
    with transaction.atomic():
        share = editable(actor, share_id, locked=True)
        releases = _require_hand(actor, share)
        _require_let_go(share)
        _require_seen(actor, share, unwaited)
        set_way(share, way)
        looked = _released(actor, share, previewed) if releases else None
        looked = looked or keep_looked_at(actor, share, previewed)
        return _send(actor, share, looked.pack, looked.also, told_at, later_by)


def _require_hand(actor: Actor, share: Share) -> bool:
    """Say whether it is a trainee's that somebody lets go; nobody sends without the right to."""
    if actor.may(Permission.DISCLOSE):
        return False
    if share.release_asked_at is None or share.by == actor.id:
        raise NotThere("records_share", share.pk)
    return True


def _require_let_go(share: Share) -> None:
    """Ask for the second person where a subpoena asks for it; the database does so again."""
    if share.subpoena is not None and not share_row(share.pk).released:
        raise Invalid("Somebody else lets exactly this go first. Lock it, and ask them.")


def _released(actor: Actor, share: Share, previewed: str) -> Looked:
    """Take what the trainee looked at, if nothing of it changed since."""
    paper = paper_of(share.pk)
    if paper.pack_sha256 != previewed or made_of(share, paper) != paper.made_of:
        raise Stale
    looked = as_looked_at(actor, share, paper, share_row(share.pk))
    case, ground = clients.case_row(share.case_id), looked.row.ground
    if ground.consent is None or share.level != Level.NOTES:
        return looked
    also = words_of_others(actor, case, share.client_id, ground.consent)
    return dataclasses.replace(looked, also=also)


def _require_seen(actor: Actor, share: Share, unwaited: str) -> None:
    """Ask for the client's word on it, where they are to see it first, or for why not to wait."""
    if not share.show_first or share.basis_id is not None or share.unwaited_at is not None:
        return
    showing = share_row(share.pk).showing
    if showing is None or showing.answer != Answer.FINE:
        unwait(actor, share, unwaited)


def _send(
    actor: Actor,
    share: Share,
    pack: Pack,
    also: tuple[UUID, ...],
    told_at: datetime.datetime | None = None,
    later_by: UUID | None = None,
) -> ShareSent:
    """Let it leave through the gate, and note that it did: one act."""
    require_left_out(share)
    (ground,) = grounds_now([wanted_by(share)])
    service = actor.kind is ActorKind.SERVICE
    disclosure = consent.actions.disclose(
        actor=actor,
        client_id=share.client_id,
        case_id=share.case_id,
        pack=pack,
        note_ids=() if share.level == Level.ATTENDANCE else share.chosen,
        session_ids=share.chosen if share.level == Level.ATTENDANCE else (),
        categories=share.categories,
        consent_id=_consent(share, ground),
        basis_id=share.basis_id,
        also=also,
        recipient_id=share.recipient_id,
        level=share.categories[0],
        channel=share.channel,
        address_id=share.address_id,
        told_at=told_at,
        later_by=later_by,
        why_so_much=_why(actor, share),
        language=language_of(share.client_id, _consent(share, ground)),
        by=share.by if service else None,
        prepared_by=share.by if share.by != actor.id and not service else None,
    )
    end_showings(share)
    share.disclosure_id, share.sent_at, share.due_at = disclosure, now(), None
    secret = _deliver(actor, share, disclosure)
    if service and secret is not None:
        share.secret = secret.secret
    share.save(update_fields=["disclosure", "sent_at", "due_at", "secret"])
    record_share(
        actor,
        share,
        SHARE_SENT,
        rows=[disclosure],
        sealed=kept_pack(share) | stored(share, "secret"),
        detail={"channel": share.channel},
    )
    return ShareSent(disclosure, secret)


def send_kept(actor: Actor, share: Share) -> ShareSent:
    """Send exactly what was looked at, as a part of what the machine does for who prepared it."""
    return _send(actor, share, opened_pack(actor, share, paper_of(share.pk)), ())


def _consent(share: Share, ground: Ground) -> UUID | None:
    """Give the client's word it goes under; where there is none, say why not and send nothing."""
    if share.basis_id is not None:
        return None
    if ground.consent is None:
        raise Refused("no-permission", ground.why, client=share.client_id, case=share.case_id)
    return ground.consent


def _why(actor: Actor, share: Share) -> str:
    if share.why_so_much is None:
        return ""
    grant = record_share(actor, share, SHARE_OPENED, purpose="why so much")
    return vault.open_text(share.why_so_much, grant)


def _deliver(actor: Actor, share: Share, disclosure: UUID) -> Secret | None:
    if share.channel != Channel.LINK or share.address_id is None:
        return None
    return deliver(
        actor=actor,
        disclosure_id=disclosure,
        address_id=share.address_id,
        told_by=share.told_by,
        told_address_id=share.told_address_id,
    )
