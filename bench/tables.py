"""The same rows once sealed and once plain; needs loaded apps, so import it where it is used."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from counselling import vault
from counselling.db import uuid7


class SealedNote(models.Model):
    """A note whose text is sealed by its case."""

    objects: ClassVar[models.Manager[SealedNote]] = models.Manager()
    id = models.UUIDField(primary_key=True, default=uuid7)
    case_id = models.UUIDField()
    author_id = models.UUIDField()
    signed_at = models.DateTimeField()
    text = vault.SealedTextField(holder=vault.by_case("case_id"))

    class Meta:
        """Beside the tables of the apps."""

        app_label = "bench"
        db_table = "bench_sealed_note"


class PlainNote(models.Model):
    """The same with the text in the clear."""

    objects: ClassVar[models.Manager[PlainNote]] = models.Manager()
    id = models.UUIDField(primary_key=True, default=uuid7)
    case_id = models.UUIDField()
    author_id = models.UUIDField()
    signed_at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        """Beside the tables of the apps."""

        app_label = "bench"
        db_table = "bench_plain_note"


class PlainEvent(models.Model):
    """An audit table as packages and tutorials make it, with the indexes that reviews need."""

    objects: ClassVar[models.Manager[PlainEvent]] = models.Manager()
    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=60)
    act = models.CharField(max_length=1)
    outcome = models.CharField(max_length=20)
    actor_id = models.UUIDField()
    role = models.CharField(max_length=20)
    session = models.CharField(max_length=60, blank=True)
    request = models.CharField(max_length=60, blank=True)
    client_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    thing = models.CharField(max_length=60)
    row = models.UUIDField()
    detail = models.JSONField(default=dict)

    class Meta:
        """What was done, by whom, to whom, in which case."""

        app_label = "bench"
        db_table = "bench_plain_event"
        indexes = [
            models.Index(fields=["actor_id", "at"], name="bench_event_actor"),
            models.Index(fields=["client_id", "at"], name="bench_event_client"),
            models.Index(fields=["case_id", "at"], name="bench_event_case"),
            models.Index(fields=["kind", "at"], name="bench_event_kind"),
        ]


ALL: tuple[type[models.Model], ...] = (SealedNote, PlainNote, PlainEvent)
