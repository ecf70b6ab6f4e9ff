"""Signing in, told by the person who does it and by the person who should not."""

from __future__ import annotations

import re
import statistics
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.test import Client

from counselling.access import Role
from counselling.accounts import queries
from counselling.accounts.models import RecoveryCode, TotpDevice
from counselling.db import as_actor
from tests import people

if TYPE_CHECKING:
    import psycopg

    from tests.accounts.conftest import Later, Told

pytestmark = pytest.mark.django_db


def wrong(browser: Client, times: int, email: str = "ada@practice.example") -> Any:
    """Give a wrong password some times; the last answer."""
    answers = [people.give_password(browser, email, "not the password") for _ in range(times)]
    return answers[-1]


@pytest.mark.req("AU-02")
def test_an_administrator_is_nobody_until_the_code_is_right() -> None:
    ada = people.administrator()
    browser = Client()
    answer = people.give_password(browser, "ada@practice.example")
    assert answer.headers["Location"] == "/sign-in/code"
    for page in ("/staff", "/account", "/staff/new", "/account/recovery-codes", "/step-up"):
        assert browser.get(page).status_code == 302, page
        assert browser.get(page).headers["Location"].startswith("/sign-in?next="), page
    browser.post("/sign-in/code", {"code": people.code_now(ada.id)})
    assert browser.get("/account").status_code == 200


def test_the_page_one_wanted_comes_after_signing_in() -> None:
    ada = people.administrator()
    browser = Client()
    assert browser.get("/staff").headers["Location"] == "/sign-in?next=/staff"
    form = {"email": "ada@practice.example", "password": people.PASSWORD, "next": "/staff"}
    browser.post("/sign-in", form)
    answer = browser.post("/sign-in/code", {"code": people.code_now(ada.id)})
    assert answer.headers["Location"] == "/staff"


def test_a_page_of_another_site_never_comes_after_signing_in() -> None:
    ada = people.administrator()
    browser = Client()
    form = {"email": "ada@practice.example", "password": people.PASSWORD, "next": "//evil.example"}
    browser.post("/sign-in", form)
    answer = browser.post("/sign-in/code", {"code": people.code_now(ada.id)})
    assert answer.headers["Location"] == "/"


@pytest.mark.req("AU-01")
def test_the_same_name_in_other_letters_is_the_same_person() -> None:
    people.administrator()
    for name in ("ADA@practice.example", "\uff41da@practice.example", "  ada@Practice.Example "):
        answer = people.give_password(Client(), name)
        assert answer.headers["Location"] == "/sign-in/code", name


@pytest.mark.req("AU-01")
def test_a_new_practice_has_no_account_that_anybody_could_guess() -> None:
    for name in ("admin", "root", "admin@localhost"):
        assert people.give_password(Client(), name, "admin").status_code == 200


@pytest.mark.req("AU-06")
def test_unknown_and_known_names_look_the_same() -> None:
    people.administrator()
    pages = {}
    for email in ("ada@practice.example", "nobody@practice.example"):
        answer = people.give_password(Client(), email, "not the password")
        page = answer.content.decode().replace(email, "-")
        pages[email] = re.sub(r'value="[A-Za-z0-9]{64}"', "", page)
        assert answer.status_code == 200
    assert len(set(pages.values())) == 1


@pytest.mark.slow
@pytest.mark.req("AU-06")
def test_unknown_and_known_names_take_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # what production spends on a password
    for name, cost in (("time_cost", 2), ("memory_cost", 102_400), ("parallelism", 8)):
        monkeypatch.setattr(Argon2PasswordHasher, name, cost)
    people.administrator()
    took: dict[str, list[float]] = {"ada@practice.example": [], "nobody@practice.example": []}
    for attempt in range(12):
        for email, times in took.items():
            began = time.perf_counter()
            # another address each time, so that nobody is made to wait
            Client(REMOTE_ADDR=f"192.0.2.{attempt}").post(
                "/sign-in", {"email": email, "password": "not the password"}
            )
            times.append(time.perf_counter() - began)
    known, unknown = (statistics.median(times) for times in took.values())
    assert 0.7 < known / unknown < 1.4


