"""Somebody guesses passwords and codes: at one door, at every door, from a thousand places."""

from __future__ import annotations

import dataclasses
import datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.test import Client as Browser

from counselling.access import Role
from counselling.accounts import actions, domain
from counselling.accounts.actions import throttling
from counselling.db import as_actor
from tests import people

if TYPE_CHECKING:
    from counselling.access import Actor
    from tests.limits.conftest import AtOnce, Later

pytestmark = [pytest.mark.django_db, pytest.mark.req("AU-05")]
ADA = "ada@practice.example"
# so few are enough to see it; a test below holds the real numbers
FEW = 7
REGAIN = 60


@pytest.fixture(autouse=True)
def _few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in (
        (throttling, "FROM_ONE_ADDRESS"),
        (domain, "PASSWORDS_EVERYWHERE"),
        (domain, "CODES_EVERYWHERE"),
    ):
        real = getattr(module, name)
        monkeypatch.setattr(module, name, dataclasses.replace(real, burst=FEW))


def test_the_real_numbers_are_patient_with_people_and_not_with_machines() -> None:
    from counselling.accounts.domain import allowances

    for one, burst, a_day in (
        (allowances.FROM_ONE_ADDRESS, 50, 1500),
        (allowances.PASSWORDS_EVERYWHERE, 30, 1500),
        (allowances.CODES_EVERYWHERE, 20, 116),
        (allowances.DEAD_LINKS, 30, 4350),
    ):
        assert one.burst == burst
        assert one.burst + 86_400 // one.regain <= a_day


def at(number: int) -> Browser:
    """Give a browser at the address of that number; 0 is where everybody signs in first."""
    return Browser(REMOTE_ADDR=f"198.18.{number // 250}.{number % 250 + 1}")


def guess(number: int, email: str = ADA, password: str = "not it") -> int:
    return people.give_password(at(number), email, password).status_code


def at_the_code(number: int) -> Browser:
    """Give a browser whose password was right, waiting for the code."""
    browser = at(number)
    assert people.give_password(browser, ADA).headers["Location"] == "/sign-in/code"
    return browser


@pytest.fixture
def ada() -> Actor:
    """Ada has signed in once, from address 0."""
    ada = people.administrator()
    people.sign_in_browserless(at(0), ada)
    return ada


def test_a_thousand_addresses_are_slowed_at_one_door_and_the_owner_at_her_desk_is_not(
    ada: Actor,
) -> None:
    answers = [guess(number) for number in range(1, FEW + 3)]
    assert answers == [200] * FEW + [429, 429]
    assert guess(999, password=people.PASSWORD) == 429
    assert guess(0, password=people.PASSWORD) == 302
    # nor is anybody else, wherever they are
    people.make_person(Role.COUNSELLOR, email="dana@practice.example")
    assert guess(998, "dana@practice.example", people.PASSWORD) == 302


def test_it_is_a_wait_of_a_minute_and_no_lock_and_a_recovery_code_works_meanwhile(
    ada: Actor, later: Later
) -> None:
    for number in range(1, FEW + 1):
        guess(number)
    waiting = people.give_password(at(999), ADA)
    assert 1 <= int(waiting.headers["Retry-After"]) <= REGAIN
    with as_actor(ada):
        (code, *_) = actions.make_codes(actor=people.fresh(ada))
    form = {"email": ADA, "password": people.PASSWORD, "code": code}
    assert at(997).post("/sign-in/recovery", form).status_code == 302
    with later(seconds=REGAIN + 1):
        assert guess(999, password=people.PASSWORD) == 302


def test_a_name_nobody_has_is_slowed_at_the_same_try(ada: Actor) -> None:
    nobody = "nobody@practice.example"
    answers = [guess(number, nobody) for number in range(1, FEW + 3)]
    assert answers == [200] * FEW + [429, 429]


def test_who_tries_one_password_at_every_door_is_slowed_and_nobody_elsewhere(ada: Actor) -> None:
    answers = [guess(1, f"person{number}@x.example") for number in range(FEW)]
    assert answers == [200] * FEW
    assert guess(1, "another@x.example") == 429
    assert guess(1, ADA, people.PASSWORD) == 429
    assert guess(2, "another@x.example") == 200
    assert guess(0, password=people.PASSWORD) == 302


