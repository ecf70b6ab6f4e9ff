"""In the room: the device is handed over, opens one form and nothing else, and is given back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

import clients.actions
from clients.domain import Card, Channel
from consent import actions, queries
from consent.domain.states import RequestState
from consent.models import Signature
from counselling import vault
from counselling.accounts.models import SignedInSession
from counselling.db import as_actor
from tests.consent import steps
from tests.people import PASSWORD, sign_in_browserless

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("ES-13")]


def danas(world: World) -> Browser:
    browser = Browser()
    sign_in_browserless(browser, world.dana)
    return browser


def handed(world: World, request: UUID) -> Browser:
    browser = danas(world)
    answer = browser.post(f"/requests/{request}/device")
    assert answer.url == f"/r/{request}/room", answer.content
    return browser


def text(answer: HttpResponse, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:1500]
    return answer.content.decode()


def signs(browser: Browser, request: UUID) -> HttpResponse:
    """Walk through the form as Mara does, from her name to her signature."""
    at = f"/r/{request}"
    assert browser.post(f"{at}/room", {"act": "yes"}).url == f"{at}/short"
    browser.post(f"{at}/online", {"act": "accept"})
    browser.post(f"{at}/short", {"act": "text", "share-notes": "yes"})
    shown = re.search(r'name="shown" value="([^"]+)"', text(browser.get(f"{at}/text")))
    assert shown is not None
    browser.post(f"{at}/text", {"shown": shown[1]})
    proof = re.search(r'name="enforced" value="([^"]+)"', text(browser.get(f"{at}/signature")))
    assert proof is not None
    said = {"act": "sign", "name": "Maraquilla Kettlebourne", "enforced": proof[1]}
    return browser.post(f"{at}/signature", said)


@pytest.mark.req("ES-04", "CL-07")
def test_who_wants_nothing_online_signs_on_the_device_in_the_room(world: World, root: Any) -> None:
    with as_actor(world.fred):
        clients.actions.set_card(
            actor=world.fred, client_id=world.mara, card=Card(channel=Channel.NONE)
        )
    request = steps.ask(world)
    browser = handed(world, request)
    page = text(browser.get(f"/r/{request}/room"))
    assert "Maraquilla Kettlebourne" in page
    assert "Leave this page quickly" not in page
    assert signs(browser, request).url == "/r/device"
    last = text(browser.get("/r/device"))
    assert "Please hand the device back" in last
    assert "It is signed" in last
    assert not any(name in last for name in ("Maraquilla", "Lindqvarn", "Dana"))
    with as_actor(world.dana):
        assert queries.request_row(request).state is RequestState.SIGNED
        (row,) = queries.live_consents(world.mara, sharing=True)
        (signature,) = Signature.objects.filter(request=request)
        grant = _grant(world)
        evidence = vault.open_json(signature.evidence, grant)
    assert row.request == request
    assert evidence["identified_by"] == "in the room, the device handed over by Dana Roth"
    assert root.execute("SELECT count(*) FROM clients_message").fetchone() == (0,)
    kinds = steps.kinds(root)
    assert kinds.count("request.handed") == kinds.count("accounts.parked") == 1


def _grant(world: World) -> Any:
    import audit.actions
    from consent.domain import events

    return audit.actions.record(
        actor=world.dana, kind=events.REQUEST_READ, client=world.mara, relation="assigned"
    )


def test_who_works_here_comes_back_with_one_factor_and_the_link_is_dead(world: World) -> None:
    request = steps.ask(world)
    browser = handed(world, request)
    browser.post(f"/r/{request}/room", {"act": "yes"})
    assert browser.post(f"/r/{request}/back").url == "/r/device"
    assert browser.get(f"/r/{request}/short").url == "/r/device"
    asks = browser.get(f"/sign-in/again?next=/requests/{request}")
    assert "Welcome back" in text(asks)
    assert "Sign in as yourself" not in text(asks)
    wrong = browser.post("/sign-in/again", {"answer": "no such password"})
    assert "neither your password" in text(wrong)
    assert browser.get("/today").status_code == 403
    back = browser.post(f"/sign-in/again?next=/requests/{request}", {"answer": PASSWORD})
    assert back.url == f"/requests/{request}"
    assert browser.get(f"/requests/{request}").status_code == 200
    assert browser.get(f"/r/{request}/short").status_code == 403


def test_after_coming_back_no_page_of_the_form_opens_when_the_sitting_sleeps(world: World) -> None:
    request = steps.ask(world)
    browser = handed(world, request)
    browser.post(f"/r/{request}/room", {"act": "yes"})
    browser.post("/sign-in/again", {"answer": PASSWORD})
    assert browser.post(reverse("accounts:sleep")).status_code == 204
    assert browser.get(f"/r/{request}/short").status_code == 404


def test_the_browser_gets_a_new_session_and_forgets_what_was_said_to_staff(world: World) -> None:
    request = steps.ask(world)
    browser = danas(world)
    before = browser.session.session_key
    browser.post(f"/requests/{request}/device")
    assert browser.session.session_key != before
    sitting = SignedInSession.objects.get(account=world.dana.id)
    assert sitting.parked_for == request
    assert sitting.asleep_at is not None


def test_not_them_opens_nothing(world: World) -> None:
    request = steps.ask(world)
    browser = handed(world, request)
    assert browser.post(f"/r/{request}/room", {"act": "no"}).url == "/r/device"
    assert "Nothing was opened" in text(browser.get("/r/device"))
    assert browser.get(f"/r/{request}/short").url == "/r/device"
    with as_actor(world.dana):
        assert queries.request_row(request).state is RequestState.SENT


def test_not_now_keeps_what_was_answered_until_the_next_time(world: World) -> None:
    request = steps.ask(world)
    browser = handed(world, request)
    browser.post(f"/r/{request}/room", {"act": "yes"})
    browser.post(f"/r/{request}/online", {"act": "accept"})
    browser.post(f"/r/{request}/short", {"act": "later", "share-notes": "yes"})
    assert "Give the device back" in text(browser.get(f"/r/{request}/later"))
    browser.post(f"/r/{request}/back")
    browser.post("/sign-in/again", {"answer": PASSWORD})
    assert browser.post(f"/requests/{request}/device").url == f"/r/{request}/room"
    browser.post(f"/r/{request}/room", {"act": "yes"})
    assert " checked" in text(browser.get(f"/r/{request}/short"))


def test_nobody_else_hands_over_what_is_not_theirs(world: World) -> None:
    request = steps.ask(world)
    for person, status in ((world.sam, 404), (world.fred, 403), (world.mara_portal, 403)):
        browser = Browser()
        sign_in_browserless(browser, person)
        assert browser.post(f"/requests/{request}/device").status_code == status
        assert browser.get("/account").status_code == 200  # and nothing is parked


def test_a_signed_form_is_not_handed_over_again(world: World) -> None:
    request = steps.signed(world)
    assert danas(world).post(f"/requests/{request}/device").status_code == 403


def test_the_database_makes_no_such_link_for_a_stranger(world: World, application: Any) -> None:
    import psycopg

    request = steps.ask(world)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(
            "SELECT set_config('counselling.actor', %s, true), "
            "clients_hand_over(gen_random_uuid(), %s, 'signing', %s, now() + interval '1 minute')",
            [str(world.sam.id), world.mara, request],
        )


def test_a_link_with_a_pin_is_not_shown_on_a_device_that_was_handed_over(world: World) -> None:
    request, other = steps.ask(world), steps.send(world, steps.ask(world))
    browser = handed(world, request)
    assert browser.get(other.path).status_code == 403
    assert browser.post(other.path, {"pin": other.pin}).status_code == 403
    with as_actor(world.dana):
        assert queries.request_row(other.request).state is RequestState.SENT


def test_an_expired_form_comes_anew_in_the_room(world: World, root: Any) -> None:
    sent = steps.send(world, steps.ask(world))
    root.execute("UPDATE consent_request SET expires_at = now() - interval '1 second'")
    browser = handed(world, sent.request)
    assert browser.post(f"/r/{sent.request}/room", {"act": "yes"}).status_code == 302
    with as_actor(world.dana):
        assert queries.request_row(sent.request).state is RequestState.OPENED
    assert actions  # the old link is dead, see test_consent_links
