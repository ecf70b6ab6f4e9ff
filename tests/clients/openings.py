"""What stories of who opened a file have in common."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from clients import actions, queries
from clients.domain.openings import TOLD, Wish
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.raw import superuser

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import Entry
    from counselling.access import Actor
    from tests.world import World

WORDS = "Why did you look at my file on that evening?"
ANSWER = "She stood in for Dana, who was ill."


def opens(actor: Actor, client: UUID) -> None:
    """Let somebody look up how a client is reached."""
    with as_actor(actor):
        actions.open_client(actor=actor, client_id=client)


def openings(world: World) -> list[Entry]:
    """Give what Mara may know of openings, newest first."""
    import audit.queries

    with as_actor(world.mara_portal):
        return audit.queries.openings_of(world.mara, also=TOLD, limit=200)


def line_of(world: World, person: Actor) -> list[Entry]:
    """Give the newest opening by a person, as a line of one event."""
    return [one for one in openings(world) if one.who == person.id][:1]


def asks(world: World, about: Actor, words: str = WORDS) -> UUID:
    """Let Mara ask about the newest opening by somebody."""
    if not line_of(world, about):
        opens(about, world.mara)
    line = line_of(world, about)
    with as_actor(world.mara_portal):
        return actions.ask_about_opening(actor=world.mara_portal, line=line, words=words)


def answers(actor: Actor, question: UUID, words: str = ANSWER) -> UUID:
    """Let somebody answer."""
    with as_actor(actor):
        return actions.answer_about_opening(actor=actor, question_id=question, words=words)


def tends(world: World, question: UUID) -> list[str]:
    """Let the worker do what is due about a question."""
    with as_actor(SERVICE, client=world.mara):
        return actions.tend_question(actor=SERVICE, question_id=question)


def wishes(world: World, wish: Wish) -> None:
    """Let Mara choose when to hear of openings."""
    with as_actor(world.mara_portal):
        actions.choose_to_hear(actor=world.mara_portal, client_id=world.mara, wish=wish)


def hour_passes(hours: float = 1) -> None:
    """Let the last look and the last letter have been so much earlier; nothing else moves."""
    back = datetime.timedelta(hours=hours)
    with superuser() as root:
        root.execute(
            "UPDATE clients_tellme SET looked_at = looked_at - %(back)s, "
            "letter_at = letter_at - %(back)s",
            {"back": back},
        )


def days_pass(question: UUID, days: int) -> None:
    """Let a question have been due so many days earlier."""
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        root.execute(
            "UPDATE clients_accessquestion SET due_on = due_on - %s WHERE id = %s", [days, question]
        )


def tells(world: World) -> bool:
    """Let the worker look whether Mara is to be written to."""
    with as_actor(SERVICE, client=world.mara):
        return actions.tell_of_openings(actor=SERVICE, client_id=world.mara)


def question_of(world: World, question: UUID) -> queries.AskedRow:
    """Give where a question stands, as Mara sees it."""
    with as_actor(world.mara_portal):
        return queries.asked_row(question)
