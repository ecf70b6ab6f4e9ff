"""Accountings that were asked for and given, and what officials had suspended."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from consent.domain.accounting import AskedHow, Form, Statement
from counselling import vault
from counselling.db import uuid7


class AccountingRequest(models.Model):
    """A client asks what went to whom; an answer is due in 60 days, thirty more once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    how = models.CharField(max_length=10)
    asked_on = models.DateField()
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """A period, and a way of asking."""

        db_table = "consent_accounting_request"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(how__in=[one.value for one in AskedHow]),
                name="consent_accounting_asked_how",
            ),
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")), name="consent_accounting_period"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "at"], name="consent_accounting_of_client")
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class AccountingExtension(models.Model):
    """Thirty days more, once, with the reason that the client is written."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.OneToOneField(
        AccountingRequest, on_delete=models.PROTECT, related_name="extension"
    )
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    why = vault.SealedTextField(holder=vault.by_client("client_id"))
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """Once."""

        db_table = "consent_accounting_extension"

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class AccountingGiven(models.Model):
    """An accounting as it was given, kept word for word (164.528(d))."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    # none where the client took it in their space without asking
    request = models.ForeignKey(
        AccountingRequest, on_delete=models.PROTECT, null=True, related_name="given"
    )
    since = models.DateField()
    until = models.DateField()
    form = models.CharField(max_length=10)
    content = vault.SealedFileField(holder=vault.by_client("client_id"))
    sha256 = models.CharField(max_length=64)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """As a file of one kind."""

        db_table = "consent_accounting_given"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(form__in=[one.value for one in Form]),
                name="consent_accounting_given_as",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "at"], name="consent_accounting_given_to")
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class AccountingSuspension(models.Model):
    """An official said that knowing of some disclosures would be in their way, until an instant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    disclosures = ArrayField(models.UUIDField())
    # sealed {official, agency, words}
    details = vault.SealedJSONField(holder=vault.by_client("client_id"))
    statement = models.CharField(max_length=10)
    until = models.DateTimeField()
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """About something in particular, for a while."""

        db_table = "consent_accounting_suspension"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(statement__in=[one.value for one in Statement]),
                name="consent_suspension_stated",
            ),
            models.CheckConstraint(
                condition=models.Q(disclosures__len__gt=0), name="consent_suspension_of_something"
            ),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("at")), name="consent_suspension_for_a_while"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "until"], name="consent_suspension_of_client")
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
