"""The PDFs of what was signed, withdrawn or shared; the row is the queue's truth."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from consent.domain.states import DocumentState
from consent.models.requests import Request
from counselling import vault
from counselling.db import uuid7


class Document(models.Model):
    """What a PDF says, the PDF once it is sealed, and when it is tried next."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    # what was shared holds notes: it is for who may read the notes of this case
    case = models.ForeignKey("clients.Case", on_delete=models.PROTECT, null=True, related_name="+")
    # the signed request, if it is one: a link sees this one and no other
    request = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, default=DocumentState.RENDERING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    source = vault.SealedJSONField(holder=vault.by_client("client_id"), large=True)
    content = vault.SealedFileField(holder=vault.by_client("client_id"), null=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    # the number inside the file, by which a changed one is known to have been ours
    pdf_id = models.CharField(max_length=32, blank=True, default="")
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        """Sealed means that there is something and that its hash is known."""

        db_table = "consent_document"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in DocumentState]),
                name="consent_document_state",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["consent", "disclosure", "withdrawal"]),
                name="consent_document_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="disclosure", case__isnull=False)
                | ~models.Q(kind="disclosure") & models.Q(case__isnull=True),
                name="consent_document_shared_from_a_case",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=DocumentState.SEALED, content__isnull=False, sealed_at__isnull=False
                ) & ~models.Q(pdf_sha256="")
                | models.Q(content__isnull=True, sealed_at__isnull=True, pdf_sha256="")
                & ~models.Q(state=DocumentState.SEALED),
                name="consent_document_sealed_has_content",
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=[DocumentState.RENDERING, DocumentState.FAILED]),
                name="consent_document_due",
            ),
            models.Index(fields=["client", "made_at"], name="consent_document_of_client"),
            models.Index(
                fields=["pdf_sha256"],
                condition=models.Q(state=DocumentState.SEALED),
                name="consent_document_hash",
            ),
            models.Index(
                fields=["pdf_id"],
                condition=models.Q(state=DocumentState.SEALED),
                name="consent_document_number",
            ),
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
