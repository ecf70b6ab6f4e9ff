"""Links whose second secret was right: they act for one client, about one row, for a while."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from django.db import connection

import audit.actions
from clients.access import ending_links
from clients.domain import events
from clients.models import LinkActor
from counselling import db
from counselling.access import Permission, link_actor, require

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

LASTS: Final = datetime.timedelta(hours=1)
AT_ONCE: Final = datetime.timedelta(0)
_MAKE: Final = "SELECT clients_make_link_actor(%s, %s, %s, %s, %s)"
_HAND: Final = "SELECT clients_hand_over(%s, %s, %s, %s, %s)"
_END: Final = "SELECT links, letters FROM clients_end_links(%s, %s)"


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


def hand_link_over(*, actor: Actor, client_id: UUID, row: UUID, purpose: str = "signing") -> UUID:
    """Let the device in the room act about one row, by the word of who hands it over."""
    require(actor, Permission.ASK_CONSENT)
    link = db.uuid7()
    with connection.cursor() as cursor:
        cursor.execute(_HAND, [link, client_id, purpose, row, db.now() + LASTS])
    audit.actions.record(
        actor=actor, kind=events.LINK_HANDED, client=client_id, rows=[row, link], purpose=purpose
    )
    return link


def end_this_link(*, actor: Actor, client_id: UUID) -> None:
    """End the link that acts, as the last thing it does; letters and other links stay."""
    require(actor, Permission.SIGN_CONSENT)
    audit.actions.record(actor=actor, kind=events.LINK_ENDED, client=client_id, rows=[actor.id])
    LinkActor.objects.filter(pk=actor.id).update(expires_at=db.now())


def end_links(
    *, actor: Actor, client_id: UUID, row: UUID, after: datetime.timedelta = AT_ONCE
) -> None:
    """End every link to a row, `after` a while or at once, and drop letters that still carry it.

    Ending the link that acts is the last thing its act does: after it, it sees nothing.
    """
    require(actor, ending_links(actor))
    with connection.cursor() as cursor:
        cursor.execute(_END, [row, db.now() + after])
        links, letters = cursor.fetchone() or (0, 0)
    if links or letters:
        audit.actions.record(
            actor=actor,
            kind=events.LINK_ENDED,
            client=client_id,
            rows=[row],
            detail={"links": links, "letters": letters},
        )
