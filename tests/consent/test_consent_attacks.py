"""What the database itself refuses of several signers, forms and guardians, whoever writes."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from consent import actions, queries
from consent.models import (
    AskedAgain,
    EndNotice,
    Form,
    FormApproval,
    FormDraft,
    Replacement,
)
from counselling.access import ANONYMOUS, SERVICE
from counselling.db import as_actor
from tests.clients import guarding
from tests.clients.raw import App, acting
from tests.consent import forms_here, steps
from tests.consent import guarded_steps as together
from tests.consent.allowing import ends_soon
from tests.raw import superuser

if TYPE_CHECKING:
    from uuid import UUID

    from tests.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-16")]


def refused(why: str) -> Any:
    return pytest.raises(DatabaseError, match=why)


def asked(question: str, *said: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, said)
        return list(cursor.fetchall())


# -- a guardian and what the client allowed alone --------------------------------------------------


def allowed_alone(world: World) -> UUID:
    """Ben allows sharing twice, so that one replaces the other; gives the last request."""
    for _ in range(2):
        request = steps.ask(world, client=world.ben)
        steps.send(world, request)
        together.sign_one(request, world.ben_portal, "Benjabur Oxenholme", steps.YES)
    return request


@pytest.mark.req("AC-13")
def test_a_guardian_sees_no_end_no_batch_and_nothing_replaced_of_what_was_allowed_alone(
    world: World,
) -> None:
    request = allowed_alone(world)
    with as_actor(world.dana):
        (consent,) = asked(
            "SELECT c.id FROM consent_consent c JOIN consent_signature s ON s.id = c.signature_id "
            "WHERE s.request_id = %s",
            request,
        )
    ends_soon(consent[0])
    with as_actor(SERVICE, client=world.ben):
        assert actions.tell_of_ends(actor=SERVICE, client_id=world.ben) == 1
    made = forms_here.published(world)
    with as_actor(world.dana):
        form = queries.form_of(made)
        actions.ask_again(actor=world.dana, form_id=form, chosen={request})
    young = guarding.young(world)
    hidden = (EndNotice, AskedAgain, Replacement)
    with as_actor(world.dana):
        assert all(one.objects.exists() for one in hidden)
    for guardian in (young.mum_portal, young.dad_portal):
        with as_actor(guardian) as at:
            assert [one.__name__ for one in hidden if one.objects.exists()] == []
            answered = {"answer": "change", "answered_at": at, "answered_by": guardian.id}
            assert not EndNotice.objects.update(**answered)


# -- a signature is of the client who was asked ----------------------------------------------------


def of_jon(world: World) -> UUID:
    """Sam asks Jon, whom Dana does not know."""
    with as_actor(world.sam):
        return actions.ask(
            actor=world.sam, client_id=world.jon, version_id=steps.form(steps.RECORDING),
            case_id=None, asking=actions.Asking(),
        )  # fmt: skip


def test_a_device_is_not_handed_over_for_the_form_of_a_client_one_does_not_know(
    world: World,
) -> None:
    request = of_jon(world)
    hand = "SELECT clients_hand_over(%s, %s, 'signing', %s, now() + interval '30 minutes')"
    with as_actor(world.dana), refused("form of the same client"), transaction.atomic():
        asked(hand, uuid4(), world.mara, request)


@pytest.mark.req("ES-01")
def test_nobody_signs_a_request_in_the_file_of_another_client(
    world: World, application: App
) -> None:
    """With the link that acts, and a signature that says it is its client's."""
    _, link = steps.ready_to_read(world)
    theirs = of_jon(world)
    with superuser() as root:
        root.execute('UPDATE clients_linkactor SET "row" = %s WHERE id = %s', [theirs, link.id])
    with acting(application, link.id), pytest.raises(psycopg.Error, match="same client"):
        application.execute(
            "INSERT INTO consent_signature (id, request_id, client_id, name, answers, text, "
            'text_sha256, evidence, "by", signed_at, document_id) '
            "VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s, %s, now(), gen_random_uuid())",
            [theirs, world.mara, b"x", b"x", b"x", "0" * 64, b"x", link.id],
        )


# -- forms: nobody publishes what they wrote themselves --------------------------------------------


def everybody(world: World) -> list[UUID]:
    return [world.ada.id, world.priya.id, world.vera.id]


@pytest.mark.req("CC-21")
def test_nobody_makes_those_who_could_approve_into_writers(world: World) -> None:
    draft = forms_here.draft(world)
    with as_actor(world.ada), refused("stays known"), transaction.atomic():
        FormDraft.objects.filter(pk=draft).update(writers=everybody(world))
    with as_actor(world.ada) as at, refused("begun by who writes"), transaction.atomic():
        row = FormDraft.objects.get(pk=draft)
        FormDraft.objects.create(
            form_id=row.form_id, language="fr", source=row.source, writers=everybody(world),
            made_at=at, saved_at=at, told_at=at,
        )  # fmt: skip


