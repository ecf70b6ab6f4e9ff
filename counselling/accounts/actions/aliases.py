"""Having clients read a code for the name of a colleague at risk: decided by two people."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

import audit.actions
from counselling import db, vault
from counselling.access import Permission, require, require_step_up
from counselling.accounts import queries
from counselling.accounts.domain import events
from counselling.accounts.models import RiskAlias
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

_TABLE: Final = "accounts_riskalias"
# no letter or digit that is taken for another
_DIGITS: Final = "23456789"
_LETTERS: Final = "ACDEFGHKLMNPRTWXY"


def ask_alias(
    *, actor: Actor, person_id: UUID, reason: str, until: datetime.datetime | None = None
) -> None:
    """Ask that clients read a code for somebody's name; a privacy officer has to agree."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    _require(actor, person_id, queries.may_ask_alias(actor, person_id))
    person = queries.person(person_id)
    if not reason.strip():
        raise Invalid("Say why. It is sealed.", "reason")
    at = db.now()
    if until is not None and until <= at:
        raise Invalid("Choose a day to come, or none.", "until")
    if queries.alias_of(person.id) is not None:
        raise Invalid("It was asked for already.", "reason")
    _end(person.id, actor)
    made = RiskAlias(
        account_id=person.id, code=_code(person.id), asked_by=actor.id, asked_at=at, until=until
    )
    made.reason = reason.strip()
    made.save(force_insert=True)
    sealed = {"reason": vault.fingerprint(made, "reason")}
    _record(actor, events.ALIAS_ASKED, made, sealed=sealed)


def agree_alias(*, actor: Actor, person_id: UUID) -> None:
    """Agree as the second person: from now on clients read the code."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    _require(actor, person_id, actor.may(Permission.AGREE_ALIAS))
    row = _waiting(person_id)
    if actor.id in {person_id, row.asked_by}:
        raise Refused("second-person", "Somebody other than who asked has to agree.")
    if row.agreed_at is not None:
        raise Invalid("Somebody agreed already.")
    row.agreed_by, row.agreed_at = actor.id, db.now()
    row.save(update_fields=["agreed_by", "agreed_at"])
    _record(actor, events.ALIAS_AGREED, row)


def end_alias(*, actor: Actor, person_id: UUID) -> None:
    """End it, or say no to it: clients read the name from now on."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    may = queries.may_ask_alias(actor, person_id) or actor.may(Permission.AGREE_ALIAS)
    _require(actor, person_id, may)
    row = _waiting(person_id)
    _end(person_id, actor)
    _record(actor, events.ALIAS_ENDED, row)


def read_alias(*, actor: Actor, person_id: UUID) -> str:
    """Read why, as who asks or agrees."""
    if not (queries.may_ask_alias(actor, person_id) or actor.may(Permission.AGREE_ALIAS)):
        require(actor, Permission.AGREE_ALIAS)
    row = _waiting(person_id)
    holders = [vault.holders.staff(person_id)]
    grant = _record(actor, events.ALIAS_READ, row, holders=holders)
    return vault.open_text(row.reason, grant)


def _require(actor: Actor, person_id: UUID, may: bool) -> None:  # noqa: FBT001 said by its callers
    if not may:
        require(actor, Permission.AGREE_ALIAS)
        raise NotThere("accounts_account", person_id)
    require_step_up(actor, db.now())


def _waiting(person_id: UUID) -> RiskAlias:
    known = queries.alias_of(person_id)
    row = known and RiskAlias.objects.select_for_update().filter(pk=known.id).first()
    if not row:
        raise NotThere(_TABLE, person_id)
    return row


def _end(person_id: UUID, actor: Actor) -> None:
    rows = RiskAlias.objects.filter(account=person_id, ended_at=None)
    rows.update(ended_by=actor.id, ended_at=db.now())


def _code(person_id: UUID) -> str:
    """Give the code of before, so that a client still knows who it is; or one nobody has."""
    before = RiskAlias.objects.filter(account=person_id).values_list("code", flat=True).last()
    taken = set(RiskAlias.objects.values_list("code", flat=True))
    while not before:
        made = "".join(map(secrets.choice, (_DIGITS, _LETTERS, _DIGITS)))
        before = "" if made in taken else made
    return before


def _record(actor: Actor, kind: EventKind, row: RiskAlias, **said: Any) -> vault.Grant:
    return audit.actions.record(
        actor=actor, kind=kind, about=(_TABLE, row.pk), detail={"of": str(row.account_id)}, **said
    )
