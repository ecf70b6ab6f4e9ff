"""Waiting for one's turn: nobody queues on a connection, and no page can be asked for ever."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import hashers
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from counselling.access import Role
from counselling.accounts import actions
from counselling.accounts.actions import throttling
from counselling.accounts.models import TotpDevice
from counselling.db import as_actor
from tests import people

if TYPE_CHECKING:
    from counselling.access import Actor

pytestmark = pytest.mark.django_db
EMAIL = "ada@practice.example"


def codes_of(ada: Actor) -> list[str]:
    with as_actor(ada):
        return actions.make_codes(actor=ada)


def recover(browser: Client, **said: str) -> Any:
    form = {"email": EMAIL, "password": "not the password", "code": "2222-2222-2222"}
    return browser.post("/sign-in/recovery", form | said)


class Slow:
    """A judge of passwords that thinks about the first one until told to go on."""

    def __init__(self) -> None:
        self.thinking, self.go_on = threading.Event(), threading.Event()

    def check(self, *_: object) -> bool:
        if not self.thinking.is_set():
            self.thinking.set()
            self.go_on.wait(20)
        return False


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    judge = Slow()
    monkeypatch.setattr(hashers, "check_password", judge.check)
    return judge


def judged_meanwhile(slow: Slow, path: str) -> threading.Thread:
    """Have an answer for Ada judged in another thread, as long as the test likes."""

    def ask() -> None:
        form = {"email": EMAIL, "password": "x", "code": "2222-2222-2222"}
        Client().post(path, form)
        connections.close_all()

    thread = threading.Thread(target=ask)
    thread.start()
    assert slow.thinking.wait(20)
    return thread


@pytest.mark.req("AU-05")
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/recovery"])
def test_while_one_answer_is_judged_the_next_is_told_to_wait_a_moment(
    slow: Slow, path: str
) -> None:
    people.administrator()
    first = judged_meanwhile(slow, path)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    try:
        answer = Client().post(path, {"email": EMAIL, "password": "x", "code": "x"})
    finally:
        slow.go_on.set()
        first.join()
        connection.close()
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert "Please wait a moment" in answer.content.decode()


@pytest.mark.req("AU-05")
def test_while_one_answer_is_judged_people_elsewhere_are_judged_too(slow: Slow) -> None:
    people.administrator()
    first = judged_meanwhile(slow, "/sign-in")
    answers = [
        people.give_password(Client(REMOTE_ADDR="192.0.2.2"), EMAIL),
        people.give_password(Client(), "another@practice.example"),
    ]
    slow.go_on.set()
    first.join()
    assert [one.status_code for one in answers] == [200, 200]


@pytest.mark.req("AU-06")
def test_the_recovery_page_does_the_same_work_whatever_was_wrong() -> None:
    codes_of(people.administrator())
    done = {}
    for number, said in enumerate(
        (
            {"password": people.PASSWORD},
            {"password": people.PASSWORD, "code": "123456"},
            {"password": "not the password"},
            {"email": "nobody@practice.example"},
        )
    ):
        browser = Client(REMOTE_ADDR=f"192.0.2.{number}")
        with CaptureQueriesContext(connection) as captured:
            assert recover(browser, **said).status_code == 200
        asked = [re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in captured.captured_queries]
        done[str(said)] = [re.sub(r"\s+", " ", one) for one in asked]
    first, *others = done.values()
    assert any("accounts_recoverycode" in one for one in first)
    assert all(one == first for one in others)


@pytest.mark.req("AU-05")
def test_nobody_asks_for_recovery_for_ever_and_the_owner_gets_in_throughout() -> None:
    ada = people.administrator()
    codes = codes_of(ada)
    guesser, owner = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    for number in range(20):
        other = {"email": f"person{number}@practice.example"} if number % 2 else {}
        assert recover(guesser, **other).status_code == 200
    answer = recover(guesser)
    assert answer.status_code == 429
    assert "a recovery code works at once" not in answer.content.decode()
    for _ in range(6):
        people.give_password(owner, EMAIL, "not the password")
    right = {"password": people.PASSWORD, "code": codes[0]}
    assert recover(owner, **right).headers["Location"] == "/"


def test_a_wrong_recovery_is_told_apart_in_the_log_only(told: Any) -> None:
    codes_of(people.administrator())
    recover(Client(), password=people.PASSWORD)
    recover(Client())
    kinds = [event["kind"] for event in told()][-2:]
    assert kinds == ["accounts.factor.failed", "accounts.sign-in.failed"]


@pytest.mark.req("AU-05")
def test_every_secret_that_is_asked_is_judged_one_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada = people.administrator()
    inside, half, new = Client(), Client(), Client()
    people.sign_in_browserless(inside, ada)
    people.give_password(half, EMAIL)
    fred = people.make_person(Role.FRONT_DESK)
    with as_actor(fred):
        invited = actions.create_client_account(actor=fred, email="own@mailbox.example")
    people.make_person(Role.COUNSELLOR, email="dana@practice.example")
    TotpDevice.objects.exclude(user=ada.id).delete()
    people.give_password(new, "dana@practice.example")
    new.get("/sign-in/enrolment")
    monkeypatch.setattr(throttling, "_is_free", lambda _key: False)
    password = "violet hammer quarry noon"
    for browser, path, said in (
        (half, "/sign-in/code", {"code": people.code_now(ada.id)}),
        (half, "/sign-in/code", {"code": "2222-2222-2222"}),
        (inside, "/step-up", {"code": people.code_now(ada.id)}),
        (Client(), invited.path, {"pin": invited.pin, "password": password}),
    ):
        assert browser.post(path, said).status_code == 429, path
    for browser, path, said in (
        (inside, "/account/password", {"current": people.PASSWORD, "password": password}),
        (new, "/sign-in/enrolment", {"code": people.code_now()}),
    ):
        answer = browser.post(path, said)
        assert answer.status_code == 200
        assert "Please wait" in answer.content.decode(), path
