"""The PDF: sealed by the worker, tried again, downloaded as it was stored."""

from __future__ import annotations

import datetime
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from consent import actions, pdf, queries, tasks
from consent.domain.states import DocumentState
from counselling import vault
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import NotThere, Refused
from tests.consent import steps

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db


def document(world: World) -> queries.DocumentRow:
    with as_actor(world.dana):
        (found,) = queries.documents_of(world.mara)
    return found


@pytest.mark.req("ES-05", "ES-08", "ES-09")
def test_mara_downloads_at_once_what_was_sealed_and_staff_get_the_same(
    world: World, jobs: Jobs, tmp_path: Path
) -> None:
    request = steps.ask(world)
    mara = steps.open_by_link(steps.send(world, request), world.mara)
    steps.sign(request, mara, steps.read_through(request, mara, steps.YES))
    jobs.run()
    row = document(world)
    assert row.ready
    copies = []
    for actor in (mara, world.mara_portal, world.dana):
        with as_actor(actor):
            content, name = actions.open_document(actor=actor, document_id=row.id)
        copies.append(content)
        assert vault.digest(content) == row.pdf_sha256
        assert "araquilla" not in name
    assert len(set(copies)) == 1
    assert pdf.verify(copies[0]).holds
    path = tmp_path / "copy.pdf"
    path.write_bytes(copies[0])
    text = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout
    words = " ".join(text.split())
    for said in (steps.EVA.name, "Maraquilla Kettlebourne", str(row.id), settings.TIME_ZONE):
        assert said in words


@pytest.mark.req("ES-09")
def test_the_client_is_told_by_a_message_that_carries_nothing(
    world: World, jobs: Jobs, mailoutbox: list[Any]
) -> None:
    steps.signed(world)
    jobs.run()
    told = [mail for mail in mailoutbox if "/space/documents" in mail.body]
    assert len(told) == 1
    assert told[0].attachments == []
    assert steps.EVA.name not in told[0].body


def test_the_worker_runs_twice_and_seals_once(world: World, jobs: Jobs, root: Any) -> None:
    steps.signed(world)
    row = document(world)
    for _ in range(3):
        tasks.seal_document(str(row.id), str(world.mara))
    assert steps.kinds(root).count("document.sealed") == 1


