"""What a client wants kept back, what was answered, how it ended, what went all the same."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from consent.domain.recipients import RecipientKind
from consent.domain.restrictions import AskedHow, EndWay, RestrictionAnswer, What
from consent.models.bases import LegalBasis
from consent.models.disclosures import Disclosure
from consent.models.requests import Recipient
from counselling import vault
from counselling.db import uuid7

_Q = models.Q


class Restriction(models.Model):
    """One thing a client wants kept back from somebody, or from everybody; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=12)
    category = models.CharField(max_length=20, blank=True, default="")
    # records is above consent: ids, no foreign keys
    note_id = models.UUIDField(null=True)
    session_id = models.UUIDField(null=True)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, null=True, related_name="+")
    recipient_kind = models.CharField(max_length=20, blank=True, default="")
    paid = models.BooleanField(default=False)
    # what the client said, in their own words
    words = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    how = models.CharField(max_length=10)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """It says what, and who it is kept from where that is not everybody."""

        db_table = "consent_restriction"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=_Q(
                    what__in=[What.EVERYTHING, What.ADDRESS],
                    category="", note_id=None, session_id=None,
                )
                | _Q(what=What.CATEGORY, note_id=None, session_id=None) & ~_Q(category="")
                | _Q(what=What.NOTE, category="", session_id=None, note_id__isnull=False)
                | _Q(what=What.SESSION, category="", note_id=None, session_id__isnull=False),
                name="consent_restriction_of_something",
            ),
            models.CheckConstraint(
                condition=~_Q(what=What.EVERYTHING)
                | _Q(recipient__isnull=False)
                | ~_Q(recipient_kind=""),
                name="consent_restriction_from_somebody",
            ),
            models.CheckConstraint(
                condition=_Q(recipient__isnull=True) | _Q(recipient_kind=""),
                name="consent_restriction_from_one_or_a_kind",
            ),
            models.CheckConstraint(
                condition=_Q(paid=False)
                | _Q(what=What.SESSION, recipient_kind=RecipientKind.INSURER),
                name="consent_restriction_paid",
            ),
            models.CheckConstraint(
                condition=_Q(recipient_kind__in=["", *(
                    one.value for one in RecipientKind if one is not RecipientKind.OTHER
                )]),
                name="consent_restriction_kind",
            ),
            models.CheckConstraint(
                condition=_Q(how__in=[one.value for one in AskedHow]),
                name="consent_restriction_asked",
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "-at"], name="consent_restriction_of")
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class RestrictionAnswered(models.Model):
    """What the practice said, once: agreed, or refused with a reason the client reads."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    restriction = models.OneToOneField(
        Restriction, on_delete=models.PROTECT, related_name="answered"
    )
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10)
    reason = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """A no has its reason."""

        db_table = "consent_restriction_answer"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=_Q(answer=RestrictionAnswer.AGREED)
                | _Q(answer=RestrictionAnswer.REFUSED, reason__isnull=False),
                name="consent_restriction_no_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class RestrictionEnd(models.Model):
    """An agreed restriction ended in one of the listed ways; the words that say how are sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    restriction = models.OneToOneField(Restriction, on_delete=models.PROTECT, related_name="end")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=20)
    words = vault.SealedTextField(holder=vault.by_client("client_id"))
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """One of the ways."""

        db_table = "consent_restriction_end"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=_Q(way__in=[one.value for one in EndWay]),
                name="consent_restriction_end_way",
            )
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class RestrictionOverride(models.Model):
    """Something kept back went all the same, because the law asked for it; a trigger writes it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    restriction = models.ForeignKey(Restriction, on_delete=models.PROTECT, related_name="overrides")
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="overrides")
    basis = models.ForeignKey(LegalBasis, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """Once for each disclosure."""

        db_table = "consent_restriction_override"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["disclosure", "restriction"], name="consent_restriction_override_once"
            )
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
