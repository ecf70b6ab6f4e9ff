"""Browsers known again: the owner is told when somebody signs in with one that is not (AU-10)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import audit.actions
from counselling import vault
from counselling.accounts import domain, queries
from counselling.accounts.actions import telling
from counselling.accounts.models import KnownDevice

if TYPE_CHECKING:
    from django.http import HttpRequest

    from counselling.access import Actor
    from counselling.accounts.models import Account

COOKIE: Final = "__Host-browser"
_BYTES: Final = 32


def note_device(actor: Actor, request: HttpRequest, account: Account) -> None:
    """Know this browser from now on; if others are known and this one is not, tell the owner.

    The cookie is put on the answer by the middleware, and the quick exit clears it.
    """
    at = queries.clock()
    token = str(request.COOKIES.get(COOKIE, ""))[:64] or secrets.token_urlsafe(_BYTES)
    mine = KnownDevice.objects.filter(account=account)
    mine.filter(seen_at__lt=at - domain.DEVICE_REMEMBERED).delete()
    this = vault.keyed_index("device", f"{account.pk}|{token}")
    request.known_browser = token  # type: ignore[attr-defined]  # our own attribute
    if mine.filter(device_hash=this).update(seen_at=at):
        return
    others = mine.exists()
    KnownDevice.objects.create(account=account, device_hash=this, since=at, seen_at=at)
    if others:
        grant = audit.actions.record(
            actor=actor,
            kind=domain.DEVICE_NEW,
            about=("accounts_account", account.pk),
            holders=[vault.holders.staff(account.pk)],
        )
        telling.tell_owner(actor, grant, account.pk, "new_device")
