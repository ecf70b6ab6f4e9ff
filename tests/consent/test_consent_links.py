"""A link, its PIN, and who else may come along it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.test import Client as Browser

from consent import actions, queries
from consent.domain.states import RequestState
from counselling.access import ANONYMOUS
from counselling.db import as_actor
from tests.consent import steps

if TYPE_CHECKING:
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("ES-13")]


def wrong(pin: str) -> str:
    return f"{(int(pin) + 1) % 10**6:06d}"


def attempt(sent: actions.Sent, pin: str) -> actions.Opened | actions.NotOpened:
    with as_actor(ANONYMOUS):
        return actions.open_link(actor=ANONYMOUS, token=steps.token_of(sent), pin=pin)


def test_a_scanner_looks_three_times_and_the_client_opens_it_after(world: World, root: Any) -> None:
    sent = steps.send(world, steps.ask(world))
    before = steps.kinds(root)
    browser = Browser()
    for _ in range(3):
        answer = browser.get(sent.path)
        assert answer.status_code == 200
        assert steps.EVA.name not in answer.content.decode()
    assert steps.kinds(root) == before
    answer = browser.post(sent.path, {"pin": sent.pin})
    assert answer.status_code == 302
    with as_actor(world.dana):
        assert queries.request_row(sent.request).state is RequestState.OPENED


def test_the_fifth_wrong_pin_calls_the_request_back_and_staff_see_it(
    world: World, root: Any
) -> None:
    sent = steps.send(world, steps.ask(world))
    lefts = [attempt(sent, wrong(sent.pin)) for _ in range(5)]
    before = [actions.NotOpened(left) for left in (4, 3, 2, 1)]
    assert lefts == [*before, actions.NotOpened(0, guessed=True)]
    assert attempt(sent, sent.pin) == actions.NotOpened(0)
    with as_actor(world.dana):
        row = queries.request_row(sent.request)
        assert (row.state, row.why_void) == (RequestState.VOID, "pin")
        assert [one.kind for one in queries.notices()] == ["guessed"]
    assert steps.kinds(root).count("request.pin_wrong") == 5
    assert steps.last_act(root) == ["link.ended", "request.pin_wrong", "request.voided"]


def test_thirty_guesses_at_once_are_five(world: World, root: Any) -> None:
    sent = steps.send(world, steps.ask(world))

    def guess() -> None:
        attempt(sent, wrong(sent.pin))
        connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert steps.kinds(root).count("request.pin_wrong") == 5


def test_a_right_pin_forgives_the_wrong_ones_before(world: World) -> None:
    sent = steps.send(world, steps.ask(world))
    for _ in range(4):
        attempt(sent, wrong(sent.pin))
    assert isinstance(attempt(sent, sent.pin), actions.Opened)
    assert attempt(sent, wrong(sent.pin)) == actions.NotOpened(4)


def test_sent_again_the_old_link_and_pin_are_dead(world: World) -> None:
    first = steps.send(world, steps.ask(world))
    second = steps.send(world, first.request)
    assert attempt(first, first.pin) == actions.NotOpened(0)
    assert isinstance(attempt(second, second.pin), actions.Opened)


@pytest.mark.req("CL-04")
def test_after_seven_days_the_link_is_over_without_any_job(
    world: World, root: Any, application: Any
) -> None:
    sent = steps.send(world, steps.ask(world))
    root.execute("UPDATE consent_request SET expires_at = now() - interval '1 second'")
    assert attempt(sent, sent.pin) == actions.NotOpened(0)
    assert Browser().get(sent.path).status_code == 404
    with as_actor(world.dana):
        assert queries.request_row(sent.request).state is RequestState.EXPIRED


def test_an_unknown_link_looks_like_one_that_is_over(world: World) -> None:
    sent = steps.send(world, steps.ask(world))
    with as_actor(world.dana):
        actions.void_request(actor=world.dana, request_id=sent.request)
    made_up = "/r/" + "A" * 43
    over, unknown = Browser().get(sent.path), Browser().get(made_up)
    assert (over.status_code, unknown.status_code) == (404, 404)
    # the switch of the language leads back to the address that was asked for
    again = strip(unknown.content).replace(made_up.encode(), sent.path.encode())
    assert strip(over.content) == again


def strip(page: bytes) -> bytes:
    """Leave out the token against forged forms, which differs on every page."""
    import re

    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page)


def test_a_signed_link_opens_no_more(world: World) -> None:
    request = steps.ask(world)
    sent = steps.send(world, request)
    mara = steps.open_by_link(sent, world.mara)
    steps.sign(request, mara, steps.read_through(request, mara, steps.YES))
    assert attempt(sent, sent.pin) == actions.NotOpened(0)


def test_the_door_of_a_link_is_told_only_by_its_hash(world: World, application: Any) -> None:
    steps.send(world, steps.ask(world))
    assert application.execute("SELECT * FROM consent_request").fetchall() == []
    assert application.execute("SELECT * FROM consent_knock('x')").fetchall() == []
    assert application.execute("SELECT consent_link_opened('x', now())").fetchone()[0] is None


def test_a_passed_pin_opens_this_request_and_no_other_page(world: World) -> None:
    sent, other = steps.send(world, steps.ask(world)), steps.send(world, steps.ask(world))
    browser = Browser()
    browser.get(sent.path)
    before = browser.session.session_key
    browser.post(sent.path, {"pin": sent.pin})
    assert browser.session.session_key != before
    assert browser.get(f"/r/{sent.request}/online").status_code == 200
    for path in (f"/r/{other.request}/online", f"/r/{other.request}/short"):
        assert browser.get(path).status_code == 404
    assert browser.get(f"/space/requests/{sent.request}").status_code == 302
    assert browser.get(f"/requests/{sent.request}").status_code == 302


def test_who_is_signed_in_as_staff_does_not_become_the_client(world: World) -> None:
    from tests.people import sign_in_browserless

    sent = steps.send(world, steps.ask(world))
    browser = Browser()
    sign_in_browserless(browser, world.dana)
    assert browser.post(sent.path, {"pin": sent.pin}).status_code == 409
    assert browser.get(f"/r/{sent.request}/short").status_code == 403
