"""Each use case of coming in by a link and a word, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counselling.access import ANONYMOUS, SERVICE
from counselling.accounts import actions, queries
from counselling.accounts.domain import Purpose
from counselling.db import as_actor
from tests.people import email_of, fresh

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

WORD: Final = "paper lantern"


def agree_word(world: World) -> None:
    desk = fresh(world.fred)
    with as_actor(desk):
        actions.agree_word(actor=desk, account_id=world.ben_portal.id, word=WORD)


def ask_link(world: World) -> None:
    asked(world, Purpose.ENTRY)


def asked(world: World, purpose: Purpose) -> UUID:
    """Ask for a link in Ben's name; gives the row."""
    email = email_of(world.ben_portal.id)
    with as_actor(ANONYMOUS):
        actions.ask_link(actor=ANONYMOUS, email=email, purpose=purpose)
        return queries.links_to_send()[-1][0]


def made(world: World, purpose: Purpose = Purpose.ENTRY) -> str:
    """Have Ben's link made, as the worker does; gives its token."""
    agree_word(world)
    link = asked(world, purpose)
    with as_actor(SERVICE, client=world.ben):
        return actions.make_link(actor=SERVICE, link_id=link).rpartition("/")[2]


def make_link(world: World) -> None:
    made(world)


def give_up_link(world: World) -> None:
    link = asked(world, Purpose.ENTRY)
    with as_actor(SERVICE):
        actions.give_up_link(actor=SERVICE, link_id=link, reason="nobody")


def give_word(world: World) -> None:
    from tests.accounts.acts import request_of

    token, request = made(world), request_of()
    with as_actor(ANONYMOUS):
        actions.give_word(actor=ANONYMOUS, request=request, token=token, word="Paper  LANTERN")


def set_forgotten_password(world: World) -> None:
    token = made(world, Purpose.RESET)
    with as_actor(ANONYMOUS):
        actions.set_forgotten_password(
            actor=ANONYMOUS, token=token, word=WORD, password="violet hammer quarry noon"
        )


def give_second(world: World) -> None:
    from tests.accounts.acts import request_of, sitting_actor

    agree_word(world)
    request = request_of(world.ben_portal)
    ben = sitting_actor(world.ben_portal, request)
    with as_actor(ben):
        actions.give_second(actor=ben, request=request, word=WORD)


def close_client_account(world: World) -> None:
    with as_actor(world.fred):
        actions.close_client_account(actor=world.fred, account_id=world.ben_portal.id)


def reopen_client_account(world: World) -> None:
    close_client_account(world)
    with as_actor(world.fred):
        actions.reopen_client_account(actor=world.fred, account_id=world.ben_portal.id)


EVENTS: Final[dict[str, tuple[str, ...]]] = {
    # a client whose way in is another one is told of it
    "agree_word": ("accounts.word.agreed", "message.queued"),
    "ask_link": ("accounts.link.asked",),
    "make_link": ("accounts.link.asked", "accounts.link.made"),
    "give_up_link": ("accounts.link.asked", "accounts.link.not-sent"),
    "give_word": ("accounts.link.made", "accounts.sign-in"),
    "set_forgotten_password": ("accounts.password.reset", "message.queued"),
    "give_second": ("accounts.second",),
    "close_client_account": ("accounts.client.closed",),
    "reopen_client_account": ("accounts.client.closed", "accounts.reactivated"),
}
