"""A client's sign-in is theirs: who gives it cannot use it, and every new link is told to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.test import Client

from clients import actions, queries
from clients.domain import Card, Channel
from counselling.access import StepUpNeeded
from counselling.accounts import queries as accounts
from counselling.accounts.models import SignedInSession
from counselling.db import as_actor
from counselling.errors import Refused
from tests.people import sign_in_browserless
from tests.world import take_in

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db
LINK = re.compile(r"/invitations/([\w-]{20,})")
PIN = re.compile(r">\s*(\d{6})\s*<")


def browser_of(actor: Actor) -> Client:
    browser = Client()
    sign_in_browserless(browser, actor)
    return browser


def text(answer: Any) -> str:
    return answer.content.decode()


def change_card(world: World, client: UUID, channel: Channel) -> None:
    with as_actor(world.fred):
        actions.set_card(actor=world.fred, client_id=client, card=Card(channel=channel))


@pytest.mark.req("CL-07")
def test_the_link_goes_to_the_client_and_the_pin_by_word_of_mouth(world: World, jobs: Jobs) -> None:
    fred, tom = browser_of(world.fred), f"/clients/{world.tom}/portal"
    given = text(fred.post(tom, {"email": "own@mailbox.example"}))
    jobs.run()
    assert not LINK.search(given)
    assert "on its way" in given
    pin, link = PIN.search(given), LINK.search(mail.outbox[-1].body)
    assert pin
    assert link
    assert mail.outbox[-1].to == ["tomasquith@mailbox.example"]
    answer = Client().post(
        f"/invitations/{link[1]}", {"pin": pin[1], "password": "violet hammer quarry noon"}
    )
    assert answer.headers["Location"] == "/sign-in"
    again = text(fred.post(tom))
    assert PIN.search(again)
    assert not LINK.search(again)


@pytest.mark.req("CL-07")
@pytest.mark.parametrize("why", ["not asked", "no address"])
def test_where_no_message_goes_the_link_is_handed_over(world: World, why: str) -> None:
    card = Card() if why == "not asked" else None
    single = take_in(world.fred, "jon", card=card)
    if why == "no address":
        with as_actor(world.fred):
            known = actions.open_client(actor=world.fred, client_id=single).contact
            known = type(known)(phone=known.phone)
            actions.amend_contact(actor=world.fred, client_id=single, contact=known)
    given = text(
        browser_of(world.fred).post(f"/clients/{single}/portal", {"email": "own@mailbox.example"})
    )
    assert LINK.search(given)
    assert PIN.search(given)


def templates_for(world: World, client: UUID) -> list[str]:
    with as_actor(world.fred):
        return [one.template.value for one in queries.messages_of(client)]


@pytest.mark.req("AU-09")
def test_a_new_link_for_a_sign_in_in_use_asks_who_makes_it_again(world: World) -> None:
    with as_actor(world.fred), pytest.raises(StepUpNeeded):
        actions.renew_portal_invitation(actor=world.fred, client_id=world.mara)
    fred, path = browser_of(world.fred), f"/clients/{world.mara}/portal"
    SignedInSession.objects.update(step_up_at=None)
    for answer in (fred.get(path), fred.post(path)):
        assert answer.headers["Location"].startswith("/step-up?next=")
    assert templates_for(world, world.mara) == []


@pytest.mark.req("AU-09")
@pytest.mark.parametrize(("channel", "template"), [("email", "sign-in"), ("", "change")])
def test_the_client_is_always_told_of_a_new_link(world: World, channel: str, template: str) -> None:
    change_card(world, world.mara, Channel(channel))
    given = text(browser_of(world.fred).post(f"/clients/{world.mara}/portal"))
    assert templates_for(world, world.mara) == [template]
    assert bool(LINK.search(given)) is (template == "change")
    assert PIN.search(given)


@pytest.mark.req("CL-07")
def test_nothing_online_means_no_new_link_either(world: World) -> None:
    change_card(world, world.mara, Channel.NONE)
    assert browser_of(world.fred).post(f"/clients/{world.mara}/portal").status_code == 403
    with as_actor(world.fred) as at, pytest.raises(Refused):
        fresh = accounts.actor_of_person(world.fred.id)
        fresh = type(fresh)(fresh.id, fresh.kind, fresh.roles, step_up_at=at)
        actions.renew_portal_invitation(actor=fresh, client_id=world.mara)


@pytest.mark.req("AT-16")
def test_the_client_sees_who_made_a_link_or_changed_how_they_are_reached(world: World) -> None:
    mara = browser_of(world.mara_portal)
    seen = text(mara.get("/space/accesses"))
    assert "made a link with which you can choose a password" in seen
    change_card(world, world.mara, Channel.NOT_ASKED)
    with as_actor(world.fred):
        known = actions.open_client(actor=world.fred, client_id=world.mara).contact
        changed = type(known)(email="other@mailbox.example")
        actions.amend_contact(actor=world.fred, client_id=world.mara, contact=changed)
    seen = text(mara.get("/space/accesses"))
    assert "Fred Osei" in seen
    assert "changed how you may be written to" in seen
    assert "corrected your name or how to reach you" in seen
    assert "Opened" in text(mara.get("/space"))
