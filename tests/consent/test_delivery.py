"""A link for a recipient: sent once, opened with a word told another way, closed with its ground.

The word is never in the letter, and the letter never says whom it is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail

from consent import actions, queries
from consent.domain.delivery import LetterState, Stands
from consent.models import Document, RecipientLetter, ShareLink
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from tests.consent import delivering, steps

if TYPE_CHECKING:
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db


def letter_of(jobs: Jobs) -> str:
    """Let the worker send what waits, and give the body of the recipient's letter."""
    jobs.run()
    return str(next(one.body for one in mail.outbox if one.to == [delivering.EMAIL]))


@pytest.mark.req("DS-01", "CL-05")
def test_what_goes_by_link_is_one_neutral_letter_and_is_read_with_the_word(
    world: World, jobs: Jobs
) -> None:
    sent = delivering.delivered(world)
    body = letter_of(jobs)
    (letter,) = [one for one in mail.outbox if delivering.EMAIL in one.recipients()]
    assert letter.recipients() == [delivering.EMAIL]
    assert not letter.attachments
    said = f"{letter.subject} {letter.from_email} {body}".lower()
    for word in ("maraquilla", "kettlebourne", "lindqvarn", "counsel", "session", "note", "dana"):
        assert word not in said
    assert sent.secret.secret.lower() not in said
    token = delivering.token_in(body)
    actor = delivering.reader(token, sent, world.mara)
    shown = delivering.read(actor, sent)
    assert "walked to the lake again" in str(shown.page)
    with as_actor(world.dana):
        (receipt,) = queries.receipts([sent.disclosure])[sent.disclosure]
    assert (receipt.stands, len(receipt.openings), receipt.live) == (Stands.OPENED, 1, True)
    assert receipt.sent_at is not None


def test_a_word_is_taken_in_any_case_and_five_wrong_ones_close_the_link(
    world: World, jobs: Jobs
) -> None:
    sent = delivering.delivered(world)
    token = delivering.token_in(letter_of(jobs))
    secret = sent.secret.secret
    typed = f" {secret[:4].lower()}-{secret[4:].lower()} "
    assert isinstance(delivering.opened(token, typed), actions.Let)
    lefts = [delivering.opened(token, "WRONGWRO").left for _ in range(5)]
    assert lefts == [4, 3, 2, 1, 0]
    assert delivering.opened(token, secret) == actions.NotLet(0)
    with as_actor(world.dana):
        (receipt,) = queries.receipts([sent.disclosure])[sent.disclosure]
    assert receipt.stands is Stands.GUESSED


def test_a_link_opens_as_often_as_it_may_and_no_more(world: World, jobs: Jobs) -> None:
    sent = delivering.delivered(world, openings=2)
    token = delivering.token_in(letter_of(jobs))
    tried = [delivering.opened(token, sent.secret.secret) for _ in range(3)]
    assert [isinstance(one, actions.Let) for one in tried] == [True, True, False]


def test_a_withdrawal_closes_the_link_also_for_who_reads_it_now(world: World, jobs: Jobs) -> None:
    sent = delivering.delivered(world)
    token = delivering.token_in(letter_of(jobs))
    actor = delivering.reader(token, sent, world.mara)
    delivering.read(actor, sent)
    steps.stop(world, sent.shared.consent)
    with pytest.raises(NotThere):
        delivering.read(actor, sent)
    assert delivering.opened(token, sent.secret.secret) == actions.NotLet(0)
    with as_actor(world.dana):
        (receipt,) = queries.receipts([sent.disclosure])[sent.disclosure]
        assert receipt.stands is Stands.WITHDRAWN
        assert ShareLink.objects.get(pk=sent.secret.link).why_ended == "withdrawn"


def test_a_letter_that_waits_is_dropped_with_its_permission(world: World, jobs: Jobs) -> None:
    sent = delivering.delivered(world)
    steps.stop(world, sent.shared.consent)
    jobs.run()
    assert delivering.EMAIL not in [to for one in mail.outbox for to in one.to]


def test_the_gate_is_asked_when_the_letter_goes(world: World, jobs: Jobs, owner: Any) -> None:
    """A consent may end by its date while the letter waits: nobody is there to drop it."""
    delivering.delivered(world)
    run_out(owner)
    jobs.run()
    assert delivering.EMAIL not in [to for one in mail.outbox for to in one.to]
    with as_actor(world.dana):
        assert RecipientLetter.objects.get().state == LetterState.DROPPED


def run_out(owner: Any) -> None:
    """Let the clock end every permission that has a date."""
    with owner.transaction():
        owner.execute("ALTER TABLE consent_consent DISABLE TRIGGER USER")
        owner.execute("UPDATE consent_consent SET until = since + interval '1 microsecond'")
        owner.execute("ALTER TABLE consent_consent ENABLE TRIGGER USER")


