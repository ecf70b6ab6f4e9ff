"""Give a client a sign-in of their own, unless they chose that nothing is to be online."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
from clients import queries
from clients.actions.messages import queue_message
from clients.actions.opening import open_client
from clients.domain import events
from clients.domain.messages import Template
from clients.domain.people import Channel
from clients.models import PortalAccess
from counselling import db
from counselling.access import Permission, require
from counselling.accounts import actions as accounts
from counselling.errors import Invalid, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from clients.domain import Card
    from counselling.access import Actor
    from counselling.accounts.domain import Invited


def give_portal_access(
    *, actor: Actor, client_id: UUID, email: str = "", password: str | None = None
) -> Invited:
    """Make a client's sign-in; the link also goes by the safe channel, the PIN by word of mouth.

    Without `email` it is the one they can be reached at. A password is for planting only.
    """
    require(actor, Permission.GIVE_PORTAL)
    client = open_client(actor=actor, client_id=client_id, purpose="giving a sign-in")
    if client.card.channel is Channel.NONE:
        raise Refused(
            "nothing-online",
            "They chose that nothing is to be online. Change the card first, if they ask for it.",
            client=client_id,
        )
    if queries.has_portal(client_id):
        raise Invalid("They have a sign-in already.")
    address = email or client.contact.email
    if not address:
        raise Invalid("Write the e-mail address they want to sign in with.", "email")
    invited = accounts.create_client_account(actor=actor, email=address, password=password)
    access = PortalAccess.objects.create(
        client_id=client_id, account_id=invited.account, given_at=db.now(), given_by_id=actor.id
    )
    _record(actor, client_id, access, renewed=False)
    _tell(actor, client_id, client.card, invited)
    return invited


def renew_portal_invitation(*, actor: Actor, client_id: UUID) -> Invited:
    """Give a client a new link and PIN; the old ones are dead."""
    require(actor, Permission.GIVE_PORTAL)
    client = open_client(actor=actor, client_id=client_id, purpose="giving a sign-in")
    access = PortalAccess.objects.filter(client_id=client_id).first()
    if access is None:
        raise Invalid("They have no sign-in yet.")
    invited = accounts.invite_client_again(actor=actor, account_id=access.account_id)
    _record(actor, client_id, access, renewed=True)
    _tell(actor, client_id, client.card, invited)
    return invited


def _tell(actor: Actor, client_id: UUID, card: Card, invited: Invited) -> None:
    """Queue the link; who may give a sign-in may also send it."""
    if invited.path and card.channel is Channel.EMAIL:
        queue_message(
            actor=actor, client_id=client_id, template=Template.SIGN_IN, link=invited.path
        )


def _record(actor: Actor, client_id: UUID, access: PortalAccess, *, renewed: bool) -> None:
    audit.actions.record(
        actor=actor,
        kind=events.PORTAL_GIVEN,
        client=client_id,
        about=("clients_portalaccess", access.pk),
        rows=[access.account_id],
        relation=queries.relation_to_client(actor, client_id),
        detail={"renewed": renewed},
    )
