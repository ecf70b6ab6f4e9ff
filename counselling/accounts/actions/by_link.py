"""Coming in by a link and the agreed word, and setting a forgotten password anew (AU-06, AU-07).

Asking leaves the same row, event and job for a name nobody has: only a worker finds out whose it
is, so neither words nor time of the answer tell. Opening the link uses nothing up; the word does.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.urls import reverse

import audit.actions
from counselling import jobs, vault
from counselling.access import Permission, require
from counselling.accounts import domain, queries
from counselling.accounts.actions import (
    allowances,
    devices,
    entry,
    mail,
    own,
    sittings,
    telling,
    words,
)
from counselling.accounts.actions.throttling import take_turn
from counselling.accounts.domain import Ended, Kind, Outcome, Purpose, Tried
from counselling.accounts.models import Account, SentLink
from counselling.db import uuid7

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from audit.domain import EventKind
    from counselling.access import Actor

SEND: Final = "clients.send_link"
_TABLE: Final = "accounts_account"
_KEPT: Final = 200


def ask_link(*, actor: Actor, email: str, purpose: Purpose) -> None:
    """Take down that somebody wants a link; whether one is sent, a worker finds out.

    Raises TooOften, for a name nobody has as for any other.
    """
    require(actor, Permission.SIGN_IN)
    index, where = queries.index_of(email), domain.neighbourhood(actor.address)
    for allowance, whose in (
        (domain.LINKS_OF_ADDRESS, where),
        (domain.LINKS_FROM_HERE, f"{index}|{where}"),
        (domain.LINKS_EVERYWHERE, index),
    ):
        allowances.count(allowance, whose, refuse=True)
    account = Account.objects.filter(sign_in_index=index, is_active=True).first()
    at = queries.clock()
    row = SentLink.objects.create(
        account=account, purpose=purpose.value, asked_at=at, expires_at=at + domain.WORTH_SENDING
    )
    _record(actor, domain.LINK_ASKED, row)
    _forget_old()
    jobs.enqueue(SEND, row.pk)


def make_link(*, actor: Actor, link_id: UUID) -> str:
    """Make the link that was asked for, and give its path; empty if it is asked for no more.

    The old ones of that account are dead: one letter, one way in.
    """
    require(actor, Permission.RUN_JOB)
    row = _to_send(link_id)
    if row is None or row.account_id is None:
        return ""
    words.end_links_but(row.account_id, row.pk)
    token, at = secrets.token_urlsafe(32), queries.clock()
    SentLink.objects.filter(pk=row.pk).update(
        token_hash=vault.digest(token),
        sent_at=at,
        expires_at=at + domain.link_lasts(Purpose(row.purpose)),
    )
    grant = _record(actor, domain.LINK_MADE, row)
    path = reverse("accounts:link", args=[token])
    account = Account.objects.get(pk=row.account_id)
    if account.kind == Kind.STAFF:
        mail.tell(grant, account.id, "reset", settings.BASE_URL.rstrip("/") + path)
    return path


def give_up_link(*, actor: Actor, link_id: UUID, reason: str) -> None:
    """Note that a link is not sent: nobody has that name, or the card does not allow it now."""
    require(actor, Permission.RUN_JOB)
    row = _to_send(link_id)
    if row is not None:
        SentLink.objects.filter(pk=row.pk).update(ended_at=queries.clock())
        _record(actor, domain.LINK_NOT_SENT, row, reason=reason)


def give_word(*, actor: Actor, request: HttpRequest, token: str, word: str) -> Tried:
    """Judge the word at a link: a right one signs in, or leads to the second factor there is."""
    require(actor, Permission.SIGN_IN)
    found = _judged(actor, token, word, Purpose.ENTRY)
    if isinstance(found, Tried):
        return found
    account = _owner(found)
    if queries.is_enrolled(account.id):
        entry.await_factor(actor, request, account, "")
        return Tried(Outcome.FACTOR, account=account.id)
    sitting = uuid7()
    audit.actions.record(
        actor=actor,
        kind=domain.SIGNED_IN,
        about=(_TABLE, account.id),
        detail={"factor": "link and word", "session": str(sitting)},
    )
    sittings.begin(request, account, sitting, "")
    devices.note_device(actor, request, account)
    return Tried(Outcome.IN, account=account.id)


def set_forgotten_password(*, actor: Actor, token: str, word: str, password: str) -> Tried:
    """Set a new password by a link that was sent for it; clients give their word as well.

    It signs nobody in: that asks the password and a factor like always (AU-02). Raises Invalid for
    a weak one, and then nothing is used up.
    """
    require(actor, Permission.SIGN_IN)
    own.refuse_weak(password, "password")
    found = _judged(actor, token, word, Purpose.RESET)
    if isinstance(found, Tried):
        return found
    account = _owner(found)
    own.set_password(account, password, "password")
    sittings.end_all(account.id, Ended.BY_OWNER)
    grant = _record(actor, domain.PASSWORD_RESET, found)
    telling.tell_owner(actor, grant, account.id, "password_changed")
    return Tried(Outcome.IN, account=account.id)


# -- parts -------------------------------------------------------------------------------------


def _judged(actor: Actor, token: str, word: str, purpose: Purpose) -> SentLink | Tried:
    """Give the link, used up, if the word is right; else what came of it."""
    turn = take_turn(vault.digest(token), actor.address)
    if turn.wait:
        return Tried(turn.answer.outcome, turn.wait)
    row = _good(token, purpose)
    if row is None or row.account_id is None:
        turn.failed()
        return Tried(Outcome.LATE)
    asks = queries.asks_word(row)
    if asks and not words.is_word(row.account_id, word):
        turn.failed()
        return _wrong(actor, row)
    turn.succeeded()
    SentLink.objects.filter(pk=row.pk).update(ended_at=queries.clock())
    return row


def _owner(link: SentLink) -> Account:
    assert link.account is not None  # noqa: S101 a good link is somebody's; for the type checker
    return link.account


def _good(token: str, purpose: Purpose) -> SentLink | None:
    good = queries.good_links().select_for_update(of=("self",))
    return good.filter(token_hash=vault.digest(token), purpose=purpose.value).first()


def _wrong(actor: Actor, row: SentLink) -> Tried:
    failures = row.failures + 1
    over = failures >= domain.WRONG_WORDS
    SentLink.objects.filter(pk=row.pk).update(failures=failures)
    if over:
        SentLink.objects.filter(pk=row.pk).update(ended_at=queries.clock())
    _record(actor, domain.WORD_WRONG, row, outcome="refused")
    if over and row.account_id:
        telling.tell_of_guessing(actor, row.account_id)
    return Tried(Outcome.WRONG, left=max(0, domain.WRONG_WORDS - failures), account=row.account_id)


def _to_send(link_id: UUID) -> SentLink | None:
    waits = SentLink.objects.select_for_update().filter(sent_at=None, ended_at=None)
    return waits.filter(pk=link_id, expires_at__gt=queries.clock()).first()


def _forget_old() -> None:
    """Let a few rows of days ago go; who asked is in the log."""
    old = queries.clock() - domain.FORGOTTEN_AFTER
    found = SentLink.objects.select_for_update(skip_locked=True).filter(asked_at__lt=old)
    SentLink.objects.filter(pk__in=list(found.values_list("pk", flat=True)[:_KEPT])).delete()


def _record(
    actor: Actor, kind: EventKind, row: SentLink, *, reason: str = "", outcome: str = "ok"
) -> vault.Grant:
    owner = row.account_id
    return audit.actions.record(
        actor=actor,
        kind=kind,
        about=(_TABLE, owner) if owner else None,
        rows=[row.pk],
        holders=[vault.holders.staff(owner)] if owner else [],
        reason=reason,
        outcome=outcome,
        detail={"for": row.purpose},
    )
