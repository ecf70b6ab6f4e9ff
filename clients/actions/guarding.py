"""Give a guardian a sign-in of their own: it shows what the decision in force lets them decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

import audit.actions
from clients import queries
from clients.actions.messages import queue_message
from clients.actions.opening import opened_details
from clients.actions.portal import PortalGiven
from clients.domain import events
from clients.domain.messages import Template
from clients.domain.people import Channel
from clients.models import Guardian, GuardianAccess
from counselling import db
from counselling.access import Permission, Role, require
from counselling.accounts import actions as accounts
from counselling.errors import Invalid, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from clients.domain.guardians import GuardianDetails
    from clients.queries import GuardianRow
    from counselling import vault
    from counselling.access import Actor
    from counselling.accounts.domain import Invited


def give_guardian_access(
    *,
    actor: Actor,
    guardian_id: UUID,
    email: str = "",
    word: str = "",
    password: str | None = None,
) -> PortalGiven:
    """Make a guardian's sign-in, or a new link for the one they have; the old ones are dead.

    The link goes by the guardian's own card, the PIN by word of mouth. A `word` agreed with them
    is asked beside their password before they sign. Without `email` it is the one they can be
    reached at. A password is for planting only.
    """
    require(actor, Permission.GIVE_PORTAL)
    row = queries.guardian_row(guardian_id)
    details = _asked(actor, row)
    # whose word is too easily guessed is told so in the same act: nothing of this may stay
    with transaction.atomic():
        invited = _invited(actor, row, details, email or details.contact.email, word, password)
    return _given(actor, row, details, invited)


def _invited(
    actor: Actor,
    row: GuardianRow,
    details: GuardianDetails,
    email: str,
    word: str,
    password: str | None,
) -> Invited:
    account = row.account
    if account is None:
        invited = _made(actor, row, email, password)
        account = invited.account
    if word:
        known = (details.name, details.relationship, details.contact.email)
        accounts.agree_word(actor=actor, account_id=account, word=word, known=known)
    # a word makes links of before useless: so the link that is handed on comes after it
    if row.account is not None or (word and password is None):
        invited = accounts.invite_client_again(actor=actor, account_id=account)
    return invited


def _asked(actor: Actor, row: GuardianRow) -> GuardianDetails:
    """Open how to reach them; raises Invalid for who decides nothing here."""
    if not queries.signs(row.client, row.id):
        raise Invalid("They sign nothing at present. Record first that they decide.")
    details = opened_details(Guardian.objects.get(pk=row.id), _record(actor, row))
    if details.card.channel is Channel.NONE:
        message = "They chose that nothing is to be online. Correct that first, if they ask for it."
        raise Refused("nothing-online", message, client=row.client)
    return details


def _made(actor: Actor, row: GuardianRow, email: str, password: str | None) -> Invited:
    if not email:
        raise Invalid("Write the e-mail address they want to sign in with.", "email")
    invited = accounts.create_client_account(
        actor=actor, email=email, password=password, role=Role.GUARDIAN
    )
    GuardianAccess.objects.create(
        client_id=row.client,
        guardian_id=row.id,
        account_id=invited.account,
        given_at=db.now(),
        given_by=actor.id,
    )
    return invited


def _given(
    actor: Actor, row: GuardianRow, details: GuardianDetails, invited: Invited
) -> PortalGiven:
    by_letter = bool(details.contact.email) and details.card.channel is Channel.EMAIL
    sent = by_letter and bool(invited.path)
    if sent:
        queue_message(
            actor=actor,
            client_id=row.client,
            template=Template.SIGN_IN,
            link=invited.path,
            guardian=row.id,
        )
    return PortalGiven(invited.account, invited.path, invited.pin, sent)


def _record(actor: Actor, row: GuardianRow) -> vault.Grant:
    return audit.actions.record(
        actor=actor,
        kind=events.GUARDIAN_INVITED,
        client=row.client,
        about=("clients_guardian", row.id),
        relation=queries.relation_to_client(actor, row.client),
        detail={"renewed": row.account is not None},
    )
