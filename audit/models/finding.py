"""What the finder keeps for itself: what is usual for each, how far it came, announced work."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from audit.domain.review.planned import LONGEST, Work
from counselling.db import uuid7


class UsualDay(models.Model):
    """What one person did on one day, in numbers: what later days are compared with.

    `hours` holds for each hour in which they opened anything how many different files it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField()
    day = models.DateField()
    visits = models.PositiveIntegerField()
    at_night = models.PositiveIntegerField()
    without_session = models.PositiveIntegerField()
    hours = ArrayField(models.PositiveSmallIntegerField(), size=24)

    class Meta:
        """A day once."""

        db_table = "audit_usualday"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person_id", "day"], name="audit_usual_day_once")
        ]

    def __str__(self) -> str:
        """Give the day."""
        return str(self.day)


class FindMark(models.Model):
    """How far the log was looked through: days before `day` are done; `at` is the last look."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        """There is one."""

        db_table = "audit_findmark"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="audit_findmark_one")
        ]

    def __str__(self) -> str:
        """Give the day."""
        return str(self.day)


class PlannedWork(models.Model):
    """Work with many files that somebody announced; without cases it is their whole caseload."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    case_ids = ArrayField(models.UUIDField(), default=list, size=200, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A fortnight at most, and announced a day after it began at the latest."""

        db_table = "audit_plannedwork"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in Work]), name="audit_planned_kind"
            ),
            models.CheckConstraint(
                condition=Q(until__gt=models.F("since"))
                & Q(until__lte=models.F("since") + LONGEST),
                name="audit_planned_dates",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person_id", "since"], name="audit_planned_person")
        ]

    def __str__(self) -> str:
        """Give the kind."""
        return self.kind
