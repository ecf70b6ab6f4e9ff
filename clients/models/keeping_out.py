"""Who may not open a file, whatever their role: files that are sealed, and people shut out."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from clients.domain.keeping_out import SealKind
from clients.models.care import Client, one_of
from counselling import vault
from counselling.db import uuid7

RUNS: Final = Q(until=None)


class SealedFile(models.Model):
    """A file that is there only for who is assigned, and for people let in by name.

    `person` is the member of staff whose own file it is; it is theirs as a client, never as staff.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    person = models.UUIDField(null=True)
    why = vault.SealedTextField(holder=vault.by_client("client_id"))
    since = models.DateTimeField()
    by = models.UUIDField()
    until = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        """A file is sealed once at a time, and names whose own it is where it is staff's."""

        constraints: ClassVar = [
            one_of("clients_sealedfile_kind", SealKind, "kind"),
            models.CheckConstraint(
                condition=Q(kind=SealKind.STAFF.value, person__isnull=False)
                | (~Q(kind=SealKind.STAFF.value) & Q(person__isnull=True)),
                name="clients_sealedfile_whose",
            ),
            models.UniqueConstraint(
                fields=["client"], condition=RUNS, name="clients_sealedfile_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person"], condition=RUNS, name="clients_sealedfile_person")
        ]

    def __str__(self) -> str:
        """Give the kind."""
        return self.kind


class LetIn(models.Model):
    """Somebody who may see a sealed file as far as their role goes: named, from when until when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    person = models.UUIDField()
    since = models.DateTimeField()
    by = models.UUIDField()
    until = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        """Nobody is let in twice at once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "client"], condition=RUNS, name="clients_letin_once"
            ),
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class ShutOut(models.Model):
    """Somebody who may not open a client's file, by that client's word."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    person = models.UUIDField()
    words = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    since = models.DateTimeField()
    by = models.UUIDField()
    until = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        """Nobody is shut out twice at once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "client"], condition=RUNS, name="clients_shutout_once"
            ),
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)
