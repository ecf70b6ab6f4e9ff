"""Legal bases as rows: what was said, on which paper, and what the second person answered."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from consent.domain.bases import MAY_BE_IMMEDIATE, BasisAnswer, BasisKind
from consent.domain.telling import LONGEST_DELAY
from consent.models.requests import Recipient
from counselling import vault
from counselling.db import uuid7


class LegalBasis(models.Model):
    """What allows a disclosure without consent, with its facts; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("clients.Case", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    categories = ArrayField(models.CharField(max_length=20))
    # sealed {fact: words}; that each was said is clear, so that the gate can ask for it
    facts = vault.SealedJSONField(holder=vault.by_client("client_id"))
    facts_given = ArrayField(models.CharField(max_length=20))
    # the record of the danger it rests on: records is above consent, an id and no foreign key
    danger = models.UUIDField(null=True)
    immediate = models.BooleanField(default=False)
    valid_until = models.DateTimeField(null=True)
    # the client is told of what goes on it now, or from this instant on, and then why: sealed
    tell_at = models.DateTimeField(null=True)
    why_later = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """About something in particular; only danger goes without waiting."""

        db_table = "consent_legal_basis"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[one.value for one in BasisKind]),
                name="consent_basis_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(categories__len__gt=0), name="consent_basis_of_something"
            ),
            models.CheckConstraint(
                condition=models.Q(immediate=False)
                | models.Q(kind__in=[one.value for one in sorted(MAY_BE_IMMEDIATE)]),
                name="consent_basis_waits",
            ),
            models.CheckConstraint(
                condition=models.Q(tell_at__isnull=True, why_later__isnull=True)
                | models.Q(
                    tell_at__gt=models.F("at"),
                    tell_at__lte=models.F("at") + LONGEST_DELAY,
                    why_later__isnull=False,
                ),
                name="consent_basis_told_in_time",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "at"], name="consent_basis_of_client")
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class BasisPaper(models.Model):
    """The order or letter a basis rests on, as it came."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    basis = models.ForeignKey(LegalBasis, on_delete=models.PROTECT, related_name="papers")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    content = vault.SealedFileField(holder=vault.by_client("client_id"))
    media_type = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """As it came."""

        db_table = "consent_basis_paper"

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class BasisDecision(models.Model):
    """What the second person answered, once; `alone` where there was nobody else."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    basis = models.OneToOneField(LegalBasis, on_delete=models.PROTECT, related_name="decision")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10)
    alone = models.BooleanField(default=False)
    # whether they agree, too, that the client is told later
    later = models.BooleanField(default=False)
    words = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """Yes or no."""

        db_table = "consent_basis_decision"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(answer__in=[one.value for one in BasisAnswer]),
                name="consent_basis_answered",
            ),
            models.CheckConstraint(
                condition=models.Q(later=False) | models.Q(answer=BasisAnswer.RELEASE),
                name="consent_basis_later_if_released",
            ),
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class BasisOverdue(models.Model):
    """That nobody came as the second person in time, and was written to: once for each basis."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    basis = models.OneToOneField(LegalBasis, on_delete=models.PROTECT, related_name="overdue")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Of the machine."""

        db_table = "consent_basis_overdue"

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
