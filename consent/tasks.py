"""What workers do for consent: ids in, the use case called."""

from __future__ import annotations

import logging
import smtplib
import socket
from typing import Final
from uuid import UUID

from celery import shared_task
from django.core.mail import EmailMessage

import audit.actions
from consent import actions, pdf
from consent.domain.delivery import LetterState
from counselling.access import SERVICE
from counselling.db import as_actor

log = logging.getLogger("counselling.consent")


@shared_task(name="consent.seal_document")
def seal_document(document_id: str, client_id: str) -> None:
    """Render, seal, verify and keep one document; runs as often as it likes.

    The row is claimed in one transaction and kept in another: rendering holds no lock, and a
    worker that is killed in between leaves a row that is due again.
    """
    document, client, claimed = UUID(document_id), UUID(client_id), False
    try:
        with as_actor(SERVICE, client=client):
            found = actions.claim_document(actor=SERVICE, document_id=document)
        if found is None:
            return
        claimed = True
        if found.before is None:
            sealed = pdf.seal(pdf.render(found.source))
        else:
            sealed = pdf.add(found.before, found.source)
        with as_actor(SERVICE, client=client):
            actions.keep_document(actor=SERVICE, document_id=document, pdf=sealed)
    except Exception as error:
        code = type(error).__name__
        log.exception("document.not-sealed", extra={"code": code})
        _fail(document, client, code, claimed=claimed)


# so many batches by one task; then others have their turn, and the sweeper goes on
BATCHES: Final = 20


@shared_task(name="consent.compare_documents")
def compare_documents(run_id: str) -> None:
    """Compare signed forms with what is enforced; killed anywhere, it goes on where it was."""
    run = UUID(run_id)
    for batch in range(BATCHES + 1):
        with as_actor(SERVICE):
            found = actions.compare_next(
                actor=SERVICE, run_id=run, held=batch > 0, leave=batch == BATCHES
            )
        for document, client in found:
            with as_actor(SERVICE, client=client):
                actions.compare_document(actor=SERVICE, run_id=run, document_id=document)
        if not found:
            return


@shared_task(name="consent.tell_of_ends")
def tell_of_ends(client_id: str) -> None:
    """Ask a client about permissions that end soon; what is not asked is due again."""
    client = UUID(client_id)
    with as_actor(SERVICE, client=client):
        actions.tell_of_ends(actor=SERVICE, client_id=client)


@shared_task(name="consent.remind")
def remind(request_id: str, client_id: str) -> None:
    """Remind of one form, if that is due; the row says so, and the sweeper asks again."""
    with as_actor(SERVICE, client=UUID(client_id)):
        actions.remind(actor=SERVICE, request_id=UUID(request_id))


def _fail(document: UUID, client: UUID, code: str, *, claimed: bool) -> None:
    """Count it on the row; a broken seal leaves the event of a refusal, once."""
    with as_actor(SERVICE, client=client):
        broken = actions.fail_document(
            actor=SERVICE, document_id=document, code=code, claimed=claimed
        )
    if broken:
        audit.actions.record_refusal(
            actor=SERVICE,
            code="seal-broken",
            path_name="consent.seal_document",
            client=client,
            what="consent_document",
            row=document,
        )


@shared_task(name="consent.ask_again")
def ask_again(row_id: str, client_id: str) -> None:
    """Ask one client again; a worker that is killed leaves a row that is due again."""
    row, client = UUID(row_id), UUID(client_id)
    try:
        with as_actor(SERVICE, client=client):
            actions.ask_one_again(actor=SERVICE, row_id=row)
    except Exception as error:
        code = type(error).__name__
        log.exception("asking-again.failed", extra={"code": code})
        with as_actor(SERVICE, client=client):
            actions.fail_asking_again(actor=SERVICE, row_id=row, code=code)


# after these nothing has been taken over: it may be tried again
_SURELY_NOT_SENT: Final = (
    ConnectionRefusedError,
    socket.gaierror,
    smtplib.SMTPConnectError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
)


@shared_task(name="consent.tell_of_disclosure")
def tell_of_disclosure(notice_id: str, client_id: str) -> None:
    """Tell a client of what went without their word; a killed worker leaves a notice due again."""
    notice, client = UUID(notice_id), UUID(client_id)
    try:
        with as_actor(SERVICE, client=client):
            actions.tell_of_disclosure(actor=SERVICE, notice_id=notice)
    except Exception as error:
        code = type(error).__name__
        log.exception("telling.failed", extra={"code": code})
        with as_actor(SERVICE, client=client):
            actions.fail_telling(actor=SERVICE, notice_id=notice, code=code)


@shared_task(name="consent.press_basis")
def press_basis(basis_id: str, client_id: str) -> None:
    """Write to who has not looked at a legal basis in time; the row says whether that is done."""
    with as_actor(SERVICE, client=UUID(client_id)):
        actions.press_basis(actor=SERVICE, basis_id=UUID(basis_id))


@shared_task(name="consent.send_letter")
def send_letter(letter_id: str, client_id: str) -> None:
    """Send one letter to a recipient, once: it is claimed before it goes, and settled after."""
    letter, client = UUID(letter_id), UUID(client_id)
    try:
        with as_actor(SERVICE, client=client):
            ready = actions.claim_letter(actor=SERVICE, letter_id=letter)
    except Exception as error:
        code = type(error).__name__
        log.exception("letter.not-written", extra={"code": code})
        with as_actor(SERVICE, client=client):
            actions.fail_letter(actor=SERVICE, letter_id=letter, code=code)
        return
    if ready is None:
        return
    state = _post(ready)
    with as_actor(SERVICE, client=client):
        actions.settle_letter(actor=SERVICE, letter_id=letter, state=state)


def _post(ready: actions.Ready) -> LetterState:
    """Hand a letter to the mail server; where it may have been taken over, say so."""
    try:
        EmailMessage(ready.subject, ready.body, to=[ready.to]).send()
    except _SURELY_NOT_SENT:
        log.warning("letter.not-sent")
        return LetterState.QUEUED
    except OSError:
        log.warning("letter.unsure")
        return LetterState.UNSURE
    return LetterState.SENT


@shared_task(name="consent.tell_of_subpoena")
def tell_of_subpoena(subpoena_id: str, client_id: str) -> None:
    """Tell a client of a subpoena; the row says whether it is due, and the sweeper asks again."""
    subpoena, client = UUID(subpoena_id), UUID(client_id)
    try:
        with as_actor(SERVICE, client=client):
            actions.tell_of_subpoena(actor=SERVICE, subpoena_id=subpoena)
    except Exception as error:
        code = type(error).__name__
        log.exception("subpoena.not-told", extra={"code": code})
        with as_actor(SERVICE, client=client):
            actions.fail_telling_of_subpoena(actor=SERVICE, subpoena_id=subpoena, code=code)
