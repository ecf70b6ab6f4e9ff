"""The heartbeat of each process and the restores that were seen, so that they can be asked for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from counselling.db import uuid7


class Heartbeat(models.Model):
    """When a process of a kind was last alive."""

    process = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()

    class Meta:
        """One row per kind of process."""

        db_table = "counselling_heartbeat"


class RestoreSeen(models.Model):
    """A backup that was restored and found whole: which, when, and by which key it was opened."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=4)
    backup = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    by_kept_key = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        """One of two kinds."""

        db_table = "counselling_restore_seen"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=("main", "keys")), name="counselling_restore_seen_kind"
            )
        ]
