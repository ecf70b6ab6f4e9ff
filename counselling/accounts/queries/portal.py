"""Links that were asked for or sent, and agreed words, as far as there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counselling import vault
from counselling.accounts.domain import Kind
from counselling.accounts.domain.portal import LinkToSend, OpenLink, Purpose
from counselling.accounts.models import Account, AgreedWord, SentLink
from counselling.accounts.queries.asking import clock

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


def has_word(account_id: UUID) -> bool:
    """Say whether a word is agreed with whose account this is."""
    return AgreedWord.objects.filter(account=account_id, until=None).exists()


def is_in_use(account_id: UUID) -> bool:
    """Say whether somebody can come in with an account: by a password or by an agreed word."""
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    return account is not None and (account.has_usable_password() or has_word(account_id))


def good_links() -> QuerySet[SentLink]:
    """Give the links that lead somewhere at this moment."""
    sent = SentLink.objects.filter(ended_at=None, sent_at__isnull=False, expires_at__gt=clock())
    return sent.filter(account__is_active=True).select_related("account")


def asks_word(link: SentLink) -> bool:
    """Say whether a link asks for the agreed word: a client's does, staff have their factor."""
    return link.account is not None and link.account.kind == Kind.CLIENT


def open_link(token: str) -> OpenLink | None:
    """Say whether a link is still good; looking at it uses nothing up (AU-07)."""
    found = good_links().filter(token_hash=vault.digest(token)).first()
    return OpenLink(Purpose(found.purpose), asks_word(found)) if found else None


def link_to_send(link_id: UUID) -> LinkToSend | None:
    """Give a link that was asked for and can be sent: to somebody, and where a word is agreed."""
    waits = SentLink.objects.filter(sent_at=None, ended_at=None, expires_at__gt=clock())
    found = waits.filter(pk=link_id, account__is_active=True).select_related("account").first()
    if found is None or found.account is None:
        return None
    account, purpose = found.account, Purpose(found.purpose)
    is_staff = account.kind == Kind.STAFF
    if is_staff:
        return LinkToSend(account.id, purpose, is_staff) if purpose is Purpose.RESET else None
    return LinkToSend(account.id, purpose, is_staff) if has_word(account.id) else None


def links_to_send() -> list[tuple[UUID]]:
    """Give what was asked for and is neither sent nor given up; for the sweeper."""
    waits = SentLink.objects.filter(sent_at=None, ended_at=None, expires_at__gt=clock())
    return [(one,) for one in waits.order_by("asked_at").values_list("pk", flat=True)[:500]]
