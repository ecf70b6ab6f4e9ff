"""Which privacy notice was shown to whom, and when they said that they had seen it (RT-09)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from counselling.db import uuid7


class NoticeSeen(models.Model):
    """That a client, or a guardian, saw the notice as it was worded then; never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    # none: the client
    guardian = models.ForeignKey(
        "clients.Guardian", on_delete=models.PROTECT, null=True, related_name="+"
    )
    edition = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8)
    # of the exact text that was on the page
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        """Each wording once for each of them."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["client", "guardian", "sha256"],
                nulls_distinct=False,
                name="consent_noticeseen_once",
            )
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
