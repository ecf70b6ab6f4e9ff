"""That somebody went through their permissions with a member of staff."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from counselling.db import uuid7


class GoneThrough(models.Model):
    """Permissions were gone through together: with whom, by whom, when; no word of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """The newest of a client is what counts."""

        db_table = "consent_gone_through"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "-at"], name="consent_gone_through_last")
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