@pytest.mark.req("AU-05")
def test_a_guesser_waits_and_the_owner_elsewhere_does_not(later: Later) -> None:
    ada = people.administrator()
    guesser, owner = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    assert wrong(guesser, 5).status_code == 200
    answer = people.give_password(guesser, "ada@practice.example")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] in {"1", "2"}
    assert "Please wait" in answer.content.decode()
    people.sign_in_browserless(owner, ada)
    with later(hours=1):
        assert people.give_password(guesser, "ada@practice.example").status_code == 302


@pytest.mark.req("AU-05")
def test_names_nobody_has_are_slowed_alike() -> None:
    assert wrong(Client(), 6, "nobody@practice.example").status_code == 429


@pytest.mark.req("AU-05")
def test_a_header_does_not_make_a_guesser_somebody_else() -> None:
    browser = Client()
    for number in range(5):
        browser.post(
            "/sign-in",
            {"email": "nobody@practice.example", "password": "x"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
    assert wrong(browser, 1, "nobody@practice.example").status_code == 429


@pytest.mark.req("AU-05")
def test_codes_are_slowed_like_passwords() -> None:
    ada = people.administrator()
    browser = Client()
    people.give_password(browser, "ada@practice.example")
    for _ in range(5):
        assert browser.post("/sign-in/code", {"code": "000000"}).status_code == 200
    right = people.code_now(ada.id)
    assert browser.post("/sign-in/code", {"code": right}).status_code == 429


@pytest.mark.req("AU-05")
@pytest.mark.req("AU-08")
def test_a_recovery_code_works_while_others_wait_and_only_once(told: Told) -> None:
    ada = people.administrator()
    browser = Client()
    codes = new_codes(ada)
    wrong(browser, 6)
    form = {"email": "ada@practice.example", "password": people.PASSWORD, "code": codes[0]}
    assert browser.post("/sign-in/recovery", form).headers["Location"] == "/"
    assert browser.get("/account").status_code == 200
    assert "accounts.recovery.used" in {event["kind"] for event in told()}
    assert mail.outbox[-1].subject == "About your sign-in"
    again = Client().post("/sign-in/recovery", form)
    assert "do not fit together" in again.content.decode()


@pytest.mark.req("AU-08")
def test_a_recovery_code_stands_in_for_the_authenticator() -> None:
    ada = people.administrator()
    codes = new_codes(ada)
    browser = Client()
    people.give_password(browser, "ada@practice.example")
    answer = browser.post("/sign-in/code", {"code": codes[3].upper().replace("-", " ")})
    assert answer.headers["Location"] == "/"
    assert queries.codes_left(ada.id) == 9


def new_codes(ada: Any) -> list[str]:
    """Make recovery codes for somebody, without a browser."""
    from counselling.accounts import actions

    with as_actor(ada):
        return actions.make_codes(actor=ada)


@pytest.mark.req("AU-08")
def test_a_code_of_the_authenticator_works_once() -> None:
    ada = people.administrator()
    code = people.code_now(ada.id)
    first, second = Client(), Client()
    for browser in (first, second):
        people.give_password(browser, "ada@practice.example")
    assert first.post("/sign-in/code", {"code": code}).status_code == 302
    answer = second.post("/sign-in/code", {"code": code})
    assert answer.status_code == 200
    assert "was used before" in answer.content.decode()


@pytest.mark.req("AU-08")
def test_a_stolen_table_holds_no_key_no_code_and_no_address(
    root: psycopg.Connection[Any],
) -> None:
    ada = people.administrator()
    codes = new_codes(ada)
    assert RecoveryCode.objects.count() == len(codes) == 10
    for table in ("accounts_account", "accounts_totpdevice", "accounts_recoverycode"):
        dump = str(root.execute(f"SELECT row_to_json(t)::text FROM {table} t").fetchall())
        for secret in ("ada@practice", people.SECRET, people.PASSWORD, codes[0]):
            assert secret not in dump
            assert secret.encode().hex() not in dump


@pytest.mark.req("AU-02")
def test_a_colleague_without_a_factor_enrols_before_anything_else(told: Told) -> None:
    dana = people.make_person(Role.ADMINISTRATOR, email="dana@practice.example")
    TotpDevice.objects.all().delete()
    browser = Client()
    answer = people.give_password(browser, "dana@practice.example")
    assert answer.headers["Location"] == "/sign-in/enrolment"
    assert browser.get("/staff").status_code == 302
    page = browser.get("/sign-in/enrolment").content.decode()
    assert "<svg" in page
    assert "style=" not in page
    again = browser.get("/sign-in/enrolment").content.decode()
    key = shown_key(page)
    assert key == shown_key(again)
    refused = browser.post("/sign-in/enrolment", {"code": "000000"})
    assert "This code is not right" in refused.content.decode()
    code = queries.code_at(key, queries.clock())
    shown = browser.post("/sign-in/enrolment", {"code": code}).content.decode()
    codes = re.findall(r"<li>([0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4})</li>", shown)
    assert len(codes) == 10
    assert browser.get("/staff").status_code == 200
    file = browser.post("/account/recovery-codes/file", {"codes": " ".join(codes)})
    assert file.headers["Content-Disposition"] == 'attachment; filename="codes.txt"'
    assert file.content.decode().split() == codes
    kinds = [event["kind"] for event in told() if event.get("row") == str(dana.id)]
    assert kinds[-2:] == ["accounts.factor.enrolled", "accounts.sign-in"]


def shown_key(page: str) -> str:
    """Give the key on a page in base 16."""
    import base64

    found = re.search(r'class="hash">([A-Z2-7]+)<', page)
    assert found
    return base64.b32decode(found[1]).hex()


def test_codes_that_are_not_ones_own_are_not_written_into_a_file() -> None:
    browser = Client()
    people.sign_in_browserless(browser, people.administrator())
    answer = browser.post("/account/recovery-codes/file", {"codes": "<script>"})
    assert answer.status_code == 302


def test_a_client_without_a_factor_signs_in_by_password() -> None:
    mara = people.make_client_person("mara@mailbox.example")
    browser = Client()
    people.give_password(browser, "mara@mailbox.example")
    assert browser.session["_auth_user_id"] == str(mara.id)


def test_half_a_sign_in_is_forgotten_after_ten_minutes(later: Later) -> None:
    ada = people.administrator()
    browser = Client()
    people.give_password(browser, "ada@practice.example")
    with later(minutes=11):
        answer = browser.post("/sign-in/code", {"code": people.code_now(ada.id)})
    assert answer.headers["Location"] == "/sign-in"


@pytest.mark.req("AU-11")
def test_a_planted_session_id_is_not_adopted_and_each_step_gives_a_new_one() -> None:
    ada = people.administrator()
    browser = Client()
    browser.cookies["__Host-session"] = "planted0planted0planted0planted0"
    people.give_password(browser, "ada@practice.example")
    half = browser.cookies["__Host-session"].value
    assert half != "planted0planted0planted0planted0"
    browser.post("/sign-in/code", {"code": people.code_now(ada.id)})
    whole = browser.cookies["__Host-session"].value
    assert whole != half
    browser.post("/step-up", {"code": people.code_now(ada.id)})
    stepped = browser.cookies["__Host-session"].value
    assert stepped != whole
    for dead in (half, whole):
        thief = Client()
        thief.cookies["__Host-session"] = dead
        assert thief.get("/account").status_code == 302


def test_who_is_signed_in_is_led_home_from_the_sign_in_page() -> None:
    browser = Client()
    people.sign_in_browserless(browser, people.administrator())
    assert browser.get("/sign-in").headers["Location"] == "/"


@pytest.mark.req("AX-09")
def test_password_managers_know_the_fields() -> None:
    page = Client().get("/sign-in").content.decode()
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    people.administrator()
    browser = Client()
    people.give_password(browser, "ada@practice.example")
    assert 'autocomplete="one-time-code"' in browser.get("/sign-in/code").content.decode()


def test_each_answer_leaves_its_event_and_no_name(told: Told) -> None:
    ada = people.administrator()
    browser = Client()
    before = len(told())
    wrong(browser, 1)
    wrong(browser, 1, "nobody@practice.example")
    people.give_password(browser, "ada@practice.example")
    browser.post("/sign-in/code", {"code": "000000"})
    browser.post("/sign-in/code", {"code": people.code_now(ada.id)})
    browser.post("/sign-out")
    events = told()[before:]
    assert [event["kind"] for event in events] == [
        "accounts.sign-in.failed",
        "accounts.sign-in.failed",
        "accounts.password.right",
        "accounts.factor.failed",
        "accounts.sign-in",
        "accounts.sign-out",
    ]
    assert [event.get("row") for event in events][:2] == [str(ada.id), None]
    assert events[4]["detail"]["session"] == events[5]["session"]
    assert all(event["address"] != "127.0.0.1" for event in events)
    assert "practice.example" not in str(events)
