"""Each night all sealed forms are compared with what is enforced: how far a night has come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from consent.models.disclosures import Disclosure
from counselling.db import uuid7


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


class LockedFile(models.Model):
    """The hash of a file with a password that was handed out: so it is known as one of ours."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    class Meta:
        """The file itself is kept nowhere."""

        db_table = "consent_locked_file"

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
