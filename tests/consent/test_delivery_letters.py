"""Letters to recipients when the mail server is away, slow or dead, and when something broke."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage

from consent import actions, queries, tasks
from consent.domain.delivery import LetterState, Stands, ToldBy, decide_stands, spoken
from consent.models import RecipientLetter
from counselling import env
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.consent import delivering, steps

if TYPE_CHECKING:
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db


def letter(world: World) -> RecipientLetter:
    with as_actor(world.dana):
        return RecipientLetter.objects.order_by("-made_at")[0]


def send(world: World) -> RecipientLetter:
    """Let the worker try now, however long it was put off, and give the letter after it."""
    one = letter(world)
    with as_actor(SERVICE, client=world.mara):
        RecipientLetter.objects.filter(pk=one.pk).update(due_at=one.made_at)
    tasks.send_letter(str(one.pk), str(world.mara))
    return letter(world)


def test_a_server_that_is_away_is_tried_again_until_it_is_parked_and_staff_see_it(
    world: World, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: EmailMessage) -> None:
        raise ConnectionRefusedError

    sent = delivering.delivered(world)
    monkeypatch.setattr(EmailMessage, "send", away)
    states = [send(world).state for _ in range(5)]
    assert states == [*[LetterState.QUEUED] * 4, LetterState.FAILED]
    with as_actor(world.dana):
        assert [one.letter for one in queries.troubled([world.mara])] == [LetterState.FAILED]
        (receipt,) = queries.receipts([sent.disclosure])[sent.disclosure]
    assert receipt.stands is Stands.NOT_SENT
    monkeypatch.undo()
    jobs.clear()
    with as_actor(world.dana):
        actions.deliver(actor=world.dana, disclosure_id=sent.disclosure, address_id=sent.address)
    assert send(world).state == LetterState.SENT
    with as_actor(world.dana):
        assert queries.troubled([world.mara]) == []


def test_a_server_that_falls_silent_may_have_it_so_it_is_never_sent_again(
    world: World, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(message: EmailMessage) -> None:
        mail.outbox.append(message)
        raise TimeoutError

    delivering.delivered(world)
    jobs.clear()
    monkeypatch.setattr(EmailMessage, "send", silent)
    assert send(world).state == LetterState.UNSURE
    tasks.send_letter(str(letter(world).pk), str(world.mara))
    assert len(mail.outbox) == 1
    with as_actor(world.dana):
        assert [one.letter for one in queries.troubled([world.mara])] == [LetterState.UNSURE]


def test_two_workers_at_one_letter_send_it_once(world: World, jobs: Jobs) -> None:
    delivering.delivered(world)
    name, ids = next(one for one in jobs if one[0] == "consent.send_letter")
    jobs[:] = [(name, ids), (name, ids), (name, ids)]
    jobs.run()
    assert len(mail.outbox) == 1


def test_what_cannot_be_written_is_put_off_and_what_broke_is_told(
    world: World, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    from counselling import vault

    delivering.delivered(world)
    jobs.clear()

    def breaks(*_: Any) -> None:
        raise ValueError

    monkeypatch.setattr("consent.actions.letters.compose_letter", breaks)
    one = send(world)
    assert (one.state, one.attempts) == (LetterState.QUEUED, 1)
    with as_actor(SERVICE, client=world.mara):
        actions.fail_letter(actor=SERVICE, letter_id=one.pk, code=vault.SealBroken.__name__)
    assert letter(world).state == LetterState.FAILED
    with as_actor(SERVICE, client=world.mara):
        actions.fail_letter(actor=SERVICE, letter_id=one.pk, code="OSError")
        actions.settle_letter(actor=SERVICE, letter_id=one.pk, state=LetterState.SENT)
    assert letter(world).state == LetterState.FAILED


def test_an_address_that_ended_gets_no_letter(world: World, jobs: Jobs) -> None:
    sent = delivering.delivered(world)
    jobs.clear()
    with as_actor(world.dana):
        actions.end_address(actor=world.dana, address_id=sent.address)
    assert send(world).state == LetterState.DROPPED
    assert mail.outbox == []


def test_nobody_is_told_of_an_end_that_is_none_or_without_an_address(world: World) -> None:
    sent = delivering.delivered(world)
    with as_actor(world.dana):
        assert actions.tell_it_ended(actor=world.dana, disclosure_ids=[sent.disclosure]) == 0
    with as_actor(world.dana):
        actions.end_address(actor=world.dana, address_id=sent.address)
    steps.stop(world, sent.shared.consent)
    with as_actor(world.dana):
        assert actions.tell_it_ended(actor=world.dana, disclosure_ids=[sent.disclosure]) == 0
        assert actions.revoke(actor=world.dana, disclosure_id=sent.disclosure) is False
        assert queries.to_tell_of_end(sent.disclosure) == []


def test_where_a_link_stands_goes_by_what_ended_it_first() -> None:
    facts: dict[str, Any] = {
        "why_ended": "", "letter": LetterState.SENT, "expired": False, "stopped": False,
        "opened": 0, "most": 2,
    }  # fmt: skip
    for changed, stands in (
        ({}, Stands.SENT),
        ({"opened": 1}, Stands.OPENED),
        ({"opened": 2}, Stands.USED_UP),
        ({"expired": True, "opened": 2}, Stands.EXPIRED),
        ({"stopped": True, "expired": True}, Stands.WITHDRAWN),
        ({"why_ended": "revoked", "stopped": True}, Stands.REVOKED),
    ):
        assert decide_stands(**(facts | changed)) is stands
    assert spoken("K4") == "Kilo, four"
    assert ToldBy("phone") is ToldBy.PHONE


def test_a_limit_outside_its_bounds_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.between("SHARE_LINK_TEST", 14, 1, 60) == 14
    monkeypatch.setenv("SHARE_LINK_TEST", "61")
    with pytest.raises(ImproperlyConfigured, match="from 1 to 60"):
        env.between("SHARE_LINK_TEST", 14, 1, 60)
