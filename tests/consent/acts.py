"""Each use case of consent, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from unittest import mock

from consent import actions, pdf, queries
from consent.domain.documents import text_sha256
from counselling.access import ANONYMOUS, SERVICE
from counselling.db import as_actor, uuid7
from counselling.vault import signing
from tests.consent import (
    acts_bases,
    acts_delivery,
    acts_forms,
    acts_law,
    acts_life,
    acts_locking,
    acts_notices,
    acts_recipients,
    acts_room,
    steps,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.world import World


def ask(world: World) -> None:
    steps.ask(world)


def send_request(world: World) -> None:
    steps.send(world, steps.ask(world))


def void_request(world: World) -> None:
    request = steps.ask(world)
    with as_actor(world.dana):
        actions.void_request(actor=world.dana, request_id=request)


def look_at_request(world: World) -> None:
    request = steps.ask(world)
    with as_actor(world.dana):
        actions.look_at_request(actor=world.dana, request_id=request)


def open_link(world: World) -> None:
    sent = steps.send(world, steps.ask(world))
    with as_actor(ANONYMOUS):
        actions.open_link(actor=ANONYMOUS, token=steps.token_of(sent), pin=sent.pin)


def open_request(world: World) -> None:
    request = steps.ask(world)
    steps.send(world, request)
    with as_actor(world.mara_portal):
        actions.open_request(actor=world.mara_portal, request_id=request)


def read_form(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        actions.read_form(actor=mara, request_id=request, page="in short")


def accept_online(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        actions.accept_online(actor=mara, request_id=request, explained_sha256=text_sha256("x"))


def save_answers(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        actions.save_answers(actor=mara, request_id=request, answers=steps.YES)


def finish_reading(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        read = actions.read_form(actor=mara, request_id=request, page="whole text")
    with as_actor(mara):
        actions.finish_reading(actor=mara, request_id=request, shown_sha256=read.shown_sha256)


def sign(world: World) -> None:
    steps.signed(world)


def decline(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        actions.decline(actor=mara, request_id=request)


def ask_question(world: World) -> None:
    _asked(world)


def _asked(world: World) -> tuple[UUID, UUID]:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        return request, actions.ask_question(actor=mara, request_id=request, text="Why?")


def open_questions(world: World) -> None:
    request, _ = _asked(world)
    with as_actor(world.dana):
        actions.open_questions(actor=world.dana, request_id=request)


def close_question(world: World) -> None:
    _, question = _asked(world)
    with as_actor(world.dana):
        actions.close_question(actor=world.dana, question_id=question)


def go_through(world: World) -> None:
    with as_actor(world.dana):
        actions.go_through(actor=world.dana, client_id=world.mara)


def read_permissions(world: World) -> None:
    with as_actor(world.dana):
        actions.read_permissions(actor=world.dana, client_id=world.mara)


def who_agreed(world: World) -> None:
    shared = steps.shared_permission(world)
    with as_actor(world.dana):
        actions.who_agreed(actor=world.dana, consent_id=shared.consent, client_ids=[world.mara])


def who_agreed_with(world: World) -> None:
    steps.shared_permission(world)
    with as_actor(world.dana):
        actions.who_agreed_with(actor=world.dana, client_id=world.ana, client_ids=[world.mara])


def names_of_recipients(world: World) -> None:
    steps.ask(world)
    with as_actor(world.dana):
        actions.names_of_recipients(actor=world.dana, client_id=world.mara)


def read_disclosures(world: World) -> None:
    with as_actor(world.dana):
        actions.read_disclosures(actor=world.dana, client_id=world.mara)


def preview_stopping(world: World) -> None:
    shared = steps.shared_permission(world)
    with as_actor(world.mara_portal):
        actions.preview_stopping(actor=world.mara_portal, consent_id=shared.consent)


def withdraw(world: World) -> None:
    steps.stop(world, steps.shared_permission(world).consent)


def withdraw_everything(world: World) -> None:
    steps.shared_permission(world)
    with as_actor(world.mara_portal):
        actions.withdraw_everything(actor=world.mara_portal, client_id=world.mara)


def disclose(world: World) -> None:
    steps.disclose(world, steps.shared_permission(world))


def _document(world: World) -> UUID:
    steps.signed(world)
    with as_actor(world.dana):
        return queries.documents_of(world.mara)[0].id


def claim_document(world: World) -> None:
    document = _document(world)
    with as_actor(SERVICE, client=world.mara):
        actions.claim_document(actor=SERVICE, document_id=document)


def fail_document(world: World) -> None:
    document = _document(world)
    with as_actor(SERVICE, client=world.mara):
        actions.fail_document(actor=SERVICE, document_id=document, code="Broken")


def keep_document(world: World) -> None:
    _kept(world)


def _kept(world: World) -> UUID:
    document = _document(world)
    with as_actor(SERVICE, client=world.mara):
        claimed = actions.claim_document(actor=SERVICE, document_id=document)
    assert claimed is not None
    sealed = pdf.seal(pdf.render(claimed.source))
    with as_actor(SERVICE, client=world.mara):
        actions.keep_document(actor=SERVICE, document_id=document, pdf=sealed)
    return document


def open_document(world: World) -> None:
    document = _kept(world)
    with as_actor(world.mara_portal):
        actions.open_document(actor=world.mara_portal, document_id=document)


def compare_next(world: World) -> None:
    _kept(world)
    with as_actor(SERVICE):
        actions.compare_next(actor=SERVICE, run_id=uuid7())


def compare_document(world: World) -> None:
    document, run = _kept(world), uuid7()
    with as_actor(SERVICE):
        actions.compare_next(actor=SERVICE, run_id=run)
    with as_actor(SERVICE, client=world.mara):
        actions.compare_document(actor=SERVICE, run_id=run, document_id=document)


def renew_certificate(world: World) -> None:
    # what it does to the files is tested with files of its own
    with mock.patch.object(signing, "renew_practice_certificate"), as_actor(SERVICE):
        actions.renew_certificate(actor=SERVICE)


ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"consent.actions.{act.__name__}": act
    for act in (
        ask, send_request, void_request, look_at_request, open_link, open_request, read_form,
        accept_online, save_answers, finish_reading, sign, decline, ask_question, open_questions,
        close_question, go_through, read_permissions, names_of_recipients, who_agreed,
        who_agreed_with, read_disclosures, preview_stopping, withdraw, withdraw_everything,
        disclose, claim_document, fail_document, keep_document, open_document,
        renew_certificate, compare_next, compare_document,
    )
}  # fmt: skip
for _one in (
    acts_bases,
    acts_delivery,
    acts_forms,
    acts_law,
    acts_life,
    acts_locking,
    acts_notices,
    acts_recipients,
    acts_room,
):
    ACTS.update(_one.ACTS)

# what the act itself leaves
EVENTS: Final[dict[str, list[str]]] = (
    {
        "ask": ["client.listed", "request.made", "signers.named"],
        "send_request": ["request.sent", "message.queued", "message.checked"],
        "void_request": ["request.voided"],
        "look_at_request": ["request.read"],
        "open_link": ["link.opened", "request.opened"],
        "open_request": ["request.opened"],
        "read_form": ["form.read"],
        "accept_online": ["online.accepted"],
        "save_answers": ["form.answered"],
        "finish_reading": ["form.text_read"],
        "sign": ["form.read", "consent.signed", "link.ended"],
        "decline": ["request.declined", "link.ended"],
        "ask_question": ["request.question"],
        "open_questions": ["question.read"],
        "close_question": ["question.closed"],
        "go_through": ["consent.gone_through"],
        "read_permissions": ["consent.read"],
        "names_of_recipients": ["recipient.read"],
        "who_agreed": ["consent.read"],
        "who_agreed_with": ["client.listed", "consent.read"],
        "read_disclosures": ["disclosure.read"],
        "preview_stopping": ["consent.read"],
        "withdraw": ["consent.withdrawn", "document.made"],
        "withdraw_everything": ["consent.withdrawn", "document.made"],
        "disclose": ["disclosure.made", "document.made"],
        "claim_document": ["document.claimed"],
        "fail_document": ["document.failed"],
        "keep_document": ["document.sealed", "message.queued"],
        "open_document": ["document.downloaded"],
        "renew_certificate": ["certificate.renewed"],
        "compare_next": ["documents.compared"],
        "compare_document": ["document.compared"],
    }
    | acts_delivery.EVENTS
    | acts_bases.EVENTS
    | acts_forms.EVENTS
    | acts_law.EVENTS
    | acts_life.EVENTS
    | acts_locking.EVENTS
    | acts_notices.EVENTS
    | acts_recipients.EVENTS
    | acts_room.EVENTS
)
# no use cases: they give a hash, lay out or open what somebody else opened with its event
SILENT: Final = frozenset(
    {"content_sha256", "render_card", "render_notes", "render_openings", "why_sent_back"}
)
