"""The practice and who works there, from its first administrator on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counselling.accounts import actions as accounts
from counselling.accounts.domain import Practice
from counselling.local.people import TEAM
from counselling.local.practice.story import MACHINE

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from counselling.local.people import Person
    from counselling.local.practice.story import Story

PRACTICE: Final = Practice(
    name="Counselling by the River",
    address="4 Mill Lane, Riverside",
    phone="01632 960 100",
    crisis_line="01632 960 116",
    complaints_contact="the Board of Counsellors in Riverside, 01632 960 150",
)
SUPERVISED: Final = ("dana", "sam", "lea", "noor")
FIRST_DAY: Final = -50


def tell(story: Story) -> None:
    """Tell how the practice began: one administrator, then seven colleagues."""
    (first,) = (person for person in TEAM if person.key == "jo")

    def begin(actor: Actor) -> UUID:
        return accounts.create_first_administrator(
            actor=actor,
            name=first.name,
            email=first.email,
            password=first.password,
            secret=first.secret,
        ).account

    story.tell(story.at(FIRST_DAY, "08:30"), MACHINE, begin, "jo")
    story.tell(
        story.at(FIRST_DAY, "08:50"),
        "jo",
        lambda jo: accounts.describe_practice(actor=jo, practice=PRACTICE),
    )
    for minute, person in enumerate((one for one in TEAM if one is not first), start=10):
        _tell_joining(story, person, f"09:{minute}")
    for minute, key in enumerate(SUPERVISED, start=30):
        _tell_supervision(story, key, f"09:{minute}")


def _tell_joining(story: Story, person: Person, clock: str) -> None:
    story.tell(
        story.at(FIRST_DAY, clock),
        "jo",
        lambda jo: accounts.create_staff(
            actor=jo,
            name=person.name,
            email=person.email,
            roles=person.roles,
            title=person.title,
            password=person.password,
            secret=person.secret,
        ),
        person.key,
    )


def _tell_supervision(story: Story, key: str, clock: str) -> None:
    story.tell(
        story.at(FIRST_DAY, clock),
        "jo",
        lambda jo: accounts.supervise(
            actor=jo, supervisor_id=story.ids["ruth"], supervisee_id=story.ids[key]
        ),
    )
