"""Clocks: turned on, turned back, and the web's and the database's apart. What ended stays ended.

The web process's clock decides about signing in: sittings, waits, codes, invitations. The
database's decides about what is signed and shared: links, consents, disclosures. A fresh
confirmation has to be fresh by both.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser

from consent import actions
from consent.domain.states import RequestState
from counselling.access import ANONYMOUS, STEP_UP_LASTS, require_step_up
from counselling.accounts import actions as accounts
from counselling.accounts import domain, queries
from counselling.db import as_actor
from counselling.errors import StepUpNeeded
from tests import people
from tests.consent import steps

if TYPE_CHECKING:
    from counselling.access import Actor
    from tests.limits.conftest import Later
    from tests.world import World

pytestmark = pytest.mark.django_db
ADA = "ada@practice.example"


@pytest.fixture
def ada() -> Actor:
    return people.administrator()


@pytest.fixture
def desk(ada: Actor) -> Browser:
    desk = Browser()
    people.sign_in_browserless(desk, ada)
    return desk


def is_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


@pytest.mark.req("AU-12")
def test_a_sitting_that_was_found_idle_stays_over_when_the_clock_goes_back(
    desk: Browser, later: Later
) -> None:
    cookie = desk.cookies["__Host-session"].value
    with later(minutes=16):
        assert not is_in(desk)
    for back in ({}, {"minutes": -10}, {"days": -2}):
        with later(**back):
            thief = Browser()
            thief.cookies["__Host-session"] = cookie
            assert not is_in(thief)


@pytest.mark.req("AU-12")
def test_a_sitting_seen_later_than_now_is_over_since_nobody_knows_how_long_it_idled(
    desk: Browser, later: Later
) -> None:
    with later(minutes=10):
        assert is_in(desk)
    with later(minutes=2):
        assert not is_in(desk)
    assert not is_in(desk)


@pytest.mark.req("AU-12")
def test_two_machines_whose_clocks_differ_a_little_sign_nobody_out(
    desk: Browser, later: Later
) -> None:
    with later(seconds=50):
        assert is_in(desk)
    assert is_in(desk)


@pytest.mark.req("AU-09")
def test_a_confirmation_is_not_fresh_again_because_the_clock_went_back(
    ada: Actor, desk: Browser, later: Later
) -> None:
    with later(minutes=4):
        assert desk.get("/staff/new").status_code == 200
    with later(minutes=6):
        assert desk.get("/staff/new").headers["Location"].startswith("/step-up")
    # back by hours: the sitting itself is over
    with later(hours=-3):
        assert desk.get("/staff/new").headers["Location"].startswith("/sign-in")


@pytest.mark.req("AU-09")
def test_a_confirmation_has_to_be_fresh_by_the_databases_clock_too(
    ada: Actor, later: Later
) -> None:
    for hours in (-1, 1):  # the web process lives in another hour than the database
        with later(hours=hours):
            desk = Browser()
            people.code_now(ada.id)
            people.sign_in_browserless(desk, ada)
            answer = desk.get("/staff/new")
        fine = hours > 0
        # ahead, it was given in the database's future: that is not older than five minutes
        assert (answer.status_code == 200) is fine
    at = queries.clock()
    with pytest.raises(StepUpNeeded):
        require_step_up(ada, at + STEP_UP_LASTS * 2)


@pytest.mark.req("AU-08")
def test_codes_run_half_a_minute_apart_and_none_comes_back(ada: Actor, later: Later) -> None:
    # early in a half minute, so that a slow machine does not reach the next
    now = datetime.datetime.fromtimestamp(queries.clock().timestamp() // 30 * 30 + 60, datetime.UTC)
    for seconds, good in ((-90, False), (-30, True), (30, True), (90, False)):
        people.code_now(ada.id)
        browser = Browser(REMOTE_ADDR=f"192.0.2.{seconds + 100}")
        code = queries.code_at(people.SECRET, now + datetime.timedelta(seconds=seconds))
        with later(seconds=(now - queries.clock()).total_seconds()):
            people.give_password(browser, ADA)
            answer = browser.post("/sign-in/code", {"code": code})
        assert (answer.status_code == 302) is good, seconds


@pytest.mark.req("AU-08")
def test_a_code_used_before_the_clock_went_back_is_not_good_in_its_second_life(
    ada: Actor, later: Later
) -> None:
    with later(minutes=5):
        code = people.code_now(ada.id)
        first = Browser()
        people.give_password(first, ADA)
        assert first.post("/sign-in/code", {"code": code}).status_code == 302
    with later(minutes=5):
        second = Browser()
        people.give_password(second, ADA)
        assert second.post("/sign-in/code", {"code": code}).status_code == 200
    third = Browser()
    people.give_password(third, ADA)
    now = queries.code_at(people.SECRET, queries.clock())
    assert third.post("/sign-in/code", {"code": now}).status_code == 200


@pytest.mark.req("AU-05")
def test_after_the_clock_went_back_a_wait_is_as_long_as_ever_and_no_longer(later: Later) -> None:
    guesser = Browser(REMOTE_ADDR="192.0.2.1")
    with later(days=2):
        for _ in range(7):
            last = people.give_password(guesser, "nobody@practice.example", "x")
        assert last.status_code == 429
    answer = people.give_password(guesser, "nobody@practice.example", "x")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= domain.PASSWORDS.longest
    with later(minutes=15, seconds=1):
        assert people.give_password(guesser, "nobody@practice.example", "x").status_code == 200


@pytest.mark.req("AU-02")
def test_a_right_password_waits_ten_minutes_for_its_code_by_no_clock_longer(
    ada: Actor, later: Later
) -> None:
    for minutes, waits in ((9, True), (11, False), (-5, False)):
        browser = Browser(REMOTE_ADDR=f"192.0.2.{minutes + 10}")
        people.give_password(browser, ADA)
        with later(minutes=minutes):
            assert (browser.get("/sign-in/code").status_code == 200) is waits, minutes


@pytest.mark.req("AU-07")
def test_an_invitation_ends_by_the_web_processs_clock_and_a_used_one_for_good(
    world: World, later: Later
) -> None:
    with as_actor(world.fred):
        invited = accounts.create_client_account(actor=world.fred, email="own@mailbox.example")
    form = {"pin": invited.pin, "password": "violet hammer quarry noon"}
    with later(days=3, seconds=1):
        assert Browser().post(invited.path, form).status_code == 404
    assert Browser().post(invited.path, form).status_code == 302
    for back in (-1, -100):
        with later(hours=back):
            assert Browser().post(invited.path, form).status_code == 404


@pytest.mark.req("ES-13", "CL-04")
def test_a_link_ends_by_the_databases_clock_whatever_the_web_process_thinks(
    world: World, root: Any, later: Later
) -> None:
    sent = steps.send(world, steps.ask(world))
    with later(days=8):
        assert Browser().get(sent.path).status_code == 200
    for left, status in (("1 minute", 200), ("-1 second", 404)):
        root.execute(
            f"UPDATE consent_request SET expires_at = now() + interval '{left}' WHERE id = %s",
            [sent.request],
        )
        for days in (0, -8, 8):
            with later(days=days):
                assert Browser().get(sent.path).status_code == status


@pytest.mark.req("CL-03", "CL-05")
def test_what_was_withdrawn_signed_or_called_back_is_a_row_and_no_clock_undoes_it(
    world: World, later: Later
) -> None:
    from consent import queries as asked
    from counselling.errors import Refused

    shared = steps.shared_permission(world)
    steps.stop(world, shared.consent)
    void = steps.send(world, steps.ask(world))
    with as_actor(world.dana):
        actions.void_request(actor=world.dana, request_id=void.request)
    with later(days=-3):
        assert Browser().get(void.path).status_code == 404
        with pytest.raises(Refused):
            steps.disclose(world, shared)
        with as_actor(world.dana):
            assert asked.live_consents(world.mara) == []
            assert asked.request_row(void.request).state is RequestState.VOID


@pytest.mark.req("ES-13")
def test_the_link_that_a_pin_opened_ends_with_its_own_time_by_the_databases_clock(
    world: World, root: Any, later: Later
) -> None:
    sent = steps.send(world, steps.ask(world))
    browser = Browser()
    browser.post(sent.path, {"pin": sent.pin})
    with later(hours=-5):
        assert browser.get(f"/r/{sent.request}/online").status_code == 200
    root.execute("UPDATE clients_linkactor SET expires_at = now() - interval '1 second'")
    for hours in (0, -5):
        with later(hours=hours):
            assert browser.get(f"/r/{sent.request}/online").status_code == 404


def test_a_count_of_the_future_is_a_count_of_now() -> None:
    at = datetime.datetime(2026, 11, 16, 9, tzinfo=datetime.UTC)
    minute = datetime.timedelta(minutes=1)
    assert domain.lasts(at, at + 4 * minute, 5 * minute)
    assert not domain.lasts(at, at + 5 * minute, 5 * minute)
    assert domain.lasts(at, at - minute, 5 * minute)
    assert not domain.lasts(at, at - 2 * minute, 5 * minute)
    assert ANONYMOUS.step_up_at is None
