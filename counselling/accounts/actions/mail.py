"""Mail to members of staff: a neutral subject, one recipient, not a word about counselling."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from counselling import vault
from counselling.accounts.domain import Kind
from counselling.accounts.models import Account

if TYPE_CHECKING:
    from uuid import UUID

SUBJECT: Final = "About your sign-in"
REMINDER: Final = "A reminder"
Letter = EmailMessage
log = logging.getLogger("counselling.accounts")


def tell(grant: vault.Grant, owner: UUID, template: str, link: str = "") -> None:
    """Write to the owner of an account once the act has committed; clients are told elsewhere."""
    account = Account.objects.get(pk=owner)
    if account.kind != Kind.STAFF:
        return
    address = vault.open_text(account.email, grant)
    body = render_to_string(f"accounts/mail/{template}.txt", {"link": link})
    message = EmailMessage(SUBJECT, body, to=[address])
    transaction.on_commit(lambda: _send(message))


def letter(grant: vault.Grant, owner: UUID, template: str, subject: str) -> Letter:
    """Make a letter to a member of staff, to be sent once nothing is held open."""
    account = Account.objects.get(pk=owner, kind=Kind.STAFF)
    address = vault.open_text(account.email, grant)
    body = render_to_string(f"accounts/mail/{template}.txt", {"link": ""})
    return EmailMessage(subject, body, to=[address])


def send(made: Letter) -> bool:
    """Send a letter and say whether it has left; a server may be away."""
    try:
        made.send()
    except OSError:
        log.warning("mail.not-sent")
        return False
    return True


def _send(message: EmailMessage) -> None:
    send(message)  # a mail server that is away must not undo what was done
