"""E-mail that says something, texts, reminders, research: off until allowed, off at once."""

from __future__ import annotations

import datetime
import types
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.db import IntegrityError
from django.test import Client

import clients.actions
import records.actions
from clients.domain import Card, Channel, MessageState, Template
from clients.domain.messages import (
    NO_TEXTS,
    NOT_BY_TEXT,
    Deliver,
    Hold,
    decide_delivery,
    decide_words,
    dialled,
)
from clients.queries import messages_of
from consent import actions, queries
from counselling.db import as_actor
from counselling.errors import Invalid, Refused
from counselling.jobs import sweep
from records.domain import Attendance, Modality
from tests.consent import steps
from tests.consent.allowing import allow, switched_on
from tests.people import sign_in_browserless

if TYPE_CHECKING:
    from uuid import UUID

    from tests.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("CL-07")]
NOON = datetime.datetime(2026, 11, 16, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _quiet(world: World, jobs: Jobs) -> None:
    jobs.clear()
    mail.outbox.clear()


# -- the card ----------------------------------------------------------------------------------


def test_a_card_for_texts_sends_none_without_the_word_for_it() -> None:
    card = Card(channel=Channel.TEXT, called="Kim")
    assert decide_delivery(card, "k@x.example", NOON, number="4930") == Hold(NO_TEXTS)
    assert decide_delivery(card, "k@x.example", NOON, texts=True) == Hold("no address")
    sent = decide_delivery(card, "", NOON, number="4930901820", texts=True)
    assert sent == Deliver("4930901820", "Kim", by_text=True)
    assert decide_words(Template.WORDS, sent) == Hold(NOT_BY_TEXT)
    assert decide_words(Template.DOCUMENT, sent) == sent
    assert dialled("+49 (30) 901-820") == "4930901820"
    assert dialled("none") == dialled("12") == ""


def test_text_messages_are_chosen_only_where_they_are_agreed_and_stop_at_once(
    world: World, jobs: Jobs
) -> None:
    card = Card(channel=Channel.TEXT, called="Mara")
    with as_actor(world.fred), pytest.raises(Invalid):
        clients.actions.set_card(actor=world.fred, client_id=world.mara, card=card)
    consent = switched_on(world, world.mara, world.mara_portal, "text_messages")
    with as_actor(world.fred):
        clients.actions.set_card(actor=world.fred, client_id=world.mara, card=card)
    jobs.run()
    mail.outbox.clear()
    request = steps.ask(world)
    steps.send(world, request)
    jobs.run()
    (text,) = mail.outbox
    assert (text.to, text.subject) == (["4930901820@texts.localhost"], "")
    assert "Mara" not in text.body
    steps.stop(world, consent)
    mail.outbox.clear()
    steps.send(world, request)
    jobs.run()
    assert mail.outbox == []
    with as_actor(world.dana):
        assert {one.state for one in messages_of(world.mara)[:1]} == {MessageState.HELD}
    # the same word, given again: what waited for it goes
    switched_on(world, world.mara, world.mara_portal, "text_messages")
    jobs.run()
    assert any(one.to == ["4930901820@texts.localhost"] for one in mail.outbox)
    with as_actor(world.dana):
        assert MessageState.HELD not in {one.state for one in messages_of(world.mara)}


# -- words -------------------------------------------------------------------------------------


def test_words_go_by_e_mail_only_while_the_client_agrees(
    world: World, root: Any, jobs: Jobs
) -> None:
    with as_actor(world.dana), pytest.raises(Refused):
        actions.write_words(actor=world.dana, client_id=world.mara, words="See you at nine.")
    consent = switched_on(world, world.mara, world.mara_portal, "email")
    jobs.run()
    mail.outbox.clear()
    with as_actor(world.dana):
        actions.write_words(actor=world.dana, client_id=world.mara, words="See you at nine.")
    jobs.run()
    (letter,) = mail.outbox
    assert "See you at nine." in letter.body
    assert letter.subject == "You have a message"
    # what still waits is dropped by the very act of stopping, words and all
    with as_actor(world.dana):
        waits = actions.write_words(actor=world.dana, client_id=world.mara, words="And bring it.")
    steps.stop(world, consent)
    assert steps.kinds(root).count("consent.letters_dropped") == 1
    mail.outbox.clear()
    jobs.run()
    assert all("bring it" not in one.body for one in mail.outbox)
    with as_actor(world.dana):
        states = {one.id: one.state for one in messages_of(world.mara)}
    assert states[waits] is MessageState.DROPPED


def test_the_database_lets_no_words_through_without_the_word_for_them(world: World) -> None:
    with pytest.raises(IntegrityError, match="word for this message"), as_actor(world.dana):
        clients.actions.queue_message(
            actor=world.dana, client_id=world.mara, template=Template.WORDS, words="Hello"
        )


def test_the_page_says_it_is_off_and_whom_to_ask(world: World) -> None:
    dana = Client()
    sign_in_browserless(dana, world.dana)
    path = f"/clients/{world.mara}/words/new"
    assert "Ask now" in dana.get(path).content.decode()
    assert dana.post(path, {"words": "Hello"}).status_code == 403
    switched_on(world, world.mara, world.mara_portal, "email")
    assert "Ask now" not in dana.get(path).content.decode()
    assert dana.post(path, {"words": "Hello"}).status_code == 302


# -- reminders ---------------------------------------------------------------------------------


@pytest.fixture
def _midday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the practice be where it is noon: reminders go from ten in the morning."""
    hour = datetime.datetime.now(datetime.UTC).hour
    zone = f"Etc/GMT{hour - 12:+d}"
    monkeypatch.setattr("records.queries.presence.settings", types.SimpleNamespace(TIME_ZONE=zone))


def tomorrow(world: World) -> UUID:
    with as_actor(world.dana) as at:
        begins = at + datetime.timedelta(days=1)
        return records.actions.log_session(
            actor=world.dana, case_id=world.mara_case, starts_at=begins,
            ends_at=begins + datetime.timedelta(minutes=50), modality=Modality.IN_PERSON,
        )  # fmt: skip


def swept(jobs: Jobs) -> list[Any]:
    mail.outbox.clear()
    for _ in range(2):
        sweep()
        jobs.run()
    return [one for one in mail.outbox if "reminder" in one.body]


@pytest.mark.usefixtures("_midday")
def test_a_reminder_goes_once_the_day_before_and_only_by_the_clients_wish(
    world: World, jobs: Jobs
) -> None:
    session = tomorrow(world)
    assert swept(jobs) == []
    switched_on(world, world.mara, world.mara_portal, "reminders")
    (letter,) = swept(jobs)
    assert letter.to == ["maraquilla@mailbox.example"]
    assert all(word not in letter.body.lower() for word in ("dana", "session", "counsel"))
    assert swept(jobs) == []
    # at another hour it is another appointment
    with as_actor(world.dana) as at:
        records.actions.change_session(
            actor=world.dana, session_id=session, attendance=Attendance.EXPECTED,
            starts_at=at + datetime.timedelta(hours=25), modality=Modality.IN_PERSON,
            ends_at=at + datetime.timedelta(hours=26),
        )  # fmt: skip
    assert len(swept(jobs)) == 1


@pytest.mark.usefixtures("_midday")
def test_a_session_that_is_off_is_not_reminded_of_although_the_letter_waits(
    world: World, jobs: Jobs
) -> None:
    session = tomorrow(world)
    switched_on(world, world.mara, world.mara_portal, "reminders")
    jobs.run()
    sweep()
    todo = [job for job in jobs if job[0] == "records.remind_client"]
    jobs[:] = todo[:1]
    name, ids = jobs.pop()
    from celery import current_app

    current_app.tasks[name](*ids)  # the letter is asked for, and waits
    with as_actor(world.dana) as at:
        records.actions.change_session(
            actor=world.dana, session_id=session, attendance=Attendance.CANCELLED,
            starts_at=at + datetime.timedelta(days=1), modality=Modality.IN_PERSON,
            ends_at=at + datetime.timedelta(days=1, hours=1),
        )  # fmt: skip
    assert swept(jobs) == []


# -- research ----------------------------------------------------------------------------------


def test_research_is_a_list_of_references_for_the_privacy_officer_alone(
    world: World, root: Any
) -> None:
    consent = switched_on(world, world.mara, world.mara_portal, "research")
    with as_actor(world.priya):
        (one,) = actions.who_takes_part(actor=world.priya)
        assert sum(agreed for _, agreed, _ in queries.research_by_month()) == 1
    with as_actor(world.dana), pytest.raises(Refused):
        actions.who_takes_part(actor=world.dana)
    priya = Client()
    sign_in_browserless(priya, world.priya)
    page = priya.get("/research").content.decode()
    assert one.reference in page
    assert "Maraquilla" not in page
    counts = priya.get("/research/counts").content.decode()
    assert one.reference not in counts
    assert ",1,0" in counts
    steps.stop(world, consent)
    assert one.reference not in priya.get("/research").content.decode()
    assert ",1,1" in priya.get("/research/counts").content.decode()


@pytest.mark.req("CC-17", "CC-20")
def test_a_switch_that_was_answered_no_stays_off(world: World) -> None:
    allow(
        world, world.mara, world.mara_portal, "messages",
        {"email": False, "text-messages": False, "reminders": True},
    )  # fmt: skip
    with as_actor(world.dana):
        assert queries.allows(world.mara, "reminders")
        assert queries.allowed([world.mara, world.ana], "reminders") == {world.mara}
        assert not queries.allows(world.mara, "email")
    with as_actor(world.fred):
        # the front desk learns whether, and not what was signed
        assert queries.switch_is_on(world.mara, "reminders")
        assert queries.live_consents(world.mara) == []
    with as_actor(world.sam):
        assert not queries.switch_is_on(world.mara, "reminders")
