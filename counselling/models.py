"""The heartbeat of each process, so that readiness can be asked of the database."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a process of a kind was last alive."""

    process = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()

    class Meta:
        """One row per kind of process."""

        db_table = "counselling_heartbeat"
