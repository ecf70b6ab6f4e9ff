"""Somebody guesses PINs and links, by forty hands and from everywhere: five tries, and no hint."""

from __future__ import annotations

import contextlib
import itertools
import re
import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser

import consent.actions.links
from consent import actions, queries
from consent.domain.states import RequestState
from counselling.access import ANONYMOUS
from counselling.db import as_actor
from tests import people
from tests.consent import steps

if TYPE_CHECKING:
    from tests.limits.conftest import AtOnce, Later
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("ES-13")]
_hosts = itertools.count(1)


def elsewhere() -> Browser:
    """Give a browser nobody knows, at an address nobody came from."""
    number = next(_hosts)
    return Browser(REMOTE_ADDR=f"198.18.{number // 250}.{number % 250 + 1}")


def plain(page: bytes) -> bytes:
    """Leave out what differs on every page: the token against forged forms, and its own address."""
    return re.sub(rb'name="(csrfmiddlewaretoken|next)" value="[^"]+"', b"", page)


def others_than(pin: str, count: int) -> list[str]:
    return [f"{(int(pin) + step) % 10**6:06d}" for step in range(1, count + 1)]


def state_of(world: World, request: Any) -> tuple[RequestState, str]:
    with as_actor(world.dana):
        row = queries.request_row(request)
    return row.state, row.why_void


