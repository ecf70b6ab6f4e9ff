"""The word a client agrees on with staff in the room: written down as a hash, judged, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import hashers
from django.utils.functional import SimpleLazyObject

import audit.actions
from counselling import db, vault
from counselling.access import Permission, require, require_step_up
from counselling.accounts import domain, queries
from counselling.accounts.actions import sittings, telling
from counselling.accounts.domain import Ended, Kind
from counselling.accounts.models import Account, AgreedWord, Invitation, SentLink
from counselling.accounts.passwords import is_common
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.access import Actor

_TABLE = "accounts_account"
# judged where there is none, so that no answer comes sooner; made once, as costly as any
_NONE = SimpleLazyObject(lambda: hashers.make_password(None))


def agree_word(*, actor: Actor, account_id: UUID, word: str, known: Iterable[str] = ()) -> None:
    """Write down the word agreed with a client; the old one, its links and sittings are over.

    Who replaces the way in of a sign-in in use confirms who they are (AU-09). `known` is what
    others know of the client. Raises Invalid for a word that is easily guessed.
    """
    require(actor, Permission.GIVE_PORTAL)
    account = Account.objects.filter(pk=account_id, kind=Kind.CLIENT).first()
    if account is None:
        raise NotThere(_TABLE, account_id)
    # what is made in this very act is nobody's yet
    in_use = account.created_at < db.now() and (
        account.has_usable_password() or queries.has_word(account_id)
    )
    if in_use:
        require_step_up(actor, db.now())
    if wrong := domain.decide_word(word, known) or is_common(domain.fold_word(word)):
        raise Invalid(wrong, "word")
    at = queries.clock()
    end_word(account_id)
    Invitation.objects.filter(account=account_id, used_at=None).update(expires_at=at)
    # one that was closed, since nothing was to be online, is open again
    Account.objects.filter(pk=account_id).update(is_active=True)
    AgreedWord.objects.create(
        account_id=account_id,
        word_hash=hashers.make_password(domain.fold_word(word)),
        agreed_at=at,
        agreed_by=actor.id,
    )
    sittings.end_all(account_id, Ended.BY_STAFF)
    grant = audit.actions.record(
        actor=actor,
        kind=domain.WORD_AGREED,
        about=(_TABLE, account_id),
        holders=[vault.holders.staff(account_id)],
        detail={"another": in_use},
    )
    if in_use:
        telling.tell_owner(actor, grant, account_id, "factor_changed")


# -- shared with coming in by a link -----------------------------------------------------------


def end_word(account_id: UUID) -> None:
    """Let a word be of no more use, and the links that ask for it."""
    at = queries.clock()
    AgreedWord.objects.filter(account=account_id, until=None).update(until=at)
    end_links(account_id)


def end_links(account_id: UUID) -> None:
    """Let every link that was sent to an account be dead."""
    SentLink.objects.filter(account=account_id, ended_at=None).update(ended_at=queries.clock())


def end_links_but(account_id: UUID, link: UUID) -> None:
    """Let every other link of an account be dead: one letter, one way in."""
    others = SentLink.objects.filter(account=account_id, ended_at=None).exclude(pk=link)
    others.update(ended_at=queries.clock())


def is_word(account_id: UUID | None, typed: str) -> bool:
    """Say whether this is the word of an account, and count; at the fifteenth it is over.

    It takes as long where there is none.
    """
    words = AgreedWord.objects.select_for_update().filter(account=account_id, until=None)
    row = words.first() if account_id else None
    right = hashers.check_password(domain.fold_word(typed), row.word_hash if row else str(_NONE))
    if row is None:
        return False
    failures = 0 if right else row.failures + 1
    AgreedWord.objects.filter(pk=row.pk).update(failures=failures)
    if failures >= domain.WRONG_WORDS_EVER:
        end_word(row.account_id)
    return right
