"""Each use case of a client's space and its door, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clients import actions
from clients.domain import Card, Channel
from counselling.access import ANONYMOUS, SERVICE
from counselling.accounts import actions as accounts
from counselling.accounts import queries as people
from counselling.accounts.domain import Purpose
from counselling.db import as_actor
from tests.people import email_of, fresh

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World


def agree_on_word(world: World) -> None:
    desk = fresh(world.fred)
    with as_actor(desk):
        actions.agree_on_word(actor=desk, client_id=world.mara, word="paper lantern")


def send_link(world: World) -> None:
    agree_on_word(world)
    email = email_of(world.mara_portal.id)
    with as_actor(ANONYMOUS):
        accounts.ask_link(actor=ANONYMOUS, email=email, purpose=Purpose.ENTRY)
        link = people.links_to_send()[-1][0]
    with as_actor(SERVICE, client=world.mara):
        actions.send_link(actor=SERVICE, link_id=link)


def tell_of_sign_in(world: World) -> None:
    with as_actor(ANONYMOUS):
        actions.tell_of_sign_in(
            actor=ANONYMOUS, account_id=world.mara_portal.id, letter="new_device"
        )


def read_own_card(world: World) -> None:
    with as_actor(world.mara_portal):
        actions.read_own_card(actor=world.mara_portal)


def set_own_card(world: World) -> None:
    with as_actor(world.mara_portal):
        actions.set_own_card(actor=world.mara_portal, card=Card(channel=Channel.EMAIL, called="M"))


def choose_language(world: World) -> None:
    with as_actor(world.mara_portal):
        actions.choose_language(actor=world.mara_portal, language="de")


def choose_nothing_online(world: World) -> None:
    with as_actor(world.mara_portal):
        actions.choose_nothing_online(actor=world.mara_portal)


def see_news(world: World) -> None:
    set_own_card(world)
    with as_actor(world.dana):
        actions.see_news(actor=world.dana, client_id=world.mara)


DONE: Final[tuple[Callable[[World], None], ...]] = (
    agree_on_word, send_link, tell_of_sign_in, read_own_card, set_own_card,
    choose_language,
    choose_nothing_online, see_news,
)  # fmt: skip
_AGREED: Final = ["client.opened", "portal.given", "accounts.word.agreed", "message.queued"]
EVENTS: Final[dict[str, list[str]]] = {
    "agree_on_word": _AGREED,
    "send_link": [
        *_AGREED, "accounts.link.asked", "message.checked", "accounts.link.made", "message.queued",
    ],
    "tell_of_sign_in": ["message.queued"],
    "read_own_card": ["card.read"],
    "set_own_card": ["card.read", "card.set"],
    "choose_language": ["language.chosen"],
    "choose_nothing_online": [
        "card.read", "card.set", "links.closed", "online.ended", "accounts.client.closed",
    ],
    "see_news": ["card.read", "card.set", "news.seen"],
}  # fmt: skip
