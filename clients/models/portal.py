"""What a client did in their space, or somebody at its door, that staff have to hear of."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from clients.domain.portal import NewsKind
from clients.models.care import Client, one_of
from counselling.db import uuid7


class News(models.Model):
    """One thing to hear of: what kind, when, and who has seen it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = models.UUIDField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.UUIDField(null=True)

    class Meta:
        """Asked for by client, as long as nobody has seen it."""

        constraints: ClassVar = [one_of("clients_news_kind", NewsKind, "kind")]
        indexes: ClassVar = [
            models.Index(
                fields=["client"], condition=models.Q(seen_at=None), name="clients_news_unseen"
            )
        ]

    def __str__(self) -> str:
        """Give the kind."""
        return self.kind
