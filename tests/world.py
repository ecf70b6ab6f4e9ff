"""A small practice for tests, made by its own actions: who works there, who is cared for.

Dana (counsellor) cares for Mara, and for Ana and Ben as a couple. Tess (trainee) cares for Tom.
Sam (counsellor) cares for Jon, hidden from Dana. Vera supervises Dana and Tess. Priya is the
privacy officer, Fred the front desk, Ada the administrator. Mara, Ana and Ben have sign-ins.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final
from unittest import mock

from django.contrib.auth.hashers import Argon2PasswordHasher

import clients.actions
from clients import queries
from clients.domain import Card, CaseKind, Channel, Contact, Identity
from counselling.access import SERVICE, Actor, Role
from counselling.accounts import actions as accounts
from counselling.accounts.models import Account
from counselling.accounts.queries import actor_of_person
from counselling.db import as_actor
from tests.architecture.rewinding import Noted
from tests.people import PASSWORD, SECRET

if TYPE_CHECKING:
    from uuid import UUID

# no word of these is a word of anything else: a page, a log or a table that holds one has leaked
NAMES: Final = {
    "mara": ("Maraquilla", "Kettlebourne"),
    "ana": ("Anathorpe", "Windlestraw"),
    "ben": ("Benjabur", "Oxenholme"),
    "tom": ("Tomasquith", "Yarrowdale"),
    "jon": ("Jonquarry", "Applegarth"),
}

# who works here: name, title, roles
TEAM: Final = {
    "fred": ("Fred Osei", "front desk", {Role.FRONT_DESK}),
    "dana": ("Dana Roth", "counsellor", {Role.COUNSELLOR}),
    "sam": ("Sam Idris", "counsellor", {Role.COUNSELLOR}),
    "tess": ("Tess Moreau", "trainee", {Role.TRAINEE}),
    "vera": ("Vera Lindqvist", "supervisor", {Role.SUPERVISOR}),
    "priya": ("Priya Nair", "privacy officer", {Role.PRIVACY_OFFICER}),
}


def email_of(key: str) -> str:
    """Give the address of a client of the world."""
    return f"{NAMES[key][0].lower()}@mailbox.example"


@dataclasses.dataclass(kw_only=True)
class World:
    """The practice; people are actors, clients and cases are ids."""

    ada: Actor
    fred: Actor
    dana: Actor
    sam: Actor
    tess: Actor
    vera: Actor
    priya: Actor

    mara: UUID
    mara_case: UUID
    mara_portal: Actor
    ana: UUID
    ana_portal: Actor
    ben: UUID
    ben_portal: Actor
    couple_case: UUID
    tom: UUID
    tom_case: UUID
    jon: UUID
    jon_case: UUID

    @classmethod
    def build(cls) -> World:
        """Make the practice, or put back the one this run has made already.

        Its passwords are hashed cheaply, nobody guesses them here.
        """
        global _first  # noqa: PLW0603 one practice a run
        if Account.objects.exists():
            return cls._made()
        if _first is None:
            _first = cls._made(), Noted("world")
        else:
            _first[1].rewind()
        return dataclasses.replace(_first[0])

    @classmethod
    def _made(cls) -> World:
        with mock.patch.multiple(Argon2PasswordHasher, time_cost=1, memory_cost=64):
            return cls._built()

    @classmethod
    def _built(cls) -> World:
        staff = team()
        fred, dana, sam, tess = staff["fred"], staff["dana"], staff["sam"], staff["tess"]
        mara = take_in(fred, "mara")
        tom, jon = take_in(fred, "tom"), take_in(fred, "jon")
        ana = take_in(fred, "ana", kind=CaseKind.COUPLE)
        couple = case_of(fred, ana)
        ben = take_in(fred, "ben", case_id=couple)
        for client, person in ((mara, dana), (ana, dana), (tom, tess), (jon, sam)):
            assign(fred, case_of(fred, client), person)
        return cls(
            **staff,
            mara=mara, mara_case=case_of(fred, mara), mara_portal=sign_in_for(fred, mara),
            ana=ana, ana_portal=sign_in_for(fred, ana),
            ben=ben, ben_portal=sign_in_for(fred, ben), couple_case=couple,
            tom=tom, tom_case=case_of(fred, tom), jon=jon, jon_case=case_of(fred, jon),
        )  # fmt: skip


_first: tuple[World, Noted] | None = None


def team() -> dict[str, Actor]:
    """Make the staff, signed in with password and key as planted people are."""
    with as_actor(SERVICE):
        first = accounts.create_first_administrator(
            actor=SERVICE, name="Ada Brandt", email="ada@practice.example",
            password=PASSWORD, secret=SECRET,
        )  # fmt: skip
    made = {"ada": actor_of_person(first.account)}
    for key, (name, title, roles) in TEAM.items():
        made[key] = staff(made["ada"], key, name, title, roles)
    for supervisee in ("dana", "tess"):
        with as_actor(made["ada"]) as at:
            accounts.supervise(
                actor=dataclasses.replace(made["ada"], step_up_at=at),
                supervisor_id=made["vera"].id,
                supervisee_id=made[supervisee].id,
            )
    return made


def staff(by: Actor, key: str, name: str, title: str, roles: set[Role]) -> Actor:
    """Make one member of staff."""
    with as_actor(by) as at:
        person = accounts.create_staff(
            actor=dataclasses.replace(by, step_up_at=at), name=name,
            email=f"{key}@practice.example", roles=roles, title=title,
            password=PASSWORD, secret=SECRET,
        )  # fmt: skip
    return actor_of_person(person)


def take_in(
    actor: Actor,
    key: str,
    *,
    kind: CaseKind = CaseKind.INDIVIDUAL,
    case_id: UUID | None = None,
    card: Card | None = None,
) -> UUID:
    """Take in one of NAMES, reachable by e-mail unless another card is given."""
    given, family = NAMES[key]
    with as_actor(actor):
        return clients.actions.take_in(
            actor=actor,
            identity=Identity(given=given, family=family),
            contact=Contact(email=email_of(key), phone="+49 30 901820", address="Lindenhof 4"),
            card=Card(channel=Channel.EMAIL, called=given) if card is None else card,
            kind=kind,
            case_id=case_id,
        )


def case_of(actor: Actor, client: UUID) -> UUID:
    """Give the newest case of a client."""
    with as_actor(actor):
        return queries.cases_of(client)[0].id


def assign(by: Actor, case: UUID, person: Actor) -> UUID:
    """Offer a case and accept it."""
    with as_actor(by):
        offer = clients.actions.offer_assignment(actor=by, case_id=case, person_id=person.id)
    with as_actor(person):
        clients.actions.accept_assignment(actor=person, assignment_id=offer)
    return offer


def sign_in_for(by: Actor, client: UUID) -> Actor:
    """Give a client a sign-in and return who they are when signed in."""
    with as_actor(by):
        invited = clients.actions.give_portal_access(actor=by, client_id=client, password=PASSWORD)
    return dataclasses.replace(actor_of_person(invited.account), client=client)
