"""What was good once is shown again: codes, tokens, cookies. It is good no more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser

from counselling.access import Role
from counselling.accounts import actions
from counselling.db import as_actor
from tests import people
from tests.consent import steps

if TYPE_CHECKING:
    from counselling.access import Actor
    from tests.limits.conftest import AtOnce, Later
    from tests.world import World

pytestmark = pytest.mark.django_db
ADA = "ada@practice.example"
SESSION = "__Host-session"


@pytest.fixture
def ada() -> Actor:
    return people.administrator()


@pytest.fixture
def desk(ada: Actor) -> Browser:
    desk = Browser()
    people.sign_in_browserless(desk, ada)
    return desk


def at_the_code(number: int = 0) -> Browser:
    browser = Browser(REMOTE_ADDR=f"192.0.2.{number}")
    people.give_password(browser, ADA)
    return browser


def with_cookie(value: str) -> Browser:
    """Give another browser that shows a cookie somebody saw."""
    thief = Browser()
    thief.cookies[SESSION] = value
    return thief


def is_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


@pytest.mark.req("AU-08")
def test_a_code_signs_in_once_and_the_one_before_it_no_more(ada: Actor) -> None:
    code = people.code_now(ada.id)
    first, second = at_the_code(), at_the_code(1)
    assert first.post("/sign-in/code", {"code": code}).status_code == 302
    again = second.post("/sign-in/code", {"code": code})
    assert again.status_code == 200
    assert "was used before" in again.content.decode()


@pytest.mark.req("AU-08")
def test_a_code_that_signed_in_does_not_confirm_nor_the_other_way_round(
    ada: Actor, later: Later
) -> None:
    code = people.code_now(ada.id)
    desk = at_the_code()
    desk.post("/sign-in/code", {"code": code})
    assert desk.post("/step-up", {"code": code}).status_code == 200
    with later(minutes=6):
        fresh = people.code_now(ada.id)
        assert desk.post("/step-up?next=/staff", {"code": fresh}).status_code == 302
        assert at_the_code(2).post("/sign-in/code", {"code": fresh}).status_code == 200


@pytest.mark.slow
@pytest.mark.req("AU-08")
def test_one_code_shown_by_ten_at_once_lets_one_in(ada: Actor, at_once: AtOnce, root: Any) -> None:
    browsers = [at_the_code(number) for number in range(10)]
    code = people.code_now(ada.id)
    answers = at_once(partial(one.post, "/sign-in/code", {"code": code}) for one in browsers)
    assert [one.status_code for one in answers].count(302) == 1
    assert sum(map(is_in, browsers)) == 1
    assert steps.kinds(root).count("accounts.sign-in") == 1


@pytest.mark.slow
@pytest.mark.req("AU-08")
@pytest.mark.parametrize("way", ["/sign-in/recovery", "/sign-in/code"])
def test_one_recovery_code_shown_by_ten_at_once_lets_one_in(
    ada: Actor, at_once: AtOnce, root: Any, way: str
) -> None:
    with as_actor(ada):
        (code, *_) = actions.make_codes(actor=ada)
    browsers = [Browser(REMOTE_ADDR=f"192.0.2.{number}") for number in range(10)]
    if way == "/sign-in/code":
        browsers = [at_the_code(number) for number in range(10)]
    form = {"email": ADA, "password": people.PASSWORD, "code": code}
    at_once(partial(one.post, way, form) for one in browsers)
    assert sum(map(is_in, browsers)) == 1
    assert steps.kinds(root).count("accounts.recovery.used") == 1
    assert people.queries.codes_left(ada.id) == 9


@pytest.mark.req("AU-08")
def test_a_recovery_code_of_before_new_ones_were_made_is_dead(ada: Actor) -> None:
    with as_actor(ada):
        old = actions.make_codes(actor=ada)
        actions.make_codes(actor=ada)
    form = {"email": ADA, "password": people.PASSWORD, "code": old[0]}
    assert Browser().post("/sign-in/recovery", form).status_code == 200


@pytest.mark.req("AU-11", "AU-13")
def test_a_cookie_of_before_signing_out_is_dead_everywhere(desk: Browser) -> None:
    kept = desk.cookies[SESSION].value
    desk.post("/sign-out")
    for path in ("/account", "/today", "/clients", "/staff"):
        assert with_cookie(kept).get(path).headers["Location"].startswith("/sign-in")
    assert not is_in(with_cookie(kept))


@pytest.mark.req("AU-04")
def test_a_cookie_of_before_a_new_password_is_dead_also_ones_own(desk: Browser) -> None:
    kept = desk.cookies[SESSION].value
    new = {"current": people.PASSWORD, "password": "violet hammer quarry noon"}
    assert desk.post("/account/password", new).status_code == 302
    assert is_in(desk)
    assert not is_in(with_cookie(kept))


@pytest.mark.req("AU-11")
def test_a_cookie_of_before_signing_in_is_nobodys(ada: Actor) -> None:
    victim = Browser()
    victim.get("/sign-in")
    planted = "a" * 32
    victim.cookies[SESSION] = planted
    people.give_password(victim, ADA)
    half = victim.cookies[SESSION].value
    victim.post("/sign-in/code", {"code": people.code_now(ada.id)})
    whole = victim.cookies[SESSION].value
    assert is_in(victim)
    assert len({planted, half, whole}) == 3
    assert not is_in(with_cookie(planted))
    assert not is_in(with_cookie(half))
    # nor does the half of it wait for a code any more
    thief = with_cookie(half)
    assert thief.get("/sign-in/code").headers["Location"] == "/sign-in"


@pytest.mark.req("AU-11", "AU-09")
def test_a_cookie_of_before_a_step_up_does_not_have_it(
    ada: Actor, desk: Browser, later: Later
) -> None:
    with later(minutes=6):
        kept = desk.cookies[SESSION].value
        assert desk.post("/step-up", {"code": people.code_now(ada.id)}).status_code == 302
        assert desk.get("/staff/new").status_code == 200
        assert not is_in(with_cookie(kept))


@pytest.mark.req("AU-09")
def test_a_step_up_lasts_five_minutes_for_whoever_shows_the_cookie(
    desk: Browser, later: Later
) -> None:
    kept = desk.cookies[SESSION].value
    with later(minutes=4, seconds=50):
        assert with_cookie(kept).get("/staff/new").status_code == 200
    with later(minutes=5, seconds=1):
        answer = with_cookie(kept).get("/staff/new")
        assert answer.headers["Location"].startswith("/step-up")


@pytest.mark.req("AC-01")
def test_a_clients_cookie_opens_no_page_of_the_staff(world: World) -> None:
    mara = Browser()
    people.sign_in_browserless(mara, world.mara_portal)
    for path in (
        "/today",
        "/clients",
        f"/clients/{world.mara}",
        "/staff",
        "/trail",
        "/clients/new",
    ):
        assert mara.get(path).status_code in {403, 404}, path


@pytest.mark.req("AU-11")
def test_a_cookie_with_another_letter_or_none_or_too_many_is_nobodys(desk: Browser) -> None:
    kept = desk.cookies[SESSION].value
    turned = ("b" if kept[0] == "a" else "a") + kept[1:]
    for value in (turned, kept[:-1], kept + "a", kept.upper(), "", "a" * 4000, "../" + kept, "%00"):
        assert not is_in(with_cookie(value)), value
    assert is_in(desk)


@pytest.mark.req("AU-14")
def test_a_cookie_outlives_neither_the_sitting_row_nor_the_account(ada: Actor, root: Any) -> None:
    dana = people.make_person(Role.COUNSELLOR)
    hers = Browser()
    people.sign_in_browserless(hers, dana)
    root.execute("UPDATE accounts_signedinsession SET ended_at = now() WHERE account_id = %s",
                 [dana.id])  # fmt: skip
    assert not is_in(hers)
    people.code_now(dana.id)
    people.sign_in_browserless(hers, dana)
    root.execute("UPDATE accounts_account SET is_active = false WHERE id = %s", [dana.id])
    assert not is_in(hers)


@pytest.mark.req("ES-13")
def test_the_cookie_of_a_link_is_dead_once_the_form_is_declined_or_sent_again(
    world: World,
) -> None:
    for ending in ("decline", "again"):
        sent = steps.send(world, steps.ask(world))
        browser = Browser()
        browser.post(sent.path, {"pin": sent.pin})
        assert browser.get(f"/r/{sent.request}/online").status_code == 200
        kept = with_cookie(browser.cookies[SESSION].value)
        if ending == "again":
            steps.send(world, sent.request)
        else:
            browser.post(f"/r/{sent.request}/decline")
        assert kept.get(f"/r/{sent.request}/online").status_code == 404
        assert kept.get(f"/r/{sent.request}/short").status_code == 404
