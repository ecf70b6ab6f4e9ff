"""What follows from a permission's end: a task, and that its client was asked before."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from consent.domain.ending import EndAnswer
from consent.models.documents import Document
from consent.models.requests import Request
from consent.models.signatures import Consent
from counselling.db import uuid7


class StopTask(models.Model):
    """A client stopped something: whoever cares for them sees to what follows, and says so."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    # what was stopped by one act is one task
    certificate = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)

    class Meta:
        """Somebody did it, or nobody yet."""

        db_table = "consent_stop_task"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True, done_by__isnull=True)
                | models.Q(done_at__isnull=False, done_by__isnull=False),
                name="consent_stop_task_done_by_somebody",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["client"],
                condition=models.Q(done_at__isnull=True),
                name="consent_stop_task_open",
            )
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class EndNotice(models.Model):
    """That a client was asked, once, before a permission ends, and what they said."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="end_notice")
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=6, blank=True, default=EndAnswer.NONE)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    # what they are asked to sign in order to keep it
    request = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """Silence is no answer, and ends it."""

        db_table = "consent_end_notice"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(
                    answer="", answered_at__isnull=True, answered_by__isnull=True,
                    request__isnull=True,
                )
                | models.Q(
                    answer=EndAnswer.CHANGE, answered_at__isnull=False,
                    answered_by__isnull=False, request__isnull=True,
                )
                | models.Q(
                    answer=EndAnswer.KEEP, answered_at__isnull=False, answered_by__isnull=False,
                    request__isnull=False,
                ),
                name="consent_end_notice_answer",
            )
        ]  # fmt: skip
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "answer"], name="consent_end_notice_of_client")
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
