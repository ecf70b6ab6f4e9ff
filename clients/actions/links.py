"""Links whose second secret was right: they act for one client, about one row, for a while."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from django.db import connection

import audit.actions
from clients.domain import events
from clients.models import LinkActor
from counselling import db
from counselling.access import Permission, link_actor, require

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

LASTS: Final = datetime.timedelta(hours=1)
_MAKE: Final = "SELECT clients_make_link_actor(%s, %s, %s, %s, %s)"


def open_link_actor(
    *,
    actor: Actor,
    client_id: UUID,
    row: UUID,
    purpose: str = "consent",
    lasts: datetime.timedelta = LASTS,
) -> Actor:
    """Let a link act whose second secret the caller has just found right.

    The database takes this from an anonymous transaction only, and trusts the application that
    the secret was right.
    """
    require(actor, Permission.SIGN_IN)
    link, at = db.uuid7(), db.now()
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, [link, client_id, purpose, row, at + lasts])
    audit.actions.record(
        actor=actor, kind=events.LINK_OPENED, client=client_id, rows=[row, link], purpose=purpose
    )
    return link_actor(link, client_id)


def end_link(*, actor: Actor) -> None:
    """End the link that acts, once its one thing is done."""
    require(actor, Permission.SIGN_CONSENT)
    ended = LinkActor.objects.filter(pk=actor.id).update(expires_at=db.now())
    audit.actions.record(
        actor=actor, kind=events.LINK_ENDED, client=actor.client, detail={"ended": ended}
    )
