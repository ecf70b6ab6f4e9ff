"""Send by the machine what was looked at, as soon as the client agrees; else give it back."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from audit.queries.outside import is_frozen
from consent.queries.delivery import receipts
from consent.queries.grounds import grounds_now
from counselling import vault
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused
from records.actions.share_keeping import editable, paper_of, record_share
from records.actions.share_letters import is_left_out
from records.actions.share_packs import made_of
from records.actions.share_sending import send_kept
from records.domain.shares import SHARE_CAME_BACK, SHARE_PUT_OFF, SHARE_SECRET_READ, Back, Resume
from records.models import Share
from records.queries.shares import wanted_by

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

# a share that failed for a reason of ours is tried again so much later, each time longer
WAITS: Final = datetime.timedelta(minutes=2)
MOST_ATTEMPTS: Final = 6


def send_by_itself(*, actor: Actor, share_id: UUID) -> bool:
    """Send exactly what was looked at, for who prepared it, if the client has agreed to it now.

    It comes back to a person where the client did not agree, where something was added since, and
    where the gate says no. All of it is one act: a worker that dies half-way has done nothing, and
    the next one finds it as it was.
    """
    require(actor, Permission.RUN_JOB)
    share = (
        Share.objects.select_for_update(skip_locked=True)
        .filter(pk=share_id, resume=Resume.SEND, back="", sent_at=None, dropped_at=None)
        .first()
    )
    if share is None or share.due_at is None or share.due_at > now():
        return False
    if is_frozen():
        return False  # it stays due, and goes when the log was looked into
    (ground,) = grounds_now([wanted_by(share)])
    if not ground.allowed:
        return False if ground.is_asked else _give_back(actor, share, Back.REFUSED)
    same = made_of(share, paper_of(share.pk)) == paper_of(share.pk).made_of
    if not (same and is_left_out(share)):
        return _give_back(actor, share, Back.CHANGED)
    try:
        with transaction.atomic():
            send_kept(actor, share)
    except (Refused, Invalid, NotThere):
        share.refresh_from_db()
        return _give_back(actor, share, Back.GATE)
    return True


def _give_back(actor: Actor, share: Share, why: Back) -> bool:
    share.back, share.due_at = why, None
    share.save(update_fields=["back", "due_at"])
    record_share(actor, share, SHARE_CAME_BACK, reason=why)
    return False


def put_off_share(*, actor: Actor, share_id: UUID) -> None:
    """Try again later what failed for a reason of ours; after six times a person looks at it."""
    require(actor, Permission.RUN_JOB)
    share = editable(actor, share_id)
    share.attempts += 1
    share.due_at = now() + WAITS * 2**share.attempts
    share.save(update_fields=["attempts", "due_at"])
    record_share(actor, share, SHARE_PUT_OFF, detail={"attempt": share.attempts})
    if share.attempts >= MOST_ATTEMPTS:
        _give_back(actor, share, Back.GATE)


def read_secret(*, actor: Actor, share_id: UUID) -> str:
    """Show once the second secret of a link that the machine sent; then it is forgotten.

    Nothing where the link has ended meanwhile or another took its place: the word opens nothing.
    """
    require(actor, Permission.DISCLOSE)
    share = Share.objects.select_for_update().filter(pk=share_id, by=actor.id).first()
    if share is None or share.secret is None:
        raise NotThere("records_share", share_id)
    grant = record_share(actor, share, SHARE_SECRET_READ)
    secret = vault.open_text(share.secret, grant)
    share.secret = None
    share.save(update_fields=["secret"])
    return secret if _opens(share) else ""


def _opens(share: Share) -> bool:
    """Say whether the link that the machine made, and no other, still leads somewhere."""
    links = [] if share.disclosure_id is None else receipts([share.disclosure_id]).values()
    made = [one for of_one in links for one in of_one]
    return len(made) == 1 and made[0].live
