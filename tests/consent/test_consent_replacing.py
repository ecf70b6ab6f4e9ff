"""Signing the same again: the newer word wins, and Stop stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from consent import actions, queries
from consent.domain.covers import ConsentState, Covered, NotCovered, WhyNot
from consent.domain.documents import RecipientShown
from consent.domain.states import DocumentState
from consent.models import FormVersion
from counselling.db import as_actor
from counselling.errors import Refused
from tests.clients.raw import acting
from tests.consent import steps
from tests.consent.test_consent_gate import DISCLOSURE, DOCUMENT, row

if TYPE_CHECKING:
    from uuid import UUID

    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db

NO = {"share-notes": False, "share-summary": True}


def again(world: World, shared: steps.Shared, **changes: Any) -> UUID:
    """Mara signs the form for the same recipient once more."""
    return steps.signed(world, recipient=shared.recipient, new_recipient=None, **changes)


def live(world: World) -> list[queries.ConsentRow]:
    with as_actor(world.dana):
        return queries.live_consents(world.mara, sharing=True)


@pytest.mark.req("CL-01", "CL-02", "CL-05")
def test_signed_twice_is_one_permission_and_stop_stops_it(world: World) -> None:
    shared = steps.shared_permission(world)
    again(world, shared)
    (newer,) = live(world)
    assert newer.id != shared.consent
    with as_actor(world.dana):
        older = queries.consent_row(shared.consent)
        assert older.state is ConsentState.REPLACED
        assert older.replaced_at == newer.since
    steps.stop(world, newer.id)
    assert live(world) == []
    for consent in (shared.consent, newer.id):
        with pytest.raises(Refused) as refused:
            steps.disclose(world, steps.Shared(shared.request, consent, shared.recipient))
        assert refused.value.code == "no-permission"


@pytest.mark.req("CL-01", "CC-20")
def test_a_newer_no_ends_an_older_yes(world: World) -> None:
    shared = steps.shared_permission(world)
    again(world, shared, answers=NO)
    assert [one.clause for one in live(world)] == ["share-summary"]
    asked: dict[str, Any] = {
        "client": world.mara, "recipient": shared.recipient, "purpose": "medication",
    }  # fmt: skip
    with as_actor(world.dana) as at:
        notes = queries.covers(**asked, categories=frozenset({"session_notes"}), at=at)
        assert notes == NotCovered(WhyNot.REPLACED)
        summary = queries.covers(**asked, categories=frozenset({"summary"}), at=at)
        assert isinstance(summary, Covered)
        chips = {one.word for one in queries.chips([world.mara])[world.mara]}
    assert {"share notes: no", "share summary: yes"} <= chips
    with pytest.raises(Refused, match="no-permission") as refused:
        steps.disclose(world, shared)
    assert refused.value.message == WhyNot.REPLACED.value


def test_what_was_left_open_and_no_to_everything_end_it_too(world: World) -> None:
    shared = steps.shared_permission(world)
    again(world, shared, answers={"share-notes": False, "share-summary": False})
    assert live(world) == []
    with as_actor(world.dana):
        assert queries.consent_row(shared.consent).state is ConsentState.REPLACED


def test_somebody_else_and_another_purpose_are_permissions_of_their_own(world: World) -> None:
    shared = steps.shared_permission(world)
    again(world, shared, purpose="insurer")
    steps.signed(world, new_recipient=RecipientShown("Mr Kolbe", "teacher", "", ""))
    assert len(live(world)) == 3


def test_the_agreement_signed_again_is_one_agreement(world: World) -> None:
    for contact in (True, False):
        steps.signed(world, steps.AGREEMENT, {"begin": True, "emergency-contact": contact})
    with as_actor(world.dana):
        assert [one.clause for one in queries.live_consents(world.mara)] == ["begin"]


def test_what_was_stopped_stays_stopped_by_the_client_and_not_replaced(world: World) -> None:
    shared = steps.shared_permission(world)
    steps.stop(world, shared.consent)
    again(world, shared)
    with as_actor(world.dana):
        assert queries.consent_row(shared.consent).state is ConsentState.WITHDRAWN


def test_a_replaced_permission_cannot_be_stopped_instead_of_the_new_one(world: World) -> None:
    shared = steps.shared_permission(world)
    again(world, shared)
    with as_actor(world.mara_portal), pytest.raises(Refused, match="ended-already"):
        actions.withdraw(actor=world.mara_portal, consent_id=shared.consent)


@pytest.mark.req("CL-05")
def test_the_gate_refuses_a_replaced_permission_whoever_writes(
    world: World, application: Any, owner: Any
) -> None:
    shared = steps.shared_permission(world)
    again(world, shared)
    given = row(world, shared)
    with acting(application, world.dana.id):
        application.execute(DOCUMENT, [given["document"], "disclosure"])
        with pytest.raises(psycopg.errors.RestrictViolation, match="has replaced this"):
            application.execute(DISCLOSURE.format(at="now()"), given)
    with owner.transaction(force_rollback=True):
        owner.execute(DOCUMENT, [given["document"], "disclosure"])
        with pytest.raises(psycopg.errors.RestrictViolation, match="has replaced this"):
            owner.execute(DISCLOSURE.format(at="now()"), given)


def test_nobody_writes_a_replacement_by_hand_and_strangers_see_none(
    world: World, application: Any
) -> None:
    shared = steps.shared_permission(world)
    again(world, shared)
    with acting(application, world.dana.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(
            "INSERT INTO consent_replacement (id, consent_id, client_id, signature_id, at) "
            "SELECT %s, consent_id, client_id, signature_id, at FROM consent_replacement",
            [uuid4()],
        )
    for actor, seen in ((world.dana, 1), (world.mara_portal, 1), (world.sam, 0), (world.fred, 0)):
        with acting(application, actor.id):
            (count,) = application.execute("SELECT count(*) FROM consent_replacement").fetchone()
            assert count == seen


@pytest.mark.req("ES-03")
def test_a_link_learns_what_signing_would_replace_and_nothing_else(world: World) -> None:
    shared = steps.shared_permission(world)
    other, stranger = steps.ready_to_read(world, purpose="insurer")
    request, mara = steps.ready_to_read(world, recipient=shared.recipient, new_recipient=None)
    with as_actor(mara):
        (found,) = queries.replaced_by(request)
        assert found.clause == "share-notes"
        assert queries.replaced_by(other) == []
        assert queries.consents_of(world.mara) == []
    with as_actor(stranger):
        assert queries.replaced_by(request) == []
    with as_actor(world.sam):
        assert queries.replaced_by(request) == []


def test_the_event_of_a_signature_names_what_it_replaced(world: World, root: Any) -> None:
    shared = steps.shared_permission(world)
    again(world, shared)
    (rows,) = root.execute(
        "SELECT payload::jsonb -> 'rows' FROM audit_event WHERE payload::jsonb ->> 'kind' = "
        "'consent.signed' ORDER BY recorded DESC LIMIT 1"
    ).fetchone()
    assert rows == [str(shared.consent)]


# -- what was on its way, and what had gone -------------------------------------------------------


@pytest.mark.req("CL-03")
def test_what_is_on_its_way_goes_on_if_the_newer_word_allows_it(world: World, jobs: Jobs) -> None:
    shared = steps.shared_permission(world)
    disclosure = steps.disclose(world, shared)
    again(world, shared)
    jobs.run()
    with as_actor(world.dana):
        document = queries.disclosure_row(disclosure).document
    assert document is not None
    assert document.state is DocumentState.SEALED
    with as_actor(world.dana):
        assert actions.open_document(actor=world.dana, document_id=document.id)


@pytest.mark.req("CL-03")
def test_what_is_on_its_way_is_stopped_by_a_newer_no(world: World, jobs: Jobs) -> None:
    shared = steps.shared_permission(world)
    disclosure = steps.disclose(world, shared)
    again(world, shared, answers=NO)
    jobs.run()
    with as_actor(world.dana):
        assert queries.disclosure_row(disclosure).state is DocumentState.CANCELLED


@pytest.mark.req("CL-03")
def test_stopping_the_newer_one_stops_what_was_on_its_way_under_the_older(world: World) -> None:
    shared = steps.shared_permission(world)
    disclosure = steps.disclose(world, shared)
    again(world, shared)
    steps.stop(world, live(world)[0].id)
    with as_actor(world.dana):
        assert queries.disclosure_row(disclosure).state is DocumentState.CANCELLED


@pytest.mark.req("CL-03")
def test_stopping_says_what_went_under_the_older_permission_as_well(
    world: World, jobs: Jobs
) -> None:
    shared = steps.shared_permission(world)
    disclosure = steps.disclose(world, shared)
    jobs.run()
    again(world, shared)
    newer = live(world)[0].id
    with as_actor(world.mara_portal):
        preview = actions.preview_stopping(actor=world.mara_portal, consent_id=newer)
    assert [one.row.id for one in preview.sent] == [disclosure]


def test_the_permissions_page_says_how_the_older_one_ended(world: World) -> None:
    shared = steps.shared_permission(world)
    again(world, shared)
    with as_actor(world.mara_portal):
        found = actions.read_permissions(actor=world.mara_portal, client_id=world.mara)
    assert [one.ended_words for one in found] == ["", "replaced by a newer form"]


def older_agreement(root: psycopg.Connection[Any]) -> UUID:
    """An edition of the agreement that still asks about recording, as practices have it."""
    source = {}
    for slug in (steps.AGREEMENT, steps.RECORDING):
        row = FormVersion.objects.get(pk=steps.form(slug))
        source[slug] = dict(row.source)
    old = source[steps.AGREEMENT]
    old["edition"] = 2
    old["clauses"] = [
        *old["clauses"],
        {**source[steps.RECORDING]["clauses"][0], "sentence": "My sessions may be recorded."},
    ]
    made = uuid4()
    root.execute(
        "INSERT INTO consent_formversion (id, form_id, number, language, title, text, clauses,"
        " in_short, source, sha256, published_at) SELECT %s, form_id, 2, language, title, text,"
        " %s, in_short, %s, 'older', now() FROM consent_formversion WHERE id = %s",
        (made, Jsonb(old["clauses"]), Jsonb(old), steps.form(steps.AGREEMENT)),
    )
    return made


@pytest.mark.req("CC-17", "CL-01")
def test_a_no_to_recording_ends_a_yes_that_stood_in_an_older_agreement(
    world: World, root: psycopg.Connection[Any]
) -> None:
    older = older_agreement(root)
    with as_actor(world.dana):
        request = actions.ask(actor=world.dana, client_id=world.mara, version_id=older)
    mara = steps.open_by_link(steps.send(world, request), world.mara)
    steps.sign(request, mara, steps.read_through(request, mara, {"begin": True, "recording": True}))
    with as_actor(world.dana) as at:
        assert queries.allows(world.mara, "recording", at)
    newer, mara = steps.ready_to_read(world, steps.RECORDING)
    with as_actor(mara):
        assert [one.clause for one in queries.replaced_by(newer)] == ["recording"]
    steps.sign(newer, mara, steps.read_through(newer, mara, {"recording": False}))
    with as_actor(world.dana) as at:
        assert not queries.allows(world.mara, "recording", at)
        assert [one.clause for one in queries.live_consents(world.mara)] == ["begin"]


def test_a_form_that_asks_something_else_ends_nothing(world: World) -> None:
    steps.signed(world, steps.RECORDING, {"recording": True})
    steps.signed(world, steps.OBSERVER, {"trainee-observer": False})
    steps.signed(world)
    with as_actor(world.dana):
        assert {one.clause for one in queries.live_consents(world.mara)} == {
            "recording", "share-notes",
        }  # fmt: skip
