"""The wrapped data keys: the only table of the `keys` database."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from counselling.db import uuid7


class Key(models.Model):
    """One version of a keyholder's data key, wrapped; empty once it is destroyed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    holder = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    wrapped = models.BinaryField(null=True)
    wrapped_by = models.CharField(max_length=16)
    created_at = models.DateTimeField(db_default=Now())
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        """A key is there or destroyed, and there is one of each version."""

        db_table = "vault_key"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["holder", "version"], name="vault_key_one_of_each"),
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="vault_key_versions_from_one"
            ),
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=True, destroyed_at__isnull=False)
                | models.Q(wrapped__isnull=False, destroyed_at__isnull=True),
                name="vault_key_there_or_destroyed",
            ),
        ]

    def __str__(self) -> str:
        """Name it without the key."""
        return f"{self.holder} {self.version}"
