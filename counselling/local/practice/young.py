"""Somebody of fifteen: who decides, a mother who signs in, a father who has not signed yet."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import clients.actions
import clients.queries
import consent.actions
import consent.queries
from clients.domain import Card, Channel, Contact, Identity
from clients.domain.capacity import Basis, Decides
from clients.domain.deciding import Decision, Said
from clients.domain.guardians import GuardianDetails
from counselling.local.people import PASSWORD, WORD

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from counselling.local.practice.story import Act, Story

YEARS: Final = 15
WHY: Final = (
    "She understood every clause and asked what happens to the letter. Both parents share care, "
    "so both sign with her."
)


def tell(story: Story) -> None:
    """Tell of Mina, whom Sam cares for since her parents called."""
    story.tell(story.at(-20, "15:05"), "kim", lambda kim: _taken_in(story, kim), "mina")
    _tell_case(story)
    for key, name, what, minute in (
        ("samira", "Samira Haddad", "mother", 20),
        ("karim", "Karim Haddad", "father", 25),
    ):
        details = GuardianDetails(
            name=name,
            relationship=what,
            authority="parental authority",
            contact=Contact(email=f"{key}@example.org", phone=f"01632 960 3{minute}"),
            card=Card(channel=Channel.EMAIL),
        )
        story.tell(story.at(-18, f"16:{minute}"), "sam", _adding(story, details), key)
    story.tell(story.at(-18, "16:40"), "sam", lambda sam: _decided(story, sam))
    story.tell(
        story.at(-18, "16:45"),
        "sam",
        lambda sam: (
            clients.actions.give_guardian_access(
                actor=sam, guardian_id=story.ids["samira"], word=WORD, password=PASSWORD
            ).account
        ),
        "samira.portal",
    )
    story.tell(story.at(-3, "16:10"), "sam", lambda sam: _asked(story, sam), "mina.agreement")
    story.tell(story.at(-3, "16:12"), "sam", lambda sam: _sent(story, sam))


def _taken_in(story: Story, kim: Actor) -> UUID:
    today = story.day(0)
    client = clients.actions.take_in(
        actor=kim,
        identity=Identity(
            given="Mina",
            family="Haddad",
            birth_date=datetime.date(today.year - YEARS, 1, 12),
        ),
        contact=Contact(email="mina@example.org", phone="01632 960 399"),
        card=Card(channel=Channel.EMAIL, called="Mina"),
    )
    story.ids["mina.case"] = clients.queries.cases_of(client)[0].id
    return client


def _tell_case(story: Story) -> None:
    story.tell(
        story.at(-20, "15:10"),
        "kim",
        lambda kim: clients.actions.offer_assignment(
            actor=kim, case_id=story.ids["mina.case"], person_id=story.ids["sam"]
        ),
        "mina.offer",
    )
    story.tell(
        story.at(-19, "09:00"),
        "sam",
        lambda sam: clients.actions.accept_assignment(
            actor=sam, assignment_id=story.ids["mina.offer"]
        ),
    )


def _adding(story: Story, details: GuardianDetails) -> Act:
    return lambda sam: clients.actions.add_guardian(
        actor=sam, client_id=story.ids["mina"], details=details
    )


def _decided(story: Story, sam: Actor) -> None:
    both = tuple(Said(story.ids[one], signs=True) for one in ("samira", "karim"))
    clients.actions.decide_capacity(
        actor=sam,
        client_id=story.ids["mina"],
        decision=Decision(decides=Decides.TOGETHER, basis=Basis.AGE, why=WHY, guardians=both),
    )


def _asked(story: Story, sam: Actor) -> UUID:
    client = story.ids["mina"]
    forms = consent.queries.forms_for(client, "en")
    return consent.actions.ask(
        actor=sam,
        client_id=client,
        version_id=next(one.id for one in forms if one.slug == "counselling-agreement"),
        case_id=story.ids["mina.case"],
    )


def _sent(story: Story, sam: Actor) -> None:
    consent.actions.send_request(actor=sam, request_id=story.ids["mina.agreement"])