def test_a_date_closes_what_is_being_read_and_the_door_to_it(
    world: World, jobs: Jobs, owner: Any
) -> None:
    sent = delivering.delivered(world)
    token = delivering.token_in(letter_of(jobs))
    actor = delivering.reader(token, sent, world.mara)
    run_out(owner)
    with pytest.raises(NotThere):
        delivering.read(actor, sent)
    assert delivering.opened(token, sent.secret.secret) == actions.NotLet(0)
    with as_actor(world.dana):
        (receipt,) = queries.receipts([sent.disclosure])[sent.disclosure]
    assert receipt.stands is Stands.WITHDRAWN


def test_staff_take_a_link_back_and_send_another(world: World, jobs: Jobs) -> None:
    sent = delivering.delivered(world)
    token = delivering.token_in(letter_of(jobs))
    actor = delivering.reader(token, sent, world.mara)
    with as_actor(world.tess), pytest.raises(NotThere):
        actions.revoke(actor=world.tess, disclosure_id=sent.disclosure)
    with as_actor(world.dana):
        assert actions.revoke(actor=world.dana, disclosure_id=sent.disclosure)
    with pytest.raises(NotThere):
        delivering.read(actor, sent)
    with as_actor(world.dana):
        actions.deliver(actor=world.dana, disclosure_id=sent.disclosure, address_id=sent.address)
    with as_actor(world.dana):
        assert [one.stands for one in queries.receipts([sent.disclosure])[sent.disclosure]] == [
            Stands.WAITING, Stands.REVOKED,
        ]  # fmt: skip


def test_who_has_finished_closes_it_for_good(world: World, jobs: Jobs) -> None:
    sent = delivering.delivered(world)
    token = delivering.token_in(letter_of(jobs))
    actor = delivering.reader(token, sent, world.mara)
    with as_actor(actor):
        actions.finish_reading_shared(actor=actor, link_id=sent.secret.link)
    with pytest.raises(NotThere):
        delivering.read(actor, sent)
    assert delivering.opened(token, sent.secret.secret) == actions.NotLet(0)


def test_nothing_is_sent_where_nobody_was_made_sure_of(world: World) -> None:
    shared = steps.shared_permission(world)
    disclosure, to = delivering.let_go(world, shared)
    for told_by, where, why in (
        ("phone", None, "made sure of"), ("phone", to, "made sure of"), ("email", None, "Say how"),
    ):  # fmt: skip
        with as_actor(world.dana), pytest.raises((Refused, Invalid)) as refused:
            actions.deliver(
                actor=world.dana,
                disclosure_id=disclosure,
                address_id=to,
                told_by=told_by,
                told_address_id=where,
            )
        assert why in refused.value.message


def test_a_worker_killed_while_sending_leaves_no_second_letter(world: World, jobs: Jobs) -> None:
    """Between the claim and the end nobody knows whether it went: a person is told, once."""
    delivering.delivered(world)
    jobs.clear()
    with as_actor(world.dana):
        letter = RecipientLetter.objects.get()
    with as_actor(SERVICE, client=world.mara):
        assert actions.claim_letter(actor=SERVICE, letter_id=letter.pk) is not None
    with as_actor(SERVICE, client=world.mara):
        assert actions.claim_letter(actor=SERVICE, letter_id=letter.pk) is None
        RecipientLetter.objects.update(due_at=letter.due_at)
    with as_actor(SERVICE, client=world.mara):
        assert actions.claim_letter(actor=SERVICE, letter_id=letter.pk) is None
    with as_actor(world.dana):
        assert RecipientLetter.objects.get().state == LetterState.UNSURE
        assert queries.due_letters() == []


def test_a_recipient_sees_one_document_and_no_row_of_anything_else(
    world: World, jobs: Jobs, application: Any, root: Any
) -> None:
    from tests.clients.raw import acting

    sent = delivering.delivered(world)
    steps.disclose(world, sent.shared)
    token = delivering.token_in(letter_of(jobs))
    actor = delivering.reader(token, sent, world.mara)
    with as_actor(world.dana):
        document = Document.objects.get(disclosure=sent.disclosure).pk
    tables = [
        row[0]
        for row in root.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relrowsecurity "
            "AND relname ~ '^(clients|consent|records|audit)_' "
            "AND has_table_privilege('counselling_app', oid, 'SELECT')"
        )
    ]
    with acting(application, actor.id):
        seen = {
            table
            for table in tables
            if application.execute(f"SELECT EXISTS (SELECT FROM {table})").fetchone()[0]
        }
        assert seen == {"consent_document"}
        found = application.execute("SELECT id FROM consent_document").fetchall()
        assert found == [(document,)]
