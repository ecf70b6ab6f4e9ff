"""Browsers that are signed in, wrong answers counted, and forms that were done once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from counselling.accounts.models.people import Account
from counselling.db import uuid7


class Throttle(models.Model):
    """Wrong answers for one sign-in name from one address; both only as keyed hash (AU-05)."""

    key = models.CharField(primary_key=True, max_length=64)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        """Give the count."""
        return f"{self.failures} failures"


class Posted(models.Model):
    """A form that was done, as keyed hash, and the address it led to; see `actions.once`."""

    key = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField(db_index=True)
    led_to = models.CharField(max_length=300)

    def __str__(self) -> str:
        """Say when."""
        return f"done at {self.at}"


class SignedInSession(models.Model):
    """A sitting: one browser signed in, from when, seen when, and how it ended."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sittings")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    step_up_at = models.DateTimeField(null=True)
    # of how many kinds were the secrets given: what one knows, has, or was told in the room (AU-03)
    secrets = models.PositiveSmallIntegerField(default=1)
    # left alone, it opens nothing until one factor wakes it
    asleep_at = models.DateTimeField(null=True)
    # the one form for which the device was handed over: its browser opens nothing else
    parked_for = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=20, blank=True)
    device = models.CharField(max_length=60, blank=True)
    address_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        """Looked for by account, newest first; what is parked sleeps."""

        indexes: ClassVar = [
            models.Index(fields=["account", "-began_at"], name="accounts_sitting_of_account")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(parked_for__isnull=True) | models.Q(asleep_at__isnull=False),
                name="accounts_parked_sleeps",
            )
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)
