"""Mara comes in by a link and her word, somebody comes into the room, and she is gone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core import mail

import clients.actions
from counselling.access import ANONYMOUS, SERVICE
from counselling.accounts import actions as accounts
from counselling.accounts import queries
from counselling.accounts.domain import Purpose
from counselling.accounts.models import SignedInSession
from counselling.db import as_actor
from tests.people import fresh
from tests.world import email_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = pytest.mark.django_db


def link_for(world: World) -> str:
    """Agree on a word with Mara, and make the link she asks for as the worker would."""
    desk = fresh(world.fred)
    with as_actor(desk):
        clients.actions.agree_on_word(actor=desk, client_id=world.mara, word="paper lantern")
    with as_actor(ANONYMOUS):
        accounts.ask_link(actor=ANONYMOUS, email=email_of("mara"), purpose=Purpose.ENTRY)
        link = queries.links_to_send()[-1][0]
    mail.outbox.clear()
    with as_actor(SERVICE, client=world.mara):
        return accounts.make_link(actor=SERVICE, link_id=link)


def waits_until_sent(world: World, mara: Person) -> None:
    """Give a slow server ten seconds: the page does not wait for it, and is gone before."""
    lasting = SignedInSession.objects.filter(account=world.mara_portal.id, ended_at=None)
    for _ in range(100):
        if not lasting.exists() and not mara.page.context.cookies():
            return
        mara.page.wait_for_timeout(100)


@pytest.mark.req("AU-13", "AX-16")
def test_escape_twice_ends_the_sitting_and_leaves_a_neutral_page_in_its_place(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    mara = at_a_browser()
    mara.goes_to("/sign-in")
    mara.goes_to(link_for(world))
    mara.page.get_by_label("The word you agreed on").fill("Paper Lantern")
    mara.page.keyboard.press("Enter")
    mara.page.wait_for_url("**/space")
    mara.goes_to("/space/permissions")
    before = mara.page.evaluate("history.length")
    mara.page.keyboard.press("Escape")
    mara.page.keyboard.press("Escape")
    mara.page.wait_for_url("**/exit")
    waits_until_sent(world, mara)
    assert mara.page.title() == "New page"
    assert mara.page.evaluate("history.length") == before, "the page is still in the history"
    assert not SignedInSession.objects.filter(account=world.mara_portal.id, ended_at=None).exists()
    assert [one["name"] for one in mara.page.context.cookies()] == []
    mara.page.go_back()
    mara.page.wait_for_url(re.compile("/sign-in"))

    plain = at_a_browser(java_script_enabled=False)
    plain.page.goto(plain.address + link_for(world))
    plain.page.get_by_label("The word you agreed on").fill("paper lantern")
    plain.leaves_by(plain.page.get_by_role("button", name="Sign in"))
    plain.leaves_by(plain.page.get_by_role("button", name="Leave this page quickly"))
    assert plain.page.url.endswith("/exit")
    plain.page.go_back()
    assert "/sign-in" in plain.page.url or plain.page.get_by_text("Your space").count() == 0
    assert not SignedInSession.objects.filter(account=world.mara_portal.id, ended_at=None).exists()
