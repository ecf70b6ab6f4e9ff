"""What was signed, what it allows, and what was taken back; none of it ever changes."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from consent.models.documents import Document
from consent.models.requests import Recipient, Request
from counselling import vault
from counselling.db import uuid7


class Signature(models.Model):
    """One deliberate act of a client under one exact text."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="signature")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    name = vault.SealedTextField(holder=vault.by_client("client_id"))
    answers = vault.SealedJSONField(holder=vault.by_client("client_id"))
    text = vault.SealedTextField(holder=vault.by_client("client_id"))
    text_sha256 = models.CharField(max_length=64)
    evidence = vault.SealedJSONField(holder=vault.by_client("client_id"))
    # the strokes of a drawn signature, as we redrew them; most leave it out (ES-20)
    drawing = vault.SealedJSONField(holder=vault.by_client("client_id"), null=True)
    by = models.UUIDField()
    signed_at = models.DateTimeField()
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="signature")

    class Meta:
        """One for each request."""

        db_table = "consent_signature"

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class Consent(models.Model):
    """One clause that was granted: what for, to whom, which kinds, from when until when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="consents")
    clause = models.CharField(max_length=60)
    # a required clause is the agreement itself: it ends with the work, not by a click
    required = models.BooleanField()
    activity = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(max_length=20, blank=True)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, null=True, related_name="+")
    categories = ArrayField(models.CharField(max_length=20))
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        """It shares something with somebody for a purpose, or it allows an activity."""

        db_table = "consent_consent"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["signature", "clause"], name="consent_consent_one_of_each_clause"
            ),
            models.CheckConstraint(
                condition=models.Q(activity="", categories__len__gt=0) & ~models.Q(purpose="")
                | models.Q(categories__len=0, purpose="") & ~models.Q(activity=""),
                name="consent_consent_shares_or_allows",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")),
                name="consent_consent_ends_after_it_begins",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "since"], name="consent_consent_of_client"),
            models.Index(
                fields=["until"],
                condition=models.Q(until__isnull=False),
                name="consent_consent_ends",
            ),
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class Withdrawal(models.Model):
    """The end of one consent by the client's word."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="withdrawal")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.UUIDField()
    how = models.CharField(max_length=10)
    certificate = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """One for each consent."""

        db_table = "consent_withdrawal"

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class Replacement(models.Model):
    """The end of one consent by a newer signature under the same form for the same recipient.

    Only the trigger on signatures writes it: whoever signs by link does not see what they signed
    before.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="replacement")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="replaces")
    at = models.DateTimeField()

    class Meta:
        """One for each consent."""

        db_table = "consent_replacement"

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