def test_a_failure_is_seen_tried_again_and_parked_after_five(
    world: World, root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.signed(world)
    row = document(world)

    def broken(_: object) -> bytes:
        raise RuntimeError("no fonts today")

    with monkeypatch.context() as patched:
        patched.setattr(pdf, "render", broken)
        for attempt in range(1, 6):
            tasks.seal_document(str(row.id), str(world.mara))
            found = document(world)
            assert found.attempts == attempt
            root.execute("UPDATE consent_document SET due_at = now()")
    assert found.state is DocumentState.FAILED
    assert found.word == "not sealed yet, trying again"
    with as_actor(SERVICE):
        assert queries.due_documents() == [(row.id, world.mara)]
    tasks.seal_document(str(row.id), str(world.mara))
    assert document(world).ready
    assert "no fonts today" not in str(root.execute("SELECT payload FROM audit_event").fetchall())


def test_consents_hold_from_the_signature_not_from_the_pdf(world: World) -> None:
    shared = steps.shared_permission(world)
    assert not document(world).ready
    steps.disclose(world, shared)


def test_a_worker_that_died_is_followed_by_the_sweeper(world: World, root: Any) -> None:
    steps.signed(world)
    row = document(world)
    with as_actor(SERVICE, client=world.mara):
        assert actions.claim_document(actor=SERVICE, document_id=row.id) is not None
    with as_actor(SERVICE, client=world.mara):
        assert actions.claim_document(actor=SERVICE, document_id=row.id) is None
        assert queries.due_documents() == []
    root.execute("UPDATE consent_document SET due_at = now() - interval '1 second'")
    with as_actor(SERVICE):
        assert queries.due_documents() == [(row.id, world.mara)]
    tasks.seal_document(str(row.id), str(world.mara))
    assert document(world).ready


def test_a_document_that_is_not_ready_or_not_ones_own_is_not_there(
    world: World, jobs: Jobs
) -> None:
    steps.signed(world)
    row = document(world)
    with as_actor(world.mara_portal), pytest.raises(NotThere):
        actions.open_document(actor=world.mara_portal, document_id=row.id)
    jobs.run()
    for stranger in (world.ana_portal, world.sam):
        with as_actor(stranger), pytest.raises(NotThere):
            actions.open_document(actor=stranger, document_id=row.id)
    for role in (world.fred, world.ada):
        with as_actor(role), pytest.raises(Refused, match="not-permitted"):
            actions.open_document(actor=role, document_id=row.id)


def test_what_was_shared_is_not_handed_over_after_it_was_stopped(world: World, jobs: Jobs) -> None:
    shared = steps.shared_permission(world)
    disclosure = steps.disclose(world, shared)
    jobs.run()
    with as_actor(world.dana):
        row = queries.disclosure_row(disclosure).document
        assert row is not None
        content, _ = actions.open_document(actor=world.dana, document_id=row.id)
        assert pdf.verify(content).holds
    steps.stop(world, shared.consent)
    with as_actor(world.dana), pytest.raises(Refused, match="no-permission"):
        actions.open_document(actor=world.dana, document_id=row.id)
    with as_actor(world.mara_portal):
        assert actions.open_document(actor=world.mara_portal, document_id=row.id)[0] == content


def test_the_confirmation_of_stopping_is_sealed_too(world: World, jobs: Jobs) -> None:
    shared = steps.shared_permission(world)
    steps.stop(world, shared.consent)
    jobs.run()
    with as_actor(world.mara_portal):
        rows = queries.documents_of(world.mara, told=True)
    assert {row.kind: row.ready for row in rows} == {"consent": True, "withdrawal": True}


@pytest.mark.req("CC-21")
def test_a_later_version_of_the_form_leaves_what_was_signed_as_it_was(
    world: World, root: Any, jobs: Jobs
) -> None:
    steps.signed(world)
    jobs.run()
    row = document(world)
    root.execute(
        "INSERT INTO consent_formversion (id, form_id, number, language, title, text, clauses, "
        "in_short, source, sha256, published_at) "
        "SELECT gen_random_uuid(), form_id, number + 100, language, "
        "'New', 'New', clauses, in_short, source, 'new', now() FROM consent_formversion"
    )
    with as_actor(world.dana):
        assert actions.open_document(actor=world.dana, document_id=row.id)
    assert document(world).pdf_sha256 == row.pdf_sha256


def test_chips_say_yes_no_and_asked(world: World) -> None:
    steps.signed(world, steps.RECORDING, {"recording": True})
    steps.signed(world, steps.OBSERVER, {"trainee-observer": False})
    with as_actor(world.dana):
        chips = {chip.label: chip for chip in queries.chips([world.mara])[world.mara]}
    assert chips["recording"].state == "yes"
    until = chips["recording"].until
    assert until is not None
    assert until > datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=360)
    assert chips["trainee observer"].word == "trainee observer: no"
    steps.send(world, steps.ask(world))
    with as_actor(world.dana):
        chips = {chip.label: chip for chip in queries.chips([world.mara])[world.mara]}
    assert chips["share notes"].word == "share notes: asked"


def test_the_timeline_tells_what_happened_without_opening_anything(world: World, root: Any) -> None:
    shared = steps.shared_permission(world)
    steps.disclose(world, shared)
    with as_actor(world.dana):
        going = queries.timeline(world.mara)
    assert [one.kind for one in going] == ["disclosure", "signature", "request"]
    steps.stop(world, shared.consent)
    before = steps.kinds(root)
    with as_actor(world.dana):
        told = queries.timeline(world.mara)
    # stopped before a worker had made it, it never left
    assert [one.kind for one in told] == ["withdrawal", "stopped", "signature", "request"]
    assert steps.kinds(root) == before
