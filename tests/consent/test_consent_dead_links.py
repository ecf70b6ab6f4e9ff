"""Whoever had a link that is over, or left it lying open, reads and signs nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.test import Client as Browser

import clients.actions
import clients.queries
from clients.domain import Card, Channel
from consent import actions, queries
from consent.domain.states import RequestState
from counselling.access import ANONYMOUS
from counselling.db import as_actor
from counselling.errors import NotThere, Refused
from tests.consent import steps

if TYPE_CHECKING:
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("ES-13")]


def opened(world: World) -> tuple[actions.Sent, Browser]:
    """Somebody passes the PIN at a browser and has the form before them."""
    sent = steps.send(world, steps.ask(world))
    browser = Browser()
    assert browser.post(sent.path, {"pin": sent.pin}).status_code == 302
    assert browser.get(f"/r/{sent.request}/online").status_code == 200
    return sent, browser


def reads(browser: Browser, sent: actions.Sent) -> int:
    return browser.get(f"/r/{sent.request}/online").status_code


def void(world: World, sent: actions.Sent) -> None:
    with as_actor(world.dana):
        actions.void_request(actor=world.dana, request_id=sent.request)


def guess(sent: actions.Sent) -> None:
    wrong = f"{(int(sent.pin) + 1) % 10**6:06d}"
    for _ in range(5):
        with as_actor(ANONYMOUS):
            actions.open_link(actor=ANONYMOUS, token=steps.token_of(sent), pin=wrong)


def test_sent_again_who_had_passed_the_old_link_reads_no_more(world: World, root: Any) -> None:
    sent, browser = opened(world)
    again = steps.send(world, sent.request)
    assert reads(browser, sent) == 404
    assert "link.ended" in steps.last_act(root)
    somebody = Browser()
    somebody.post(again.path, {"pin": again.pin})
    assert reads(somebody, again) == 200
    assert reads(browser, sent) == 404


def test_sent_again_nothing_of_the_old_sitting_is_left_to_sign(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    shown = steps.read_through(request, mara, steps.YES)
    again = steps.send(world, request)
    with as_actor(world.dana):
        row = queries.request_row(request)
    assert (row.state, row.read_at, row.opened_at) == (RequestState.SENT, None, None)
    with pytest.raises(NotThere):
        steps.sign(request, mara, shown)
    newcomer = steps.open_by_link(again, world.mara)
    with as_actor(newcomer):
        read = actions.read_form(actor=newcomer, request_id=request, page="in short")
        assert read.answers == {}
    with pytest.raises(Refused, match="not-read"):
        steps.sign(request, newcomer, shown)


def test_called_back_or_guessed_at_the_sitting_is_over(world: World) -> None:
    for ends in (void, lambda _, sent: guess(sent)):
        sent, browser = opened(world)
        ends(world, sent)
        assert reads(browser, sent) == 404


def test_declined_the_link_is_over_for_everybody_who_has_it(world: World, root: Any) -> None:
    sent, browser = opened(world)
    other = Browser()
    other.post(sent.path, {"pin": sent.pin})
    answer = browser.post(f"/r/{sent.request}/decline")
    assert answer.status_code == 200
    assert "That is fine" in answer.content.decode()
    assert "link.ended" in steps.last_act(root)
    assert (reads(browser, sent), reads(other, sent)) == (404, 404)


def test_signed_the_link_gives_the_copy_for_a_quarter_of_an_hour(world: World, root: Any) -> None:
    request, mara = steps.ready_to_read(world)
    steps.sign(request, mara, steps.read_through(request, mara, steps.YES))
    (left,) = root.execute(
        "SELECT extract(epoch FROM expires_at - now())::int FROM clients_linkactor"
    ).fetchone()
    assert 14 * 60 < left <= 15 * 60


def test_a_link_left_lying_open_closes_after_ten_minutes(world: World, root: Any) -> None:
    sent, browser = opened(world)
    root.execute("UPDATE clients_linkactor SET seen_at = now() - interval '9 minutes'")
    assert reads(browser, sent) == 200
    # being there counts: the ten minutes begin anew
    root.execute("UPDATE clients_linkactor SET seen_at = seen_at - interval '9 minutes'")
    assert reads(browser, sent) == 200
    root.execute("UPDATE clients_linkactor SET seen_at = now() - interval '11 minutes'")
    assert reads(browser, sent) == 404
    assert browser.post(sent.path, {"pin": sent.pin}).status_code == 302
    assert reads(browser, sent) == 200


def test_a_letter_with_a_dead_link_never_leaves(world: World, jobs: Jobs) -> None:
    with as_actor(world.fred):
        clients.actions.set_card(actor=world.fred, client_id=world.mara, card=Card())
    voided = steps.send(world, steps.ask(world))
    kept = steps.send(world, steps.ask(world))
    jobs.run()
    mail.outbox.clear()
    newest = steps.send(world, kept.request)
    jobs.run()
    void(world, voided)
    with as_actor(world.fred):
        assert clients.queries.held_messages(world.mara) == 1
        clients.actions.set_card(
            actor=world.fred, client_id=world.mara, card=Card(channel=Channel.EMAIL)
        )
    jobs.run()
    (letter,) = mail.outbox
    assert newest.path in letter.body
