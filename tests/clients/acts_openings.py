"""Each use case of who opened a file, done once in the world of the tests."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from clients import actions
from clients.domain.openings import Wish
from counselling.db import as_actor
from tests.clients import openings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World

JUST_SETTLED: Final = 2 / 60


def see_openings(world: World) -> None:
    with as_actor(world.mara_portal):
        actions.see_openings(actor=world.mara_portal, client_id=world.mara)


def print_openings(world: World) -> None:
    with as_actor(world.dana) as at:
        since = at - datetime.timedelta(days=1)
        actions.print_openings(actor=world.dana, client_id=world.mara, since=since, until=at)


def choose_to_hear(world: World) -> None:
    openings.wishes(world, Wish.ALWAYS)


def tell_of_openings(world: World) -> None:
    openings.wishes(world, Wish.ALWAYS)
    # the shortest look there is: what the world was built with, however long ago, is not in it
    openings.hour_passes(JUST_SETTLED)
    openings.tells(world)


def ask_about_opening(world: World) -> None:
    openings.asks(world, world.dana)


def read_own_question(world: World) -> None:
    asked = openings.asks(world, world.dana)
    with as_actor(world.mara_portal):
        actions.read_own_question(actor=world.mara_portal, question_id=asked)


def read_question(world: World) -> None:
    asked = openings.asks(world, world.dana)
    with as_actor(world.priya):
        actions.read_question(actor=world.priya, question_id=asked)


def answer_about_opening(world: World) -> None:
    openings.answers(world.priya, openings.asks(world, world.dana))


def tend_question(world: World) -> None:
    openings.tends(world, openings.asks(world, world.dana))


DONE: Final[tuple[Callable[[World], None], ...]] = (
    see_openings, print_openings, choose_to_hear, tell_of_openings, ask_about_opening,
    read_own_question, read_question, answer_about_opening, tend_question,
)  # fmt: skip
EVENTS: Final[dict[str, list[str]]] = {
    "see_openings": ["audit.openings.read"],
    "print_openings": ["openings.printed"],
    "choose_to_hear": ["openings.wished"],
    "tell_of_openings": ["openings.wished", "openings.told"],
    "ask_about_opening": ["client.opened", "opening.asked"],
    "read_own_question": ["client.opened", "opening.asked", "opening.own-read"],
    "read_question": ["client.opened", "opening.asked", "opening.question-read"],
    "answer_about_opening": ["client.opened", "opening.asked", "opening.answered"],
    "tend_question": ["client.opened", "opening.asked", "accounts.told", "opening.tended"],
}
