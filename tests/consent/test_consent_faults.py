"""What is broken ends, is told to a person once, and leaves nothing half done."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.test import Client as Browser

import clients.actions
import clients.queries
import clients.tasks
from clients.domain import Card, Channel, MessageState, Template
from consent import actions, pdf, queries, tasks
from consent.domain.states import DocumentState
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import Invalid
from tests.consent import steps
from tests.people import sign_in_browserless

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.django_db

BREAK = "UPDATE {} SET {column} = set_byte({column}, 30, get_byte({column}, 30) # 255)"


def document(world: World) -> queries.DocumentRow:
    with as_actor(world.dana):
        (found,) = queries.documents_of(world.mara)
    return found


@pytest.mark.req("EN-03", "BR-03")
def test_a_source_whose_seal_is_broken_fails_and_is_told_once(world: World, root: Any) -> None:
    steps.signed(world)
    row = document(world)
    root.execute(BREAK.format("consent_document", column="source"))
    for _ in range(3):
        tasks.seal_document(str(row.id), str(world.mara))
        root.execute("UPDATE consent_document SET due_at = now()")
    assert (document(world).state, document(world).attempts) == (DocumentState.FAILED, 3)
    assert steps.kinds(root).count("accounts.alerted") == 1
    refused = root.execute(
        "SELECT payload::jsonb ->> 'reason' FROM audit_event WHERE kind = 'refused'"
    ).fetchall()
    assert refused == [("seal-broken",)]


@pytest.mark.req("EN-03", "BR-03")
def test_a_letter_whose_seal_is_broken_fails_and_is_told_once(world: World, root: Any) -> None:
    with as_actor(world.fred):
        message = clients.actions.queue_message(
            actor=world.fred, client_id=world.mara, template=Template.DOCUMENT, link="/r/x"
        )
    root.execute(BREAK.format("clients_message", column="content"))
    for _ in range(3):
        clients.tasks.send_message(str(world.mara), str(message))
    with as_actor(world.fred):
        (row,) = [one for one in clients.queries.messages_of(world.mara) if one.id == message]
    assert row.state is MessageState.FAILED
    assert steps.kinds(root).count("accounts.alerted") == 1
    assert steps.kinds(root).count("refused") == 1


def test_a_worker_killed_every_time_ends_in_failed_and_goes_slowly(world: World, root: Any) -> None:
    steps.signed(world)
    row = document(world)
    for _ in range(6):
        with as_actor(SERVICE, client=world.mara):
            assert actions.claim_document(actor=SERVICE, document_id=row.id) is not None
        root.execute("UPDATE consent_document SET due_at = due_at - interval '6 minutes'")
    assert document(world).state is DocumentState.FAILED
    with as_actor(SERVICE):
        assert queries.due_documents() == []


def test_a_pdf_that_cannot_be_kept_counts_as_a_failure(
    world: World, root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.signed(world)
    row = document(world)

    def full(**_: object) -> bool:
        raise OSError("no room")

    monkeypatch.setattr(actions, "keep_document", full)
    monkeypatch.setattr(pdf, "render", lambda _: b"%PDF")
    monkeypatch.setattr(pdf, "seal", lambda made: made)
    tasks.seal_document(str(row.id), str(world.mara))
    assert "document.failed" in steps.last_act(root)


def test_a_form_that_lacks_something_leaves_neither_event_nor_recipient(
    world: World, root: Any
) -> None:
    before = steps.kinds(root)
    with as_actor(world.dana), pytest.raises(Invalid):
        actions.ask(
            actor=world.dana, client_id=world.mara, version_id=steps.form(steps.SHARING),
            asking=steps.asking(purpose="other", purpose_words=""),
        )  # fmt: skip
    assert steps.kinds(root) == before
    assert root.execute("SELECT count(*) FROM consent_recipient").fetchone() == (0,)


def test_answers_that_lack_one_leave_neither_event_nor_answers(world: World, root: Any) -> None:
    request, mara = steps.ready_to_read(world, steps.AGREEMENT)
    before = steps.kinds(root)
    with as_actor(mara), pytest.raises(Invalid):
        actions.save_answers(actor=mara, request_id=request, answers={})
    assert steps.kinds(root) == before
    assert root.execute("SELECT answers IS NULL FROM consent_request").fetchone() == (True,)


@pytest.mark.req("CL-02")
def test_a_second_click_on_stop_waits_and_returns_quietly(world: World, root: Any) -> None:
    shared = steps.shared_permission(world)
    wrong: list[BaseException] = []

    def again() -> None:
        try:
            steps.stop(world, shared.consent)
        except BaseException as error:  # noqa: BLE001 the other thread has to see it
            wrong.append(error)
        finally:
            connections.close_all()

    second = threading.Thread(target=again)
    with as_actor(world.mara_portal):
        actions.withdraw(actor=world.mara_portal, consent_id=shared.consent)
        second.start()
        second.join(1.5)
        assert second.is_alive(), "it did not wait"
    second.join(10)
    assert wrong == []
    assert steps.kinds(root).count("consent.withdrawn") == 1


@pytest.mark.req("CL-02")
def test_the_confirmation_does_not_list_as_sent_what_was_stopped_on_its_way(world: World) -> None:
    from consent.models import Document
    from counselling import vault

    shared = steps.shared_permission(world)
    steps.disclose(world, shared)
    steps.stop(world, shared.consent)
    with as_actor(world.mara_portal):
        (certificate,) = Document.objects.filter(kind="withdrawal")
        grant = _reading(world)
        assert vault.open_json(certificate.source, grant)["document"]["sent_before"] == []


def _reading(world: World) -> Any:
    import audit.actions
    from consent.domain import events

    return audit.actions.record(
        actor=world.mara_portal, kind=events.CONSENTS_READ, client=world.mara
    )


@pytest.mark.req("ES-13")
@pytest.mark.parametrize("channel", [Channel.NOT_ASKED, Channel.NONE, Channel.EMAIL])
def test_link_and_pin_are_on_one_page_only_where_no_letter_goes(
    world: World, channel: Channel
) -> None:
    with as_actor(world.fred):
        clients.actions.set_card(actor=world.fred, client_id=world.mara, card=Card(channel=channel))
    browser = Browser()
    sign_in_browserless(browser, world.dana)
    page = browser.post(f"/requests/{steps.ask(world)}", {"act": "send"}).content.decode()
    assert 'aria-label="PIN"' in page
    assert ("/r/" in page) is (channel is not Channel.EMAIL)


def test_no_field_of_asking_is_called_optional_where_it_may_be_needed(world: World) -> None:
    browser = Browser()
    sign_in_browserless(browser, world.dana)
    page = browser.get(f"/clients/{world.mara}/requests/new?form={steps.SHARING}")
    assert ">optional<" not in page.content.decode()
    assert "If there is one" in page.content.decode()
