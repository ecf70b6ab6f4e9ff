"""What went to whom under which consent; inserted through the gate, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from consent.models.documents import Document
from consent.models.requests import Recipient
from consent.models.signatures import Consent
from counselling.db import uuid7


class Disclosure(models.Model):
    """One thing that left, with everything an accounting asks for (DS-01)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("clients.Case", on_delete=models.PROTECT, related_name="+")
    # a legal basis will be the other way; until then a disclosure has a consent
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="disclosures")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20)
    categories = ArrayField(models.CharField(max_length=20))
    channel = models.CharField(max_length=20)
    level = models.CharField(max_length=20)
    by = models.UUIDField()
    at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64)
    # before this instant the client's page does not list it
    told_at = models.DateTimeField()
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="disclosure")

    class Meta:
        """Something in particular went."""

        db_table = "consent_disclosure"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(categories__len__gt=0), name="consent_disclosure_of_something"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "at"], name="consent_disclosure_of_client")
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class DisclosureItem(models.Model):
    """One note that was part of a disclosure."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="items")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("clients.Case", on_delete=models.PROTECT, related_name="+")
    # records is above consent: an id, not a foreign key
    note_id = models.UUIDField()

    class Meta:
        """Each note once."""

        db_table = "consent_disclosureitem"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["disclosure", "note_id"], name="consent_disclosureitem_once"
            )
        ]

    def __str__(self) -> str:
        """Name it."""
        return f"{self.disclosure_id} {self.note_id}"
