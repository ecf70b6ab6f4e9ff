"""Messages leave as the safe-contact card says, once, and nothing is lost on the way."""

from __future__ import annotations

import datetime
import smtplib
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from clients import actions, queries
from clients.domain import Card, Channel, Contact, MessageState, Template
from counselling import db
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import NotThere, Refused
from counselling.jobs import sweep
from tests.world import email_of, take_in

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("CL-07")]
Jobs = Any


@pytest.fixture(autouse=True)
def _quiet(world: World, jobs: Jobs) -> None:
    jobs.clear()
    mail.outbox.clear()


def queue(world: World, client: UUID, link: str = "/r/token") -> UUID:
    with as_actor(world.fred):
        return actions.queue_message(
            actor=world.fred, client_id=client, template=Template.DOCUMENT, link=link
        )


def state_of(world: World, client: UUID) -> queries.MessageRow:
    with as_actor(world.fred):
        return queries.messages_of(client)[0]


def set_card(world: World, client: UUID, **said: Any) -> None:
    with as_actor(world.fred):
        actions.set_card(actor=world.fred, client_id=client, card=Card(**said))


def test_a_message_goes_to_one_person_with_neutral_words_and_a_link(
    world: World, jobs: Jobs
) -> None:
    message = queue(world, world.mara)
    assert jobs == [("clients.send_message", (str(world.mara), str(message)))]
    jobs.run()
    (sent,) = mail.outbox
    assert sent.recipients() == [email_of("mara")]
    assert sent.subject == "You have a message"
    assert "http://127.0.0.1:8000/r/token" in sent.body
    assert sent.attachments == []
    assert state_of(world, world.mara).state is MessageState.SENT


def test_the_link_is_gone_once_the_message_is_sent(
    world: World, jobs: Jobs, owner: psycopg.Connection[Any]
) -> None:
    queue(world, world.mara)
    assert owner.execute("SELECT content IS NULL FROM clients_message").fetchall() == [(False,)]
    jobs.run()
    assert owner.execute("SELECT content IS NULL FROM clients_message").fetchall() == [(True,)]


def test_a_message_that_runs_twice_is_sent_once(world: World, jobs: Jobs) -> None:
    queue(world, world.mara)
    jobs.append(jobs[0])
    jobs.run()
    assert len(mail.outbox) == 1


def test_an_empty_card_sends_nothing_and_staff_see_why(world: World, jobs: Jobs) -> None:
    quiet = take_in(world.fred, "tom", card=Card())
    queue(world, quiet)
    jobs.run()
    assert mail.outbox == []
    row = state_of(world, quiet)
    assert (row.state, row.ask_how_to_reach) == (MessageState.HELD, True)
    with as_actor(world.fred):
        assert not queries.client_row(quiet).asked_how_to_reach


def test_nothing_online_sends_nothing(world: World, jobs: Jobs) -> None:
    set_card(world, world.mara, channel=Channel.NONE)
    queue(world, world.mara)
    jobs.run()
    assert mail.outbox == []
    row = state_of(world, world.mara)
    assert (row.state, row.ask_how_to_reach) == (MessageState.HELD, False)


def test_the_card_is_asked_when_the_message_leaves_not_when_it_was_queued(
    world: World, jobs: Jobs
) -> None:
    queue(world, world.mara)
    set_card(world, world.mara, channel=Channel.NONE)
    jobs.run()
    assert mail.outbox == []


def test_what_was_held_goes_out_once_somebody_asked(world: World, jobs: Jobs) -> None:
    quiet = take_in(world.fred, "tom", card=Card())
    queue(world, quiet)
    jobs.run()
    set_card(world, quiet, channel=Channel.EMAIL, called="Kim")
    jobs.run()
    (sent,) = mail.outbox
    assert sent.body.startswith("Hello Kim,")
    set_card(world, quiet, channel=Channel.EMAIL)
    jobs.run()
    assert len(mail.outbox) == 1


def test_no_address_holds_the_message(world: World, jobs: Jobs) -> None:
    with as_actor(world.fred):
        actions.amend_contact(actor=world.fred, client_id=world.mara, contact=Contact())
    queue(world, world.mara)
    jobs.run()
    assert mail.outbox == []
    assert state_of(world, world.mara).state is MessageState.HELD


def test_outside_the_hours_a_message_waits_for_them(world: World, jobs: Jobs) -> None:
    with as_actor(SERVICE) as now:
        local = now.astimezone(datetime.timezone(datetime.timedelta(0)))
    begin = (local + datetime.timedelta(hours=5)).time().replace(second=0, microsecond=0)
    end = (local + datetime.timedelta(hours=7)).time().replace(second=0, microsecond=0)
    set_card(world, world.mara, channel=Channel.EMAIL, hours=(begin, end))
    queue(world, world.mara)
    jobs.run()
    assert mail.outbox == []
    row = state_of(world, world.mara)
    assert row.state is MessageState.QUEUED
    assert row.due_at > now
    assert queries.due_messages() == []
    with db.clock_at(row.due_at), as_actor(SERVICE, client=world.mara):
        assert row.due_at == db.now()


def test_a_failing_mail_server_is_tried_again_and_parked_after_five(
    world: World, jobs: Jobs, owner: psycopg.Connection[Any]
) -> None:
    message = queue(world, world.mara)
    away = mock.patch.object(EmailBackend, "send_messages", side_effect=smtplib.SMTPException)
    with away:
        for attempt in range(1, 7):
            jobs.run()
            row = state_of(world, world.mara)
            assert row.attempts == min(attempt, 5)
            owner.execute("UPDATE clients_message SET due_at = now() - interval '1 hour'")
            jobs.append(("clients.send_message", (str(world.mara), str(message))))
    assert row.state is MessageState.FAILED
    jobs.run()
    assert mail.outbox == []


def test_a_lost_broker_loses_nothing(world: World, jobs: Jobs) -> None:
    message = queue(world, world.mara)
    jobs.clear()  # the broker lost it
    assert queries.due_messages() == [(world.mara, message)]
    assert sweep() >= 1
    jobs.run()
    assert len(mail.outbox) == 1
    assert queries.due_messages() == []


def test_a_worker_for_another_client_does_not_find_the_message(world: World) -> None:
    message = queue(world, world.mara)
    with as_actor(SERVICE, client=world.jon), pytest.raises(NotThere):
        actions.deliver_message(actor=SERVICE, message_id=message)


def test_only_a_worker_delivers(world: World) -> None:
    message = queue(world, world.mara)
    with as_actor(world.fred), pytest.raises(Refused):
        actions.deliver_message(actor=world.fred, message_id=message)


def test_a_message_to_a_hidden_client_is_a_message_to_nobody(world: World) -> None:
    with as_actor(world.dana), pytest.raises(NotThere):
        actions.queue_message(actor=world.dana, client_id=world.jon, template=Template.COPY)


def test_a_clients_own_act_may_send_to_that_client_only(world: World, jobs: Jobs) -> None:
    with as_actor(world.mara_portal):
        actions.queue_message(actor=world.mara_portal, client_id=world.mara, template=Template.COPY)
    jobs.run()
    assert [one.to for one in mail.outbox] == [[email_of("mara")]]
    with as_actor(world.mara_portal), pytest.raises(NotThere):
        actions.queue_message(actor=world.mara_portal, client_id=world.ana, template=Template.COPY)
