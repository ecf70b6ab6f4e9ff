"""What went to whom under which consent; inserted through the gate, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from consent.models.bases import LegalBasis
from consent.models.documents import Document
from consent.models.recipients import RecipientAddress, RecipientWording
from consent.models.requests import Recipient
from consent.models.signatures import Consent
from counselling import vault
from counselling.db import uuid7


class Disclosure(models.Model):
    """One thing that left, with everything an accounting asks for (DS-01)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("clients.Case", on_delete=models.PROTECT, related_name="+")
    # one of the two: the client's word, or what the law says
    consent = models.ForeignKey(
        Consent, on_delete=models.PROTECT, null=True, related_name="disclosures"
    )
    basis = models.ForeignKey(
        LegalBasis, on_delete=models.PROTECT, null=True, related_name="disclosures"
    )
    # the words of the others whom it is about: each is asked again whenever this one is
    also = ArrayField(models.UUIDField(), default=list)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    # how the recipient was written then, if not as on their own row; where it was sent
    wording = models.ForeignKey(
        RecipientWording, on_delete=models.PROTECT, null=True, related_name="+"
    )
    address = models.ForeignKey(
        RecipientAddress, on_delete=models.PROTECT, null=True, related_name="+"
    )
    purpose = models.CharField(max_length=20)
    categories = ArrayField(models.CharField(max_length=20))
    # the sessions whose attendance went: records is above consent, ids and no foreign keys
    sessions = ArrayField(models.UUIDField(), null=True)
    channel = models.CharField(max_length=20)
    level = models.CharField(max_length=20)
    by = models.UUIDField()
    at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64)
    # why as much as this, where it is more than the least (DS-04)
    why_so_much = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    # before this instant the client's page does not list it; a `Telling` may move it
    told_at = models.DateTimeField()
    # who agreed that the client is told later
    later_by = models.UUIDField(null=True)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="disclosure")

    class Meta:
        """Something in particular went."""

        db_table = "consent_disclosure"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(categories__len__gt=0), name="consent_disclosure_of_something"
            ),
            models.CheckConstraint(
                condition=models.Q(consent__isnull=False, basis__isnull=True)
                | models.Q(consent__isnull=True, basis__isnull=False),
                name="consent_disclosure_on_one_ground",
            ),
            models.CheckConstraint(
                condition=models.Q(told_at__lte=models.F("at"))
                | models.Q(basis__isnull=False, later_by__isnull=False),
                name="consent_disclosure_told_later_by_somebody",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "at"], name="consent_disclosure_of_client")
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class Telling(models.Model):
    """The client is told of a disclosure at another instant than first said; the last counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="tellings")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    why = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    by = models.UUIDField()
    # who agreed to it
    approver = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """The newest counts."""

        db_table = "consent_telling"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["disclosure", "-at"], name="consent_telling_of")
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
