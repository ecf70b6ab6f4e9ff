"""A document of several signers rests on the one before it: found, waited for, and gone on from."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from consent.domain.states import DocumentState, Signer
from consent.models import Document, Request
from counselling import db, jobs

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from consent.domain.documents import DocumentSource

SEAL: Final = "consent.seal_document"
# so long is waited before it is asked again whether the one before is sealed
WAIT: Final = datetime.timedelta(minutes=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Claimed:
    """What a document says, and the sealed file it is added to, if it is not the first."""

    source: DocumentSource
    before: bytes | None = None


def earlier_of(document: Document) -> Document | None:
    """Give the document of whoever signed just before, if several sign (ES-12)."""
    own = document.request
    if own is None or own.lead_id is None:
        return None
    earlier = _of_group(own).filter(request__turn__lt=own.turn)
    return earlier.order_by("-request__turn").first()


def put_off(document: Document, earlier: Document | None) -> bool:
    """Wait, without counting it as an attempt, while the file before is not sealed yet."""
    if earlier is None or earlier.state == DocumentState.SEALED:
        return False
    document.due_at = db.now() + WAIT
    document.save(update_fields=["due_at"])
    return True


def go_on(document: Document) -> None:
    """Send the next one on its way at once: it waited for this one."""
    own = document.request
    if own is None:
        return
    later = _of_group(own).filter(request__turn__gt=own.turn).order_by("request__turn").first()
    if later is not None and later.state != DocumentState.SEALED:
        jobs.enqueue(SEAL, later.pk, later.client_id)


def tells_client(document: Document) -> bool:
    """Say whether the client is told of this copy: their own, or the one that everybody signed."""
    own = document.request
    if own is None or own.signer == Signer.CLIENT:
        return True
    last = Request.objects.filter(_group(own)).order_by("-turn").values_list("pk", flat=True)
    return last[:1].get() == own.pk


def _of_group(own: Request) -> QuerySet[Document]:
    lead = own.lead_id or own.pk
    return Document.objects.filter(Q(request_id=lead) | Q(request__lead_id=lead))


def _group(own: Request) -> Q:
    lead = own.lead_id or own.pk
    return Q(pk=lead) | Q(lead_id=lead)
