"""What clients read for the name of somebody who works here."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from counselling.access import ActorKind, Permission, Role
from counselling.accounts.models import RiskAlias
from counselling.accounts.queries.asking import clock
from counselling.accounts.queries.people import people, person
from counselling.speech import say

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.access import Actor
    from counselling.accounts.domain import Person

_OF_ROLES: Final = (
    (Role.COUNSELLOR, say("Counsellor %(code)s")),
    (Role.TRAINEE, say("Counsellor in training %(code)s")),
    (Role.SUPERVISOR, say("Supervisor %(code)s")),
    (Role.PRIVACY_OFFICER, say("Privacy officer %(code)s")),
    (Role.FRONT_DESK, say("Front desk %(code)s")),
)
_OTHER: Final = say("Member of staff %(code)s")


@dataclasses.dataclass(frozen=True, slots=True)
class AliasRow:
    """Where the decision about somebody's name stands; its reason is sealed."""

    id: UUID
    person: UUID
    code: str
    asked_by: UUID
    asked_at: datetime.datetime
    until: datetime.datetime | None
    agreed_by: UUID | None
    agreed_at: datetime.datetime | None


def _open() -> Q:
    return Q(ended_at=None) & (Q(until=None) | Q(until__gt=clock()))


def alias_of(person_id: UUID) -> AliasRow | None:
    """Give the decision about somebody that waits or holds."""
    row = RiskAlias.objects.defer("reason").filter(_open(), account=person_id).first()
    return _row(row) if row else None


def aliases_to_agree(person_id: UUID) -> list[AliasRow]:
    """Give what waits for another to agree, but what that person asked or what is about them."""
    rows = RiskAlias.objects.defer("reason").filter(_open(), agreed_at=None)
    others = rows.exclude(asked_by=person_id).exclude(account=person_id)
    return [_row(one) for one in others.order_by("asked_at")]


def _row(row: RiskAlias) -> AliasRow:
    return AliasRow(
        row.id, row.account_id, row.code, row.asked_by, row.asked_at,
        row.until, row.agreed_by, row.agreed_at,
    )  # fmt: skip


def for_clients(found: Iterable[Person]) -> list[Person]:
    """Give the same people as clients read them: who is at approved risk by role and code."""
    found = list(found)
    held = RiskAlias.objects.filter(
        _open(), agreed_at__isnull=False, account__in={one.id for one in found}
    )
    codes: dict[UUID, str] = dict(held.values_list("account_id", "code"))
    return [
        dataclasses.replace(one, name=_named(one, codes[one.id]), title="")
        if one.id in codes
        else one
        for one in found
    ]


def people_for_clients(ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Give members of staff by id as clients read them."""
    return {one.id: one for one in for_clients(people(ids).values())}


def names_for_clients(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Give what clients read for the names of members of staff."""
    return {one.id: one.name for one in people_for_clients(ids).values()}


def name_for_clients(person_id: UUID) -> str:
    """Give what clients read for the name of one member of staff; raises NotThere."""
    (found,) = for_clients([person(person_id)])
    return found.name


def _named(one: Person, code: str) -> str:
    words = next((words for role, words in _OF_ROLES if role in one.roles), _OTHER)
    return str(words) % {"code": code}


def may_ask_alias(actor: Actor, person_id: UUID) -> bool:
    """Say whether somebody may ask this about a person, or end it: an administrator, or they."""
    is_self = actor.kind is ActorKind.STAFF and actor.id == person_id
    return is_self or actor.may(Permission.MANAGE_STAFF)
