"""Sittings: how long they last, and how they end, here or elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.test import Client

from counselling.access import Role
from counselling.accounts import actions
from counselling.db import as_actor
from tests import people

if TYPE_CHECKING:
    from counselling.access import Actor
    from tests.accounts.conftest import Later, Told

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Actor:
    return people.administrator()


@pytest.fixture
def desk(ada: Actor) -> Client:
    desk = Client()
    people.sign_in_browserless(desk, ada)
    return desk


def is_in(desk: Client) -> bool:
    """Say whether a browser is signed in."""
    return desk.get("/account").status_code == 200


@pytest.mark.req("AU-12")
def test_staff_are_shut_out_after_fifteen_idle_minutes(
    desk: Client, later: Later, told: Told
) -> None:
    cookie = desk.cookies["__Host-session"].value
    with later(minutes=14):
        assert is_in(desk)
    with later(minutes=28):
        assert is_in(desk)
    with later(minutes=44):
        assert not is_in(desk)
        desk.cookies["__Host-session"] = cookie
        assert not is_in(desk)
    slept = [event for event in told() if event["kind"] == "accounts.asleep"]
    assert [event["reason"] for event in slept] == ["idle"]


def wakes(desk: Client, answer: str) -> int:
    """Give one factor, and say what came of it."""
    return desk.post("/sign-in/again", {"answer": answer}).status_code


@pytest.mark.req("AU-12", "AX-04")
@pytest.mark.parametrize("factor", ["password", "code"])
def test_one_factor_brings_staff_back_to_where_they_were(
    ada: Actor, desk: Client, later: Later, told: Told, factor: str
) -> None:
    old = desk.cookies["__Host-session"].value
    with later(minutes=16):
        asked = desk.get("/account/password", follow=True)
        assert asked.request["PATH_INFO"] == "/sign-in/again"
        assert "Hidden while you were away" in asked.content.decode()
        assert wakes(desk, "not the password") == 200
        assert not is_in(desk)
        right = people.PASSWORD if factor == "password" else people.code_now(ada.id)
        back = desk.post("/sign-in/again?next=%2Faccount%2Fpassword", {"answer": right})
        assert back.headers["Location"] == "/account/password"
        assert is_in(desk)
        # what was stolen before it slept opens nothing after (AU-11)
        thief = Client()
        thief.cookies["__Host-session"] = old
        assert not is_in(thief)
        # and what is dear is asked for again
        assert desk.get("/account/recovery-codes").headers["Location"].startswith("/step-up")
    came = [event for event in told() if event["kind"] == "accounts.woken"]
    assert [event["outcome"] for event in came] == ["ok"]
    assert came[0]["detail"]["factor"] == ("authenticator" if factor == "code" else "password")


@pytest.mark.req("AU-12")
def test_nothing_wakes_a_sitting_after_twelve_hours(desk: Client, later: Later, told: Told) -> None:
    with later(minutes=16):
        assert not is_in(desk)
        assert wakes(desk, people.PASSWORD) == 302
    with later(minutes=40):
        assert not is_in(desk)
    with later(hours=12, seconds=1):
        assert desk.get("/sign-in/again").headers["Location"] == "/sign-in"
        assert wakes(desk, people.PASSWORD) == 302
        assert not is_in(desk)
    ended = [event for event in told() if event["kind"] == "accounts.time-out"]
    assert [event["reason"] for event in ended] == ["too-long"]


@pytest.mark.req("AU-12")
def test_a_sitting_that_sleeps_is_refused_everything_and_can_be_ended_elsewhere(
    ada: Actor, desk: Client
) -> None:
    other = Client()
    people.sign_in_browserless(other, ada)
    assert desk.post("/account/sleep").status_code == 204
    for path in ("/staff", "/account", "/trail"):
        assert desk.get(path).headers["Location"].startswith("/sign-in?next=")
    for path in ("/account/presence", "/account/sleep", "/staff/new"):
        assert desk.post(path).headers["Location"].startswith("/sign-in")
    assert "asleep" in other.get("/account").content.decode()
    other.post(f"/account/sittings/{desk.session['sitting']}")
    assert desk.get("/sign-in/again").headers["Location"] == "/sign-in"
    assert wakes(desk, people.PASSWORD) == 302
    assert not is_in(desk)


@pytest.mark.req("AU-05")
def test_whoever_guesses_at_a_hidden_page_is_made_to_wait(desk: Client) -> None:
    desk.post("/account/sleep")
    answers = [wakes(desk, f"guess number {number}") for number in range(8)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert wakes(desk, people.PASSWORD) == 429


@pytest.mark.req("AU-12")
def test_a_sitting_of_a_client_never_sleeps(later: Later) -> None:
    desk = Client()
    people.sign_in_browserless(desk, people.make_client_person())
    assert desk.post("/account/sleep").status_code == 204
    assert is_in(desk)
    with later(minutes=11):
        assert not is_in(desk)
        assert desk.get("/sign-in/again").headers["Location"] == "/sign-in"


@pytest.mark.req("AX-18")
def test_single_key_shortcuts_are_turned_off_and_stay_off(ada: Actor, desk: Client) -> None:
    assert "data-keys" in desk.get("/staff").content.decode()
    desk.post("/account/shortcuts", {})
    assert "data-keys" not in desk.get("/staff").content.decode()
    elsewhere = Client()
    people.sign_in_browserless(elsewhere, ada)
    assert "data-keys" not in elsewhere.get("/staff").content.decode()
    desk.post("/account/shortcuts", {"single_keys": "on"})
    assert "data-keys" in elsewhere.get("/staff").content.decode()


@pytest.mark.req("AU-12")
def test_clients_are_signed_out_after_ten_idle_minutes(later: Later) -> None:
    mara = people.make_client_person()
    desk = Client()
    people.sign_in_browserless(desk, mara)
    with later(minutes=11):
        assert not is_in(desk)


@pytest.mark.req("AU-12")
def test_nobody_stays_signed_in_for_more_than_twelve_hours(desk: Client, later: Later) -> None:
    for minutes in range(10, 12 * 60, 10):
        with later(minutes=minutes):
            assert desk.post("/account/presence").status_code == 204
    with later(hours=12, seconds=1):
        assert not is_in(desk)


@pytest.mark.req("AU-13")
def test_signing_out_is_a_post_that_clears_the_browser_and_kills_the_session(
    desk: Client,
) -> None:
    cookie = desk.cookies["__Host-session"].value
    assert desk.get("/sign-out").status_code == 405
    assert is_in(desk)
    answer = desk.post("/sign-out")
    assert '"cookies"' in answer.headers["Clear-Site-Data"]
    desk.cookies["__Host-session"] = cookie
    assert not is_in(desk)


@pytest.mark.req("AU-13")
def test_pages_are_kept_out_of_the_back_button(desk: Client) -> None:
    assert desk.get("/account").headers["Cache-Control"] == "no-store"


@pytest.mark.req("AU-14")
def test_a_role_that_ends_ends_at_once(ada: Actor) -> None:
    dana = people.make_person(Role.ADMINISTRATOR, name="Dana Roth")
    hers = Client()
    people.sign_in_browserless(hers, dana)
    assert hers.get("/staff").status_code == 200
    with as_actor(ada):
        actions.end_role(actor=ada, person_id=dana.id, role=Role.ADMINISTRATOR)
    assert hers.get("/staff").status_code == 403


@pytest.mark.req("AU-14")
def test_a_closed_account_is_out_at_once_and_cannot_come_back(ada: Actor) -> None:
    dana = people.make_person(Role.ADMINISTRATOR, email="dana@practice.example")
    hers = Client()
    people.sign_in_browserless(hers, dana)
    with as_actor(ada):
        actions.deactivate(actor=ada, person_id=dana.id)
    assert not is_in(hers)
    assert people.give_password(Client(), "dana@practice.example").status_code == 200


@pytest.mark.req("AU-15")
def test_one_sees_and_ends_ones_other_sittings(ada: Actor, desk: Client) -> None:
    other = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    people.sign_in_browserless(other, ada)
    page = desk.get("/account").content.decode()
    assert "Firefox on Linux" in page
    sitting = other.session["sitting"]
    desk.post(f"/account/sittings/{sitting}")
    assert not is_in(other)
    assert is_in(desk)


@pytest.mark.req("AU-15")
def test_nobody_ends_a_strangers_sitting_by_its_id(desk: Client) -> None:
    stranger = Client()
    people.sign_in_browserless(stranger, people.make_person(Role.ADMINISTRATOR))
    answer = desk.post(f"/account/sittings/{stranger.session['sitting']}")
    assert answer.status_code == 404
    assert is_in(stranger)


@pytest.mark.req("AU-04")
def test_a_password_changes_only_with_the_current_one_and_signs_out_elsewhere(
    ada: Actor, desk: Client
) -> None:
    other = Client()
    people.sign_in_browserless(other, ada)
    form = {"current": "wrong", "password": "violet hammer quarry noon"}
    assert "not your current password" in desk.post("/account/password", form).content.decode()
    answer = desk.post("/account/password", form | {"current": people.PASSWORD})
    assert answer.status_code == 302
    assert is_in(desk)
    assert not is_in(other)
    assert "password" in mail.outbox[-1].body
    assert "counsel" not in (mail.outbox[-1].subject + mail.outbox[-1].body).lower()
    assert people.give_password(Client(), "ada@practice.example").status_code == 200
    new = people.give_password(Client(), "ada@practice.example", form["password"])
    assert new.status_code == 302


@pytest.mark.req("AU-04")
@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("kfGuw7!", False),  # seven characters
        ("password", False),
        ("password1234", False),
        ("aaaaaaaaaaaaaa", False),
        ("qwertyuiop", False),
        ("kf8G-uw7", True),  # eight are enough
        ("  lime otter saddle  ", True),  # blanks are typed on purpose
        ("чай овца седло луна", True),
        ("lowercaseotterquarrymoon", True),  # no rules of composition
        ("x7Q otter " * 12, True),
        ("x7Q otter " * 13, False),  # more than 128
    ],
)
def test_a_password_may_be_anything_that_is_long_enough_and_hard_to_guess(
    desk: Client, password: str, taken: bool
) -> None:
    form = {"current": people.PASSWORD, "password": password}
    assert (desk.post("/account/password", form).status_code == 302) is taken
    if taken:
        answer = people.give_password(Client(), "ada@practice.example", password)
        assert answer.status_code == 302


@pytest.mark.req("AU-09")
def test_an_aged_sitting_is_asked_again_before_staff_are_changed(
    ada: Actor, desk: Client, later: Later
) -> None:
    dana = people.make_person(Role.COUNSELLOR)
    act = {"act": "give-role", "of": "supervisor"}
    with later(minutes=6):
        answer = desk.post(f"/staff/{dana.id}", act)
        assert answer.headers["Location"] == f"/step-up?next=%2Fstaff%2F{dana.id}"
        page = desk.get(answer.headers["Location"])
        assert "confirm it is you" in page.content.decode()
        bad = desk.post(answer.headers["Location"], {"code": "000000"})
        assert bad.status_code == 200
        code = people.code_now(ada.id)
        back = desk.post(answer.headers["Location"], {"code": code})
        assert back.headers["Location"] == f"/staff/{dana.id}"
        assert desk.post(f"/staff/{dana.id}", act).headers["Location"] == f"/staff/{dana.id}"
    assert Role.SUPERVISOR in people.queries.person(dana.id).roles


@pytest.mark.req("AU-09")
@pytest.mark.parametrize(
    "page", ["/account/authenticator", "/account/recovery-codes", "/staff/new"]
)
def test_factors_and_invitations_ask_again_first(desk: Client, later: Later, page: str) -> None:
    assert desk.get(page).status_code == 200
    with later(minutes=6):
        assert desk.get(page).headers["Location"].startswith("/step-up?next=")


def test_a_client_confirms_with_the_password_and_may_add_a_factor(later: Later) -> None:
    mara = people.make_client_person()
    desk = Client()
    people.sign_in_browserless(desk, mara)
    with later(minutes=6):
        asked = desk.get("/account/authenticator").headers["Location"]
        assert desk.post(asked, {"code": people.PASSWORD}).status_code == 302
        assert desk.get("/account/authenticator").status_code == 200
