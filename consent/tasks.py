"""What workers do for consent: ids in, the use case called."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import shared_task

from consent import actions, pdf
from counselling.access import SERVICE
from counselling.db import as_actor

log = logging.getLogger("counselling.consent")


@shared_task(name="consent.seal_document")
def seal_document(document_id: str, client_id: str) -> None:
    """Render, seal, verify and keep one document; runs as often as it likes.

    The row is claimed in one transaction and kept in another: rendering holds no lock, and a
    worker that is killed in between leaves a row that is due again.
    """
    document, client = UUID(document_id), UUID(client_id)
    with as_actor(SERVICE, client=client):
        source = actions.claim_document(actor=SERVICE, document_id=document)
    if source is None:
        return
    try:
        sealed = pdf.seal(pdf.render(source))
    except Exception as error:
        log.exception("document.not-sealed", extra={"code": type(error).__name__})
        with as_actor(SERVICE, client=client):
            actions.fail_document(actor=SERVICE, document_id=document, code=type(error).__name__)
        return
    with as_actor(SERVICE, client=client):
        actions.keep_document(actor=SERVICE, document_id=document, pdf=sealed)
