"""The gate and the signed rows, attacked by raw SQL as the application and as the owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from consent import queries
from consent.domain.documents import RecipientShown
from consent.domain.states import DocumentState
from consent.models import Document
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.clients.raw import acting
from tests.consent import steps

if TYPE_CHECKING:
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db

OTHER = RecipientShown("Mr Kolbe", "teacher", "", "")

DISCLOSURE = (
    "INSERT INTO consent_disclosure (id, client_id, case_id, consent_id, recipient_id, purpose, "
    "categories, channel, level, by, at, content_sha256, told_at, document_id, also) VALUES "
    "(%(id)s, %(client)s, %(case)s, %(consent)s, %(recipient)s, %(purpose)s, %(categories)s, "
    "'paper', 'x', coalesce(counselling_actor(), %(id)s), {at}, 'x', now(), %(document)s, '{{}}')"
)
DOCUMENT = (
    "INSERT INTO consent_document (id, client_id, kind, case_id, state, attempts, made_at, due_at, "
    "source, pdf_sha256, pdf_id) SELECT %s, d.client_id, made.kind, "
    "CASE made.kind WHEN 'disclosure' THEN r.case_id END, 'rendering', 0, now(), now(), source, "
    "'', '' FROM (SELECT %s::text AS kind) made, consent_document d "
    "JOIN consent_request r ON r.id = d.request_id LIMIT 1"
)


@pytest.mark.req("CL-05")
@pytest.mark.parametrize(
    ("changes", "at", "said"),
    [
        ({}, "now()", None),
        ({"purpose": "insurer"}, "now()", "another purpose"),
        ({"purpose": ""}, "now()", "another purpose"),
        ({"categories": ["session_notes", "attendance"]}, "now()", "does not cover"),
        ({"categories": ["attendance"]}, "now()", "does not cover"),
        ({"client": "ana"}, "now()", "another client's"),
        ({"case": "couple_case"}, "now()", "case is another client's"),
        ({}, "now() - interval '1 hour'", "at the instant"),
        ({}, "now() + interval '1 hour'", "at the instant"),
    ],
)
def test_the_gate_refuses_what_is_changed_whoever_writes(
    world: World, application: Any, changes: dict[str, Any], at: str, said: str | None
) -> None:
    shared = steps.shared_permission(world)
    given = row(world, shared) | {
        key: getattr(world, value) if key in {"client", "case"} else value
        for key, value in changes.items()
    }
    with acting(application, world.dana.id):
        application.execute(DOCUMENT, [given["document"], "disclosure"])
        if said is None:
            application.execute(DISCLOSURE.format(at=at), given)
            return
        with pytest.raises(psycopg.errors.RestrictViolation, match=said):
            application.execute(DISCLOSURE.format(at=at), given)


def row(world: World, shared: steps.Shared) -> dict[str, Any]:
    return {
        "id": uuid4(), "client": world.mara, "case": world.mara_case, "consent": shared.consent,
        "recipient": shared.recipient, "purpose": "medication", "categories": ["session_notes"],
        "document": uuid4(),
    }  # fmt: skip


def test_the_gate_refuses_another_recipient_and_another_kind_of_document(
    world: World, application: Any
) -> None:
    shared = steps.shared_permission(world)
    steps.ask(world, new_recipient=OTHER)
    with as_actor(world.dana):
        other = next(one for one in queries.recipients_of(world.mara) if one != shared.recipient)
    for changes, kind, said in (
        ({"recipient": other}, "disclosure", "this recipient"),
        ({}, "withdrawal", "has a document"),
    ):
        given = row(world, shared) | changes
        with acting(application, world.dana.id):
            application.execute(DOCUMENT, [given["document"], kind])
            with pytest.raises(psycopg.errors.RestrictViolation, match=said):
                application.execute(DISCLOSURE.format(at="now()"), given)


def test_the_gate_holds_for_the_owner_of_the_schema_too(world: World, owner: Any) -> None:
    shared = steps.shared_permission(world)
    steps.stop(world, shared.consent)
    given = row(world, shared)
    with owner.transaction(force_rollback=True):
        owner.execute(DOCUMENT, [given["document"], "disclosure"])
        with pytest.raises(psycopg.errors.RestrictViolation, match="withdrawn this permission"):
            owner.execute(DISCLOSURE.format(at="now()"), given)


def test_a_withdrawal_the_writer_cannot_see_still_counts(world: World, application: Any) -> None:
    shared = steps.shared_permission(world)
    steps.stop(world, shared.consent)
    given = row(world, shared)
    with acting(application, world.dana.id):
        application.execute(DOCUMENT, [given["document"], "disclosure"])
        with pytest.raises(psycopg.errors.RestrictViolation, match="withdrawn"):
            application.execute(DISCLOSURE.format(at="now()"), given)


def test_nothing_is_added_to_a_disclosure_afterwards(world: World, application: Any) -> None:
    disclosure = steps.disclose(world, steps.shared_permission(world))
    with (
        acting(application, world.dana.id),
        pytest.raises(psycopg.errors.RestrictViolation, match="nothing added"),
    ):
        application.execute(
            "INSERT INTO consent_disclosureitem (id, disclosure_id, client_id, note_id) "
            "VALUES (%s, %s, %s, %s)",
            [uuid4(), disclosure, world.mara, uuid4()],
        )


ITEM = (
    "INSERT INTO consent_disclosureitem (id, disclosure_id, client_id, case_id, note_id) "
    "SELECT gen_random_uuid(), id, client_id, case_id, gen_random_uuid() "
    "FROM consent_disclosure WHERE id = %s"
)


def test_nobody_adds_a_note_to_what_went_not_even_whoever_plants_a_past(
    world: World, owner: Any
) -> None:
    shared = steps.shared_permission(world)
    before = steps.disclose(world, shared)
    given = row(world, shared)
    with owner.transaction(force_rollback=True):
        with owner.transaction():
            owner.execute(DOCUMENT, [given["document"], "disclosure"])
            owner.execute(DISCLOSURE.format(at="now()"), given)
        (now,) = owner.execute(
            "SELECT id FROM consent_disclosure WHERE id <> %s ORDER BY at", [before]
        ).fetchone()
        for _ in range(2):
            with owner.transaction():
                owner.execute(ITEM, [now])
        with pytest.raises(psycopg.errors.RestrictViolation, match="nothing added"):
            owner.execute(ITEM, [before])


NEVER = {
    "consent_signature": "signature",
    "consent_consent": "consent",
    "consent_withdrawal": "withdrawal",
    "consent_replacement": "replacement",
    "consent_disclosure": "disclosure",
    "consent_disclosureitem": "disclosure",
    "consent_formversion": "published form",
    "consent_recipient": "recipient",
    "consent_onlineacceptance": "agreement to sign online",
}


@pytest.mark.req("CC-21")
def test_what_was_signed_never_changes_not_even_by_the_owner(world: World, owner: Any) -> None:
    shared = steps.shared_permission(world)
    steps.disclose(world, shared)
    steps.signed(world, recipient=shared.recipient, new_recipient=None)
    with as_actor(world.dana):
        (newer,) = queries.live_consents(world.mara, sharing=True)
    steps.stop(world, newer.id)
    for table, thing in NEVER.items():
        for attack in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}",
                       f"TRUNCATE {table} CASCADE"):  # fmt: skip
            with (
                owner.transaction(force_rollback=True),
                pytest.raises(psycopg.errors.IntegrityError, match="never changes") as refused,
            ):
                owner.execute(attack)
            assert thing in str(refused.value) or "TRUNCATE" in attack


def test_the_application_may_not_even_try(world: World, application: Any) -> None:
    shared = steps.shared_permission(world)
    steps.stop(world, shared.consent)
    for attack in (
        "UPDATE consent_withdrawal SET at = now()",
        "DELETE FROM consent_signature",
        "UPDATE consent_request SET client_id = client_id",
        "UPDATE consent_document SET source = source",
        "DELETE FROM consent_request",
        "UPDATE consent_formversion SET text = text",
    ):
        with (
            acting(application, world.dana.id),
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            application.execute(attack)
    # an administrator publishes, but nothing that nobody approved
    with (
        acting(application, world.dana.id),
        pytest.raises(psycopg.errors.RestrictViolation, match="approved by somebody else"),
    ):
        application.execute("INSERT INTO consent_formversion SELECT * FROM consent_formversion")


@pytest.mark.req("CL-01")
def test_a_request_moves_only_as_the_table_says_whoever_writes(world: World, owner: Any) -> None:
    request = steps.signed(world)
    for state in ("draft", "sent", "opened", "declined"):
        with (
            owner.transaction(force_rollback=True),
            pytest.raises(psycopg.errors.RestrictViolation, match="that is signed does not"),
        ):
            owner.execute("UPDATE consent_request SET state = %s WHERE id = %s", [state, request])
    with owner.transaction(force_rollback=True), pytest.raises(psycopg.errors.IntegrityError):
        owner.execute("DELETE FROM consent_request")


def test_a_sealed_document_stays_what_it_is(world: World, owner: Any, jobs: Jobs) -> None:
    steps.signed(world)
    jobs.run()
    with as_actor(SERVICE, client=world.mara):
        assert Document.objects.get().state == DocumentState.SEALED
    with (
        owner.transaction(force_rollback=True),
        pytest.raises(psycopg.errors.RestrictViolation, match="that is sealed does not"),
    ):
        owner.execute("UPDATE consent_document SET content = content")


@pytest.mark.req("CL-05", "DS-01")
def test_nothing_leaves_from_a_case_the_client_takes_part_in_no_more(
    world: World, application: Any
) -> None:
    import clients.actions
    import clients.queries

    shared = steps.shared_permission(world)
    with as_actor(world.fred):
        member = clients.queries.case_row(world.mara_case).members[0].id
        clients.actions.end_member(actor=world.fred, member_id=member)
    given = row(world, shared)
    with acting(application, world.dana.id):
        application.execute(DOCUMENT, [given["document"], "disclosure"])
        with pytest.raises(psycopg.errors.RestrictViolation, match="part in this case has ended"):
            application.execute(DISCLOSURE.format(at="now()"), given)
