"""What is a fact of a session only while everybody there allows it: a trainee sits in, sound."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from counselling.db import uuid7
from records.models.sessions import Session


class SittingIn(models.Model):
    """A trainee who sat in on a session in order to learn, from when until when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by = models.UUIDField()
    at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody sits in twice at once."""

        db_table = "records_sitting_in"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=models.Q(left_at=None),
                name="sits_in_once",
            )
        ]


class Recording(models.Model):
    """That the sound of a session was recorded, and when that was erased; the sound is not here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    by = models.UUIDField()
    at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    erased_by = models.UUIDField(null=True)

    class Meta:
        """One at a time, and erased by somebody."""

        db_table = "records_recording"
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=models.Q(erased_at=None), name="one_recording_kept"
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at=None, erased_by=None)
                | models.Q(erased_at__isnull=False, erased_by__isnull=False),
                name="recording_erased_by_somebody",
            ),
        ]


class AppointmentReminder(models.Model):
    """That a client was reminded of a session at that hour; at another hour they are anew."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        """Once for each session, client and hour."""

        db_table = "records_appointment_reminder"
        constraints = [
            models.UniqueConstraint(fields=["session", "client", "starts_at"], name="reminded_once")
        ]
