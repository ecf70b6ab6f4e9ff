"""Emergency access: an hour with one hidden file, why, a note for its counsellor, and reviews."""

from __future__ import annotations

import datetime
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from clients.domain.emergency import Decision, Reason
from clients.models.care import Client, one_of
from counselling import vault
from counselling.db import uuid7

LONGEST: Final = datetime.timedelta(minutes=60)


class EmergencyAccess(models.Model):
    """One person, one client, one hour; the client sees nothing of it before `told_at`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20)
    sentence = vault.SealedTextField(holder=vault.by_client("client_id"))
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField()
    # the sentence may name who called: a reviewer decides whether the client reads it
    released_at = models.DateTimeField(null=True)
    alerted_at = models.DateTimeField(null=True)
    letter_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        """An hour at most, and the client is not told before a day has passed."""

        constraints: ClassVar = [
            one_of("clients_emergency_reason", Reason, "reason"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("began_at")) & Q(ends_at__lte=F("began_at") + LONGEST),
                name="clients_emergency_an_hour",
            ),
            models.CheckConstraint(
                condition=Q(told_at__gte=F("began_at") + datetime.timedelta(hours=24)),
                name="clients_emergency_told",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["client", "told_at"], name="clients_emergency_client"),
            models.Index(fields=["person", "began_at"], name="clients_emergency_person"),
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class EmergencyNote(models.Model):
    """The one note somebody may leave for the counsellor of a file they opened in an emergency."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    access = models.OneToOneField(EmergencyAccess, models.PROTECT, related_name="note")
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    text = vault.SealedTextField(holder=vault.by_client("client_id"))
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class EmergencyDecision(models.Model):
    """What a reviewer said of an access, or its person answered; a decision never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    access = models.ForeignKey(EmergencyAccess, models.PROTECT, related_name="decisions")
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    # what a postponement says: not before
    until = models.DateTimeField(null=True)

    class Meta:
        """One judgement to an access."""

        constraints: ClassVar = [
            one_of("clients_decision_kind", Decision, "kind"),
            models.UniqueConstraint(
                fields=["access"],
                condition=Q(kind__in=[Decision.JUSTIFIED.value, Decision.NOT_JUSTIFIED.value]),
                name="clients_decision_once",
            ),
            models.CheckConstraint(
                condition=Q(kind=Decision.POSTPONED.value, until__isnull=False)
                | (~Q(kind=Decision.POSTPONED.value) & Q(until__isnull=True)),
                name="clients_decision_until",
            ),
        ]

    def __str__(self) -> str:
        """Give the kind."""
        return self.kind


class FoundBy(models.Model):
    """A client by name and birth date, as a keyed hash: only an emergency asks for it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    token = models.CharField(max_length=64)

    class Meta:
        """A name once to a client."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "client"], name="clients_found_by_once")
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)
