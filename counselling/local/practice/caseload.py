"""Who is cared for and by whom: intake, safe-contact cards, offers, sign-ins, ends and pauses."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

import clients.actions
import clients.queries
from clients.domain import Card, CaseKind, CaseState, Channel, Contact, Identity
from counselling.local.people import PASSWORD, WORD

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from counselling.local.practice.story import Story


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cared:
    """Somebody cared for; `joins` is who of the same couple or group was taken in before."""

    key: str
    given: str
    family: str
    born: str
    card: Card
    kind: CaseKind = CaseKind.INDIVIDUAL
    joins: str = ""
    portal: bool = False
    language: str = "en"


def _email(
    *, called: str = "", notes: str = "", hours: tuple[int, int] | None = None, calls: bool = False
) -> Card:
    return Card(
        channel=Channel.EMAIL,
        hours=(datetime.time(hours[0]), datetime.time(hours[1])) if hours else None,
        called=called,
        may_leave_message=calls,
        notes=notes,
    )


NOT_ASKED: Final = Card()
CARED_FOR: Final = (
    Cared(key="mara", given="Mara", family="Kessler", born="1984-03-11", portal=True,
          # no hours: the day in the README must be told at any time of the day
          card=_email(called="Mara", notes="Her own telephone, nobody else reads it.")),
    Cared(key="jon", given="Jon", family="Adler", born="1953-09-02", portal=True,
          card=_email(calls=True)),
    Cared(key="tom", given="Tom", family="Berg", born="1987-12-19", portal=True,
          card=_email(notes="Sleeps until noon after night shifts.")),
    Cared(key="ines", given="Ines", family="Romero", born="1989-06-27", portal=True,
          kind=CaseKind.COUPLE, card=_email(called="Ines")),
    Cared(key="paul", given="Paul", family="Romero", born="1986-01-30", joins="ines",
          card=_email(called="Paul")),
    Cared(key="elif", given="Elif", family="Yilmaz", born="2001-10-05", portal=True,
          card=_email(notes="Never by phone: she lives with her parents.")),
    Cared(key="henry", given="Henry", family="Osei", born="1979-04-23", card=_email()),
    Cared(key="clara", given="Clara", family="Nowak", born="2006-02-14", portal=True,
          card=_email()),
    Cared(key="livia", given="Livia", family="Brandt", born="1994-08-08", portal=True,
          language="de", card=_email()),
    Cared(key="anton", given="Anton", family="Weiss", born="1968-11-21",
          card=Card(channel=Channel.NONE, notes="Shares a post box. He rings us.")),
    Cared(key="rosa", given="Rosa", family="Keller", born="1975-05-17", kind=CaseKind.GROUP,
          card=_email()),
    Cared(key="nils", given="Nils", family="Hagen", born="1990-07-01", joins="rosa",
          card=NOT_ASKED),
    Cared(key="amina", given="Amina", family="Diallo", born="1982-02-28", joins="rosa",
          card=_email(hours=(17, 21))),
    Cared(key="viktor", given="Viktor", family="Sand", born="1961-12-03", joins="rosa",
          card=Card(channel=Channel.NONE)),
)  # fmt: skip
# who waits, and for whom nobody has yet asked how a message may reach him
WAITING: Final = Cared(key="otto", given="Otto", family="Lang", born="1998-03-30", card=NOT_ASKED)

# case by its first member: who cares for it
CARE: Final = {
    "mara": "dana", "jon": "dana", "tom": "dana", "ines": "dana",
    "elif": "sam", "henry": "sam", "anton": "sam",
    "rosa": "lea", "livia": "lea", "clara": "noor",
}  # fmt: skip


def tell(story: Story) -> None:
    """Tell of everybody's first telephone call, and of who took them on."""
    for number, cared in enumerate(CARED_FOR):
        day, clock = -47 + number // 5, f"{9 + number % 5 * 2:02}:15"
        _tell_intake(story, cared, story.at(day, clock))
        if cared.portal:
            _tell_portal(story, cared, story.at(-42, f"10:{10 + number}"))
    for number, (key, person) in enumerate(CARE.items(), start=10):
        _tell_offer(story, key, person, story.at(-44, f"16:{number}"))
        _tell_acceptance(story, key, person, story.at(-43, f"08:{number}"))
    _tell_enquiry(story)
    _tell_state(story, "anton", "sam", CaseState.PAUSED, story.at(-5, "17:10"))
    _tell_state(story, "livia", "lea", CaseState.CLOSED, story.at(-5, "17:40"))


def _tell_intake(story: Story, cared: Cared, at: datetime.datetime) -> None:
    def take_in(kim: Actor) -> UUID:
        joined = story.ids[f"{cared.joins}.case"] if cared.joins else None
        client = clients.actions.take_in(
            actor=kim,
            identity=Identity(
                given=cared.given,
                family=cared.family,
                birth_date=datetime.date.fromisoformat(cared.born),
            ),
            contact=Contact(
                email=f"{cared.key}@example.org",
                phone=f"01632 960 2{len(story.ids):02}",
            ),
            card=cared.card,
            language=cared.language,
            kind=cared.kind,
            case_id=joined,
        )
        story.ids[f"{cared.key}.case"] = clients.queries.cases_of(client)[0].id
        return client

    story.tell(at, "kim", take_in, cared.key)


def _tell_portal(story: Story, cared: Cared, at: datetime.datetime) -> None:
    story.tell(
        at,
        "kim",
        lambda kim: (
            clients.actions.give_portal_access(
                actor=kim, client_id=story.ids[cared.key], word=WORD, password=PASSWORD
            ).account
        ),
        f"{cared.key}.portal",
    )


def _tell_offer(story: Story, key: str, person: str, at: datetime.datetime) -> None:
    story.tell(
        at,
        "kim",
        lambda kim: clients.actions.offer_assignment(
            actor=kim, case_id=story.ids[f"{key}.case"], person_id=story.ids[person]
        ),
        f"{key}.offer",
    )


def _tell_acceptance(story: Story, key: str, person: str, at: datetime.datetime) -> None:
    story.tell(
        at,
        person,
        lambda actor: clients.actions.accept_assignment(
            actor=actor, assignment_id=story.ids[f"{key}.offer"]
        ),
    )


def _tell_state(
    story: Story, key: str, person: str, state: CaseState, at: datetime.datetime
) -> None:
    story.tell(
        at,
        person,
        lambda actor: clients.actions.change_case_state(
            actor=actor, case_id=story.ids[f"{key}.case"], state=state
        ),
    )


def _tell_enquiry(story: Story) -> None:
    """Tell of somebody who waits, and whose case is offered and not yet answered."""
    _tell_intake(story, WAITING, story.at(-6, "14:20"))
    _tell_state(story, "otto", "kim", CaseState.WAITING, story.at(-6, "14:25"))
    _tell_offer(story, "otto", "lea", story.at(-2, "09:30"))