def test_a_stranger_behind_the_same_address_keeps_nobody_out_who_signs_in_there(
    ada: Actor,
) -> None:
    # the waiting room's own network, or a telephone company's
    for number in range(FEW):
        guess(0, f"person{number}@x.example")
    assert guess(0, "another@x.example") == 429
    assert guess(0, password=people.PASSWORD) == 302
    # whose name it is, is guessed no faster for it
    assert [guess(0) for _ in range(6)] == [200] * 5 + [429]


def test_a_success_forgives_that_name_there_and_nothing_else(ada: Actor) -> None:
    people.make_person(Role.COUNSELLOR, email="dana@practice.example")
    dana = people.queries.staff()[-1]
    for _ in range(5):
        guess(1)
        guess(1, "dana@practice.example")
    assert guess(1) == guess(1, "dana@practice.example") == 429
    people.sign_in_browserless(at(2), ada)
    assert guess(1) == 429
    assert guess(1, "dana@practice.example") == 429
    assert dana


def test_an_attacker_with_a_good_account_of_their_own_does_not_wash_their_count_away(
    ada: Actor,
) -> None:
    mara = people.make_client_person("own@mailbox.example")
    for number in range(FEW):
        assert guess(1, f"person{number}@x.example") == 200
        if number in {1, 4}:
            people.sign_in_browserless(at(1), mara)
    assert guess(1, "another@x.example") == 429


@pytest.mark.slow
def test_codes_are_guessed_twenty_times_in_all_from_wherever(ada: Actor) -> None:
    """Who guesses codes has the password; a new address is no new beginning."""
    people.code_now(ada.id)
    browsers = [at_the_code(number) for number in range(1, FEW + 3)]
    answers = [one.post("/sign-in/code", {"code": "000000"}).status_code for one in browsers]
    assert answers == [200] * FEW + [429, 429]
    right = people.code_now(ada.id)
    assert at_the_code(500).post("/sign-in/code", {"code": right}).status_code == 429
    assert at_the_code(0).post("/sign-in/code", {"code": right}).status_code == 302


def test_a_stolen_cookie_guesses_no_more_codes_at_the_step_up(ada: Actor) -> None:
    inside = at(0)
    people.code_now(ada.id)
    people.sign_in_browserless(inside, ada)
    cookie = inside.cookies["__Host-session"].value
    answers = []
    for number in range(1, FEW + 3):
        thief = at(number)
        thief.cookies["__Host-session"] = cookie
        answers.append(thief.post("/step-up", {"code": "000000"}).status_code)
    assert answers == [200] * FEW + [429, 429]


@pytest.mark.slow
def test_forty_guesses_at_once_from_one_place_are_judged_one_by_one(
    ada: Actor, at_once: AtOnce
) -> None:
    answers = at_once(partial(guess, 1) for _ in range(40))
    assert set(answers) <= {200, 429}
    assert answers.count(200) <= domain.PASSWORDS.free


@pytest.mark.slow
def test_guesses_at_once_from_twenty_places_all_count(ada: Actor, at_once: AtOnce) -> None:
    at_once(partial(guess, number) for number in range(1, 21))
    assert guess(900) == 429


def test_the_count_runs_off_by_itself_and_never_below_nothing() -> None:
    at = datetime.datetime(2026, 11, 16, 9, tzinfo=datetime.UTC)
    bucket = domain.Allowance("x", burst=3, regain=10)

    def spent(count: int, seconds: float) -> tuple[int, int]:
        found = domain.decide_spent(bucket, count, at, at + datetime.timedelta(seconds=seconds))
        return found.count, found.wait

    assert spent(0, 0) == (0, 0)
    assert spent(2, 0) == (2, 0)
    assert spent(3, 0) == (3, 10)
    assert spent(3, 9.5) == (3, 1)
    assert spent(3, 10) == (2, 0)
    assert spent(3, 3600) == (0, 0)
    assert spent(3, -3600) == (3, 10)
