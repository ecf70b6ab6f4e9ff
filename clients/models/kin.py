"""Surnames and addresses as keyed hashes: only compared, never shown, and nobody looks them up."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from clients.models.care import Client, one_of
from counselling.accounts.domain.kin import Sign
from counselling.db import uuid7


class Kin(models.Model):
    """One surname or address of a client; it goes when what it was made of does."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    sign = models.CharField(max_length=8)
    token = models.CharField(max_length=32)

    class Meta:
        """A sign once to a client."""

        constraints: ClassVar = [
            one_of("clients_kin_sign", Sign, "sign"),
            models.UniqueConstraint(fields=["token", "client"], name="clients_kin_once"),
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)
