"""Each night all sealed forms are compared with what is enforced: how far a night has come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Comparing(models.Model):
    """One night's comparison; the row is the truth, so it goes on where it was killed."""

    # made from the day, so that a night has one, whoever begins it
    id = models.UUIDField(primary_key=True, editable=False)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    # the last document that was compared; ids sort by time
    after = models.UUIDField(null=True)
    compared = models.PositiveIntegerField(default=0)
    differing = models.PositiveIntegerField(default=0)

    class Meta:
        """No client is in it."""

        db_table = "consent_comparing"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(differing__lte=models.F("compared")),
                name="consent_comparing_differs_of_compared",
            )
        ]

    def __str__(self) -> str:
        """Name it."""
        return str(self.id)
