"""Give a client a sign-in of their own, unless they chose that nothing is to be online."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.urls import reverse

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

    from clients.actions.opening import ClientFile
    from counselling.access import Actor
    from counselling.accounts.domain import Invited


@dataclasses.dataclass(frozen=True, slots=True)
class PortalGiven:
    """A sign-in made or made new: link and PIN never reach the same hands if that can be helped."""

    account: UUID
    path: str
    pin: str
    sent: bool

    @property
    def path_to_hand_over(self) -> str:
        """Give the link only where no message brings it to the client."""
        return "" if self.sent else self.path


def give_portal_access(
    *, actor: Actor, client_id: UUID, email: str = "", word: str = "", password: str | None = None
) -> PortalGiven:
    """Make a client's sign-in: with a word agreed in the room, or with a link and a PIN.

    The link goes by the safe channel, the PIN by word of mouth. Without `email` it is the one they
    can be reached at. A password is for planting only.
    """
    require(actor, Permission.GIVE_PORTAL)
    client = open_client(actor=actor, client_id=client_id, purpose="giving a sign-in")
    _refuse_offline(client)
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
    if word:
        return _welcomed(actor, client, invited.account, word)
    return _given(actor, client, invited)


def renew_portal_invitation(*, actor: Actor, client_id: UUID) -> PortalGiven:
    """Give a client a new link and PIN; the old ones are dead, and the client is told."""
    require(actor, Permission.GIVE_PORTAL)
    client = open_client(actor=actor, client_id=client_id, purpose="giving a sign-in")
    access = PortalAccess.objects.filter(client_id=client_id).first()
    if access is None:
        raise Invalid("They have no sign-in yet.")
    _refuse_offline(client)
    accounts.reopen_client_account(actor=actor, account_id=access.account_id)
    invited = accounts.invite_client_again(actor=actor, account_id=access.account_id)
    _record(actor, client_id, access, renewed=True)
    given = _given(actor, client, invited)
    if not given.sent:  # held until the card allows it, and there for them to see
        queue_message(actor=actor, client_id=client_id, template=Template.CHANGE)
    return given


def agree_on_word(*, actor: Actor, client_id: UUID, word: str) -> PortalGiven:
    """Agree on another word with a client who has a sign-in: in the room, or once sure who it is.

    The old word, its links and what was signed in are over; the client is told.
    """
    require(actor, Permission.GIVE_PORTAL)
    client = open_client(actor=actor, client_id=client_id, purpose="giving a sign-in")
    access = PortalAccess.objects.filter(client_id=client_id).first()
    if access is None:
        raise Invalid("They have no sign-in yet.")
    _refuse_offline(client)
    _record(actor, client_id, access, renewed=True)
    return _agreed(actor, client, access.account_id, word)


def _welcomed(actor: Actor, client: ClientFile, account: UUID, word: str) -> PortalGiven:
    """Agree on the word, and write to them where their way in is, if they may be written to."""
    given = _agreed(actor, client, account, word)
    goes = bool(client.contact.email) and client.card.channel is Channel.EMAIL
    if goes:
        way_in = reverse("accounts:link-new")
        queue_message(actor=actor, client_id=client.id, template=Template.SIGN_IN, link=way_in)
    return dataclasses.replace(given, sent=goes)


def _agreed(actor: Actor, client: ClientFile, account: UUID, word: str) -> PortalGiven:
    who = client.identity
    born = f"{who.birth_date:%d%m%Y %Y}" if who.birth_date else ""
    known = (who.given, who.family, who.called, born, client.contact.email, client.reference)
    accounts.agree_word(actor=actor, account_id=account, word=word, known=known)
    return PortalGiven(account, path="", pin="", sent=False)


def _refuse_offline(client: ClientFile) -> None:
    if client.card.channel is Channel.NONE:
        message = (
            "They chose that nothing is to be online. Change the card first, if they ask for it."
        )
        raise Refused("nothing-online", message, client=client.id)


def _given(actor: Actor, client: ClientFile, invited: Invited) -> PortalGiven:
    """Queue the link if the card lets it go; who may give a sign-in may also send it."""
    goes = bool(client.contact.email) and client.card.channel is Channel.EMAIL
    sent = goes and bool(invited.path)
    if sent:
        queue_message(
            actor=actor, client_id=client.id, template=Template.SIGN_IN, link=invited.path
        )
    return PortalGiven(invited.account, invited.path, invited.pin, sent)


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