@pytest.mark.req("CC-21")
def test_nobody_says_that_a_form_has_waited_longer_than_it_has(world: World, root: Any) -> None:
    draft = forms_here.draft(world)
    root.execute(
        "UPDATE accounts_roleheld SET until = now() WHERE account_id <> %s", [world.ada.id]
    )
    long_ago = {"state": "waiting", "sha256": "0" * 64, "handed_in_by": world.ada.id}
    with as_actor(world.ada) as at, refused("instant"), transaction.atomic():
        FormDraft.objects.filter(pk=draft).update(
            handed_in_at=at - datetime.timedelta(days=4), **long_ago
        )
    forms_here.hand_in(world, draft)
    with as_actor(world.ada) as at:
        row = FormDraft.objects.get(pk=draft)
        with refused("instant"), transaction.atomic():
            FormDraft.objects.filter(pk=draft).update(
                state="writing", handed_in_at=at - datetime.timedelta(days=4)
            )
        with refused("instant"), transaction.atomic():
            FormApproval.objects.create(
                draft=row, sha256=row.sha256, by=world.ada.id, alone=True,
                at=at + datetime.timedelta(days=4),
            )  # fmt: skip


@pytest.mark.req("CC-21")
def test_words_that_were_approved_are_published_or_stay(world: World) -> None:
    draft = forms_here.draft(world)
    forms_here.hand_in(world, draft)
    with as_actor(world.priya) as at:
        row = FormDraft.objects.get(pk=draft)
        FormApproval.objects.create(draft=row, sha256=row.sha256, by=world.priya.id, at=at)
    with as_actor(world.ada), refused("approved"), transaction.atomic():
        FormDraft.objects.filter(pk=draft).update(state="writing")


@pytest.mark.parametrize("who", ["mara_portal", "dana", "fred"])
def test_only_who_looks_after_forms_changes_what_is_offered_or_written(
    world: World, who: str
) -> None:
    draft, actor = forms_here.draft(world), getattr(world, who)
    with as_actor(actor) as at:
        for act in (
            lambda: Form.objects.update(offered=False, offered_at=at, offered_by=actor.id),
            lambda: Form.objects.create(slug="another", kind="other", title="Another"),
            lambda: FormDraft.objects.filter(pk=draft).update(state="dropped", ended_at=at),
        ):
            with refused("looks after forms"), transaction.atomic():
                act()


# -- what anybody may ask of the owner's functions -------------------------------------------------


def test_who_is_asked_about_by_the_machine_is_told_to_nobody_else(world: World, jobs: Jobs) -> None:
    steps.shared_permission(world)
    jobs.run()
    with as_actor(SERVICE):
        assert asked("SELECT client FROM consent_sealed_after(NULL, now() + '1 day')")
    for actor in (ANONYMOUS, world.ana_portal, world.sam, world.ada):
        with as_actor(actor):
            assert asked("SELECT client FROM consent_sealed_after(NULL, now() + '1 day')") == []


def test_whose_sign_in_it_is_is_told_to_nobody_else(world: World) -> None:
    tell = "SELECT clients_tell_owner(gen_random_uuid(), %s, 'change')"
    for actor in (world.ana_portal, world.sam, world.ada):
        with as_actor(actor), transaction.atomic():
            assert asked(tell, world.mara_portal.id) == [(None,)]


# -- a decision is of today, and a guardian's letters are theirs -----------------------------------


@pytest.mark.req("CC-22")
def test_who_decides_is_not_dated_ahead(world: World, application: App) -> None:
    for when in (datetime.timedelta(days=1), datetime.timedelta(days=-1)):
        with acting(application, world.dana.id), pytest.raises(psycopg.Error, match="instant"):
            application.execute(
                "INSERT INTO clients_capacitydecision "
                '(id, client_id, decides, basis, why, "by", at, until) VALUES '
                "(gen_random_uuid(), %s, 'alone', 'assessment', 'v1.', %s, now() + %s, NULL)",
                [world.mara, world.dana.id, when],
            )


@pytest.mark.req("AC-13")
def test_a_client_stops_no_letter_of_a_guardian(world: World, application: App) -> None:
    young = guarding.young(world)
    together.sent(world, young)
    drop = "UPDATE clients_message SET state = 'dropped' WHERE client_id = %s"
    with superuser() as root:
        theirs = root.execute("SELECT count(*) FROM clients_message WHERE guardian_id IS NOT NULL")
        assert theirs.fetchone() != (0,)
    with acting(application, world.ben_portal.id):
        application.execute(drop, [young.client])
        kept = application.execute(
            "SELECT count(*) FROM clients_message WHERE guardian_id IS NOT NULL "
            "AND state = 'dropped'"
        )
        assert kept.fetchone() == (0,)
