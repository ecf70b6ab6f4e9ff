"""Guardians for tests: written down, named by a decision, signed in; somebody young is Ben."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from clients import actions
from clients.domain import Card, Channel, Contact, Identity
from clients.domain.capacity import Basis, Decides
from clients.domain.deciding import Decision, Said
from clients.domain.guardians import GuardianDetails
from counselling import db
from counselling.accounts.queries import actor_of_person
from counselling.db import as_actor
from tests.people import PASSWORD
from tests.world import NAMES

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

MUM = GuardianDetails(
    name="Quillaria Oxenholme",
    relationship="mother",
    authority="parental authority",
    contact=Contact(email="quillaria@mailbox.example", phone="+49 30 7", address="Moorweg 11"),
    card=Card(channel=Channel.EMAIL),
)
DAD = GuardianDetails(
    name="Darbrook Oxenholme",
    relationship="father",
    authority="parental authority",
    contact=Contact(email="darbrook@mailbox.example", address="Fennstrasse 90"),
    card=Card(channel=Channel.EMAIL),
)


def born(years: int, days: int = 0) -> datetime.date:
    """Give the birth date of somebody who is so old, `days` past the birthday."""
    today = timezone.localdate(db.given_clock() or datetime.datetime.now(datetime.UTC))
    return today.replace(year=today.year - years, day=min(today.day, 28)) - datetime.timedelta(days)


def is_born(by: Actor, client: UUID, date: datetime.date, key: str = "ben") -> None:
    """Write a birth date down."""
    given, family = NAMES[key]
    with as_actor(by):
        identity = Identity(given=given, family=family, birth_date=date)
        actions.amend_identity(actor=by, client_id=client, identity=identity)


def guardian(by: Actor, client: UUID, details: GuardianDetails = MUM) -> UUID:
    """Write a guardian down."""
    with as_actor(by):
        return actions.add_guardian(actor=by, client_id=client, details=details)


def decide(by: Actor, client: UUID, *signing: UUID, **said: Any) -> UUID:
    """Record who decides; by default the client together with the guardians named."""
    facts: dict[str, Any] = {
        "decides": Decides.TOGETHER,
        "basis": Basis.AGE,
        "why": "Clear about what it means.",
        "guardians": tuple(Said(one, signs=True) for one in signing),
    }
    with as_actor(by):
        return actions.decide_capacity(
            actor=by, client_id=client, decision=Decision(**(facts | said))
        )


def sign_in(by: Actor, guardian_id: UUID) -> Actor:
    """Give a guardian a sign-in and return who they are when signed in."""
    with as_actor(by):
        given = actions.give_guardian_access(actor=by, guardian_id=guardian_id, password=PASSWORD)
    return actor_of_person(given.account)


@dataclasses.dataclass(frozen=True)
class Young:
    """Ben, who is fifteen, with two guardians who sign together with him."""

    client: UUID
    mum: UUID
    dad: UUID
    mum_portal: Actor
    dad_portal: Actor


def young(world: World, **said: Any) -> Young:
    """Make Ben fifteen, with a mother and a father who sign."""
    is_born(world.dana, world.ben, born(15))
    mum, dad = guardian(world.dana, world.ben), guardian(world.dana, world.ben, DAD)
    decide(world.dana, world.ben, mum, dad, **said)
    return Young(world.ben, mum, dad, sign_in(world.dana, mum), sign_in(world.dana, dad))
