"""Letters that remind somebody of notes they have not signed, as rows: the queue's truth."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from counselling.db import uuid7
from records.models.sessions import Session


class Reminder(models.Model):
    """One session whose note was not signed after a day, and whether its author was written to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        """Once for each session and author."""

        db_table = "records_reminder"
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="one_reminder_per_note")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(sent_at=None), name="reminder_to_send"
            )
        ]
