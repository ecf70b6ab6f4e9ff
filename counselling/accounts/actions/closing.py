"""End a client's sign-in where nothing is to be online."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
from counselling.access import ActorKind, Permission, require
from counselling.accounts import domain, queries
from counselling.accounts.actions import sittings, words
from counselling.accounts.domain import Ended, Kind
from counselling.accounts.models import Account, Invitation
from counselling.errors import NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


def close_client_account(*, actor: Actor, account_id: UUID) -> None:
    """End a client's sign-in, its sittings, its word and every link; by themselves or by staff."""
    own = actor.kind is ActorKind.CLIENT and actor.id == account_id
    require(actor, Permission.MANAGE_OWN_ACCOUNT if own else Permission.AMEND_CONTACT)
    account = Account.objects.filter(pk=account_id, kind=Kind.CLIENT).first()
    if account is None:
        raise NotThere("accounts_account", account_id)
    audit.actions.record(
        actor=actor, kind=domain.CLIENT_CLOSED, about=("accounts_account", account_id)
    )
    words.end_word(account_id)
    Invitation.objects.filter(account=account_id, used_at=None).update(expires_at=queries.clock())
    sittings.end_all(account_id, Ended.BY_OWNER if own else Ended.BY_STAFF)
    # last: from here the database shows the account's owner nothing
    Account.objects.filter(pk=account_id).update(is_active=False)


def reopen_client_account(*, actor: Actor, account_id: UUID) -> None:
    """Open a client's sign-in again that was closed; it still needs a new way in."""
    require(actor, Permission.GIVE_PORTAL)
    closed = Account.objects.filter(pk=account_id, kind=Kind.CLIENT, is_active=False)
    if closed.update(is_active=True):
        audit.actions.record(
            actor=actor, kind=domain.REACTIVATED, about=("accounts_account", account_id)
        )
