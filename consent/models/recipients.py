"""How a recipient is written and reached today, and that two of them are one; none is rewritten."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from consent.domain.recipients import AddressKind, Agreement, RecipientKind, Verified
from consent.models.requests import Recipient
from counselling import vault
from counselling.db import uuid7


class RecipientWording(models.Model):
    """A recipient as written from one instant on; what was disclosed before names the one of then.

    The first wording is the recipient's own row, as the client signed it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="wordings")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, default=RecipientKind.OTHER)
    # sealed {name, role, organisation, address}, as the recipient's own row
    details = vault.SealedJSONField(holder=vault.by_client("client_id"))
    # as the recipient's own: another name counts once a second person or the client agreed
    name_key = models.CharField(max_length=64, blank=True, default="")
    # whether the name is the one that stood before: only the trigger says so
    same_name = models.BooleanField(default=False)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """Its kind is one of those known."""

        db_table = "consent_recipient_wording"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[one.value for one in RecipientKind]),
                name="consent_recipient_kind",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["recipient", "-at"], name="consent_recipient_wording_of")
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class RecipientAddress(models.Model):
    """One way to a recipient; nothing is sent by it before somebody verified that it is theirs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="addresses")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    value = vault.SealedTextField(holder=vault.by_client("client_id"))
    by = models.UUIDField()
    at = models.DateTimeField()
    verified_how = models.CharField(max_length=20, blank=True, default="")
    verified_by = models.UUIDField(null=True)
    verified_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        """Verified by somebody in a way, or not yet; ended by somebody, or in use."""

        db_table = "consent_recipient_address"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[one.value for one in AddressKind]),
                name="consent_address_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    verified_how="", verified_by__isnull=True, verified_at__isnull=True
                )
                | models.Q(
                    verified_how__in=[one.value for one in Verified],
                    verified_by__isnull=False,
                    verified_at__isnull=False,
                ),
                name="consent_address_verified_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="consent_address_ended_by_somebody",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["recipient", "kind"], name="consent_address_of_recipient")
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class RecipientMerge(models.Model):
    """Two rows of one client turned out to be the same recipient; nothing that was said changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # once, unless a second person refused: a trigger sees to it
    gone = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="merged")
    into = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="merges")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    # whether both were named alike then: only the trigger says so
    same_name = models.BooleanField(default=False)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """Never into itself."""

        db_table = "consent_recipient_merge"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~models.Q(gone=models.F("into")), name="consent_merge_of_two"
            )
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class RecipientAgreement(models.Model):
    """What the second person said to another name or to two becoming one; `alone` had nobody."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    wording = models.OneToOneField(
        RecipientWording, on_delete=models.PROTECT, null=True, related_name="agreement"
    )
    merge = models.OneToOneField(
        RecipientMerge, on_delete=models.PROTECT, null=True, related_name="agreement"
    )
    answer = models.CharField(max_length=10)
    alone = models.BooleanField(default=False)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """To one thing, once."""

        db_table = "consent_recipient_agreement"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(wording__isnull=False, merge__isnull=True)
                | models.Q(wording__isnull=True, merge__isnull=False),
                name="consent_agreement_to_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(answer__in=[one.value for one in Agreement]),
                name="consent_agreement_answered",
            ),
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