@pytest.mark.slow
@pytest.mark.req("AU-05")
def test_forty_hands_at_once_from_forty_places_get_five_tries(
    world: World, at_once: AtOnce, root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = steps.send(world, steps.ask(world))
    judged: list[str] = []
    check = consent.actions.links.check_password

    def counted(pin: str, kept: str) -> bool:
        judged.append(pin)
        return check(pin, kept)

    monkeypatch.setattr(consent.actions.links, "check_password", counted)
    pins = others_than(sent.pin, 40)
    answers = at_once(partial(elsewhere().post, sent.path, {"pin": pin}) for pin in pins)
    assert len(judged) == 5
    assert sorted({one.status_code for one in answers}) == [400, 404]
    assert sum(one.status_code == 400 for one in answers) == 4
    assert state_of(world, sent.request) == (RequestState.VOID, "pin")
    assert steps.kinds(root).count("request.pin_wrong") == 5
    assert steps.kinds(root).count("request.voided") == 1
    with as_actor(world.dana):
        assert [one.kind for one in queries.notices()] == ["guessed"]
    assert elsewhere().post(sent.path, {"pin": sent.pin}).status_code == 404


@pytest.mark.slow
def test_the_right_pin_among_forty_opens_once_or_came_too_late(
    world: World, at_once: AtOnce
) -> None:
    sent = steps.send(world, steps.ask(world))
    pins = [*others_than(sent.pin, 39), sent.pin]
    secrets.SystemRandom().shuffle(pins)
    answers = at_once(partial(elsewhere().post, sent.path, {"pin": pin}) for pin in pins)
    opened = [one.status_code for one in answers].count(302)
    # a right answer forgives the wrong ones before it: four before, five after, and no more
    assert opened <= 1
    assert sum(one.status_code == 400 for one in answers) <= 8


def test_guesses_from_many_places_and_sessions_add_up(world: World) -> None:
    sent = steps.send(world, steps.ask(world))
    pages = [elsewhere().post(sent.path, {"pin": pin}) for pin in others_than(sent.pin, 5)]
    assert [one.status_code for one in pages] == [400] * 4 + [404]
    assert "once more" in pages[3].content.decode()
    assert state_of(world, sent.request)[0] is RequestState.VOID


def test_a_look_a_rollback_or_a_broken_form_gives_no_try_back(world: World) -> None:
    sent = steps.send(world, steps.ask(world))
    for pin in others_than(sent.pin, 4):
        elsewhere().get(sent.path)
        elsewhere().post(sent.path, {})
        elsewhere().post(sent.path, {"pin": "1" * 500})
        elsewhere().post(sent.path, {"pin": pin})
    elsewhere().post(sent.path, {"pin": others_than(sent.pin, 1)[0]})
    assert state_of(world, sent.request)[0] is RequestState.VOID


def test_only_staff_give_new_tries_and_then_link_and_pin_are_new_and_it_is_told(
    world: World, root: Any
) -> None:
    first = steps.send(world, steps.ask(world))
    for pin in others_than(first.pin, 4):
        elsewhere().post(first.path, {"pin": pin})
    second = steps.send(world, first.request)
    assert steps.kinds(root).count("request.sent") == 2
    assert steps.kinds(root).count("request.pin_wrong") == 4
    assert elsewhere().post(first.path, {"pin": first.pin}).status_code == 404
    assert elsewhere().post(second.path, {"pin": second.pin}).status_code == 302


def test_a_request_that_was_guessed_at_does_not_come_back(world: World) -> None:
    from counselling.errors import Refused

    sent = steps.send(world, steps.ask(world))
    for pin in others_than(sent.pin, 5):
        elsewhere().post(sent.path, {"pin": pin})
    with pytest.raises(Refused):
        steps.send(world, sent.request)


def _ended(world: World) -> dict[str, str]:
    """Give a link in each way of being over."""
    unknown = {"unknown": "/r/" + secrets.token_urlsafe(32)}
    void = steps.send(world, steps.ask(world))
    with as_actor(world.dana):
        actions.void_request(actor=world.dana, request_id=void.request)
    guessed = steps.send(world, steps.ask(world))
    for pin in others_than(guessed.pin, 5):
        elsewhere().post(guessed.path, {"pin": pin})
    used, declined = steps.send(world, steps.ask(world)), steps.send(world, steps.ask(world))
    mara = steps.open_by_link(used, world.mara)
    steps.sign(used.request, mara, steps.read_through(used.request, mara, steps.YES))
    mara = steps.open_by_link(declined, world.mara)
    with as_actor(mara):
        actions.decline(actor=mara, request_id=declined.request)
    replaced = steps.send(world, steps.ask(world))
    steps.send(world, replaced.request)
    kept = {"void": void, "guessed": guessed, "used": used, "declined": declined}
    kept["sent again"] = replaced
    made = {name: one.path for name, one in kept.items()}
    short, long = replaced.path[:-1], replaced.path + "A"
    return unknown | made | {"cut short": short, "too long": long, "odd": "/r/%00%FF%0d%0a"}


def test_whatever_ended_a_link_the_page_is_the_same_word_for_word(world: World, root: Any) -> None:
    paths = _ended(world)
    late = steps.send(world, steps.ask(world))
    root.execute(
        "UPDATE consent_request SET expires_at = now() - interval '1 second' WHERE id = %s",
        [late.request],
    )
    paths["expired"] = late.path
    looked = {name: elsewhere().get(path) for name, path in paths.items()}
    tried = {name: elsewhere().post(path, {"pin": "123456"}) for name, path in paths.items()}
    for pages in (looked, tried):
        assert {name: one.status_code for name, one in pages.items()} == dict.fromkeys(paths, 404)
        assert len({plain(one.content) for one in pages.values()}) == 1
    headers = {name: sorted(set(one.headers) - {"Content-Length"}) for name, one in looked.items()}
    assert len({str(one) for one in headers.values()}) == 1, headers


def test_a_dead_link_costs_as_many_questions_whatever_ended_it(world: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = {}
    for name, path in _ended(world).items():
        with CaptureQueriesContext(connection) as captured:
            elsewhere().post(path, {"pin": "123456"})
        asked[name] = len(captured.captured_queries)
    assert len(set(asked.values())) == 1, asked


def test_the_token_of_one_link_and_the_pin_of_another_open_nothing(world: World) -> None:
    mine, other = steps.send(world, steps.ask(world)), steps.send(world, steps.ask(world))
    if mine.pin != other.pin:
        assert elsewhere().post(mine.path, {"pin": other.pin}).status_code == 400
    browser = elsewhere()
    assert browser.post(mine.path, {"pin": mine.pin}).status_code == 302
    assert browser.get(f"/r/{other.request}/online").status_code == 404


@pytest.mark.req("WH-09", "AU-05")
def test_who_tries_links_at_random_is_made_to_wait_and_nobody_with_a_good_one_from_there(
    world: World, later: Later
) -> None:
    sent = steps.send(world, steps.ask(world))
    guesser = elsewhere()
    for number in range(30):
        path = "/r/" if number % 2 else "/invitations/"
        assert guesser.get(path + secrets.token_urlsafe(32)).status_code == 404, number
    for path in ("/r/" + secrets.token_urlsafe(32), "/invitations/" + "A" * 43):
        answer = guesser.get(path)
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 20
    assert elsewhere().get(sent.path).status_code == 200
    # a client on the network of the waiting room, where somebody else has tried
    assert guesser.get(sent.path).status_code == 200
    assert guesser.post(sent.path, {"pin": sent.pin}).status_code == 302
    guesser.cookies.clear()
    with later(seconds=21):
        assert guesser.get(sent.path).status_code == 200
        assert guesser.get("/r/" + secrets.token_urlsafe(32)).status_code == 404
        assert guesser.get("/r/" + secrets.token_urlsafe(32)).status_code == 429


def test_looking_at_ones_own_link_again_and_again_costs_nothing(world: World) -> None:
    sent = steps.send(world, steps.ask(world))
    browser = elsewhere()
    for _ in range(40):
        assert browser.get(sent.path).status_code == 200


@pytest.mark.slow
@pytest.mark.req("AU-07")
def test_an_invitation_sets_one_password_however_many_try_at_once(
    world: World, at_once: AtOnce, root: Any
) -> None:
    from counselling.accounts import actions as accounts

    with as_actor(world.fred):
        invited = accounts.create_client_account(actor=world.fred, email="own@mailbox.example")
    words = [f"violet hammer quarry {number}" for number in range(12)]
    answers = at_once(
        partial(elsewhere().post, invited.path, {"pin": invited.pin, "password": word})
        for word in words
    )
    assert [one.status_code for one in answers].count(302) == 1
    won = words[[one.status_code for one in answers].index(302)]
    again = elsewhere().post(invited.path, {"pin": invited.pin, "password": "another quarry noon"})
    assert again.status_code == 404
    assert people.give_password(elsewhere(), "own@mailbox.example", won).status_code == 302
    assert steps.kinds(root).count("accounts.invitation.used") == 1


@pytest.mark.req("AU-07")
def test_the_pin_of_an_invitation_is_good_for_ten_tries_from_everywhere(world: World) -> None:
    from counselling.accounts import actions as accounts

    with as_actor(world.fred):
        invited = accounts.create_client_account(actor=world.fred, email="own@mailbox.example")
    said = {"password": "violet hammer quarry noon"}
    for pin in others_than(invited.pin, 10):
        assert elsewhere().post(invited.path, said | {"pin": pin}).status_code == 200
    assert elsewhere().post(invited.path, said | {"pin": invited.pin}).status_code == 404


def test_nobody_becomes_a_link_by_asking_the_action(world: World) -> None:
    sent = steps.send(world, steps.ask(world))
    with as_actor(ANONYMOUS), contextlib.suppress(ValueError):
        tried = actions.open_link(actor=ANONYMOUS, token=steps.token_of(sent) + "\x00", pin="1")
        assert tried == actions.NotOpened(0)
