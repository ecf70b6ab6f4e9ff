"""Tell a person, not only a log, when something stored is not what was sealed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import audit.actions
from audit.alarm import ALL_OF_US, BROKEN, UNSEEN
from counselling import vault
from counselling.access import ActorKind, Permission, Role, require
from counselling.accounts import domain, queries
from counselling.accounts.actions import mail

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.access import Actor

log = logging.getLogger("counselling.accounts")
_LETTERS: Final = {BROKEN: "alert_log", UNSEEN: "alert_witness"}


def alert_privacy_officers(*, actor: Actor, code: str) -> None:
    """Write to every privacy officer that the log holds something they must look at (BR-03).

    Where none can be reached, to the administrators: whoever breaks an officer's own address must
    not have silenced the rest. Of a log that is not whole, and of one that nobody outside sees,
    they are told too, and whoever reviews from outside: it takes two to decide what then.
    """
    require(actor, Permission.RUN_JOB)
    officers = _holders_of(Role.PRIVACY_OFFICER)
    others = _holders_of(Role.ADMINISTRATOR, Role.OUTSIDE_REVIEWER)
    grant = audit.actions.record(
        actor=actor,
        kind=domain.ALERTED,
        rows=sorted({*officers, *others}, key=str) if code in ALL_OF_US else officers or others,
        holders=[vault.holders.staff(one) for one in {*officers, *others}],
        reason=code,
    )
    letter = _LETTERS.get(code, "alert")
    told = _told(grant, officers, letter)
    if code in ALL_OF_US or not told:
        told += _told(grant, [one for one in others if one not in officers], letter)
    if not told:
        log.error("alert.nobody-told", extra={"code": code})


def write_to_colleagues(*, actor: Actor, people: Iterable[UUID], letter: str) -> None:
    """Write to colleagues that something waits for them: one neutral letter each, no name in it."""
    machine = actor.kind is ActorKind.SERVICE
    require(actor, Permission.RUN_JOB if machine else Permission.SEE_CONTACT)
    asked = sorted(set(people), key=str)
    grant = audit.actions.record(
        actor=actor,
        kind=domain.COLLEAGUES_TOLD,
        rows=asked,
        holders=[vault.holders.staff(one) for one in asked],
        reason=letter,
    )
    _told(grant, asked, letter)


def _holders_of(*roles: Role) -> list[UUID]:
    return [one.id for one in queries.staff() if one.is_active and not one.roles.isdisjoint(roles)]


def _told(grant: vault.Grant, people: list[UUID], letter: str) -> int:
    """Write to each of them; give how many have an address that opens."""
    told = 0
    for one in people:
        try:
            mail.tell(grant, one, letter)
            told += 1
        except (vault.SealBroken, vault.KeyDestroyed):
            log.error("alert.address-broken", extra={"code": str(one)})  # noqa: TRY400 the trace says nothing more
    return told
