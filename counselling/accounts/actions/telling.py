"""Tell the owner of an account what was done to it: staff by mail, clients by who knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from counselling.accounts.actions import mail
from counselling.accounts.domain import Kind
from counselling.accounts.models import Account

if TYPE_CHECKING:
    from uuid import UUID

    from counselling import vault
    from counselling.access import Actor


class Tell(Protocol):
    """Has a client told, in the running transaction, as their safe-contact card allows."""

    def __call__(self, *, actor: Actor, account_id: UUID, letter: str) -> None:
        """Tell them."""


_clients: Final[list[Tell]] = []


def on_client(tell: Tell) -> None:
    """Have clients told of their sign-in; an app that knows clients calls this."""
    if tell not in _clients:
        _clients.append(tell)


def tell_owner(actor: Actor, grant: vault.Grant, owner: UUID, letter: str) -> None:
    """Write to the owner of an account once the act has committed (AU-10)."""
    if Account.objects.filter(pk=owner, kind=Kind.STAFF).exists():
        mail.tell(grant, owner, letter)
        return
    for tell in _clients:
        tell(actor=actor, account_id=owner, letter=letter)


def tell_of_guessing(actor: Actor, owner: UUID) -> None:
    """Have staff hear that somebody guessed at a client's word until the link was dead."""
    for tell in _clients:
        tell(actor=actor, account_id=owner, letter="guessed")
