"""The beginnings of clients' names as keyed hashes: so that a desk finds one of thousands."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from clients.models.care import Client
from counselling.db import uuid7


class NamePart(models.Model):
    """One beginning of one word of a client's name; goes when its client's name does."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    token = models.CharField(max_length=32)

    class Meta:
        """A beginning once to a client."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "client"], name="clients_name_part_once")
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)
