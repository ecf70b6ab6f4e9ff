"""What a client asks about an opening of their file, who answered, and what they want to hear."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from clients.domain.openings import Wish
from clients.models.care import Client, one_of
from counselling import vault
from counselling.db import uuid7


class AccessQuestion(models.Model):
    """A question about one line: which events it told, by whom, and what the client wrote.

    `people` never answer it. Nothing of it changes but when the machine told whom of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    people = ArrayField(models.UUIDField())
    events = ArrayField(models.UUIDField())
    began = models.DateTimeField()
    ended = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    text = vault.SealedTextField(holder=vault.by_client("client_id"))
    alerted_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    letter_at = models.DateTimeField(null=True)

    class Meta:
        """It is about somebody and something."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    people__len__gt=0, events__len__gt=0, began__lte=models.F("ended")
                ),
                name="clients_accessquestion_about",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["client"], name="clients_accessquestion_client")]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.pk)


class AccessAnswer(models.Model):
    """What somebody else than who opened the file says to it; there is one, and it stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    question = models.OneToOneField(AccessQuestion, models.PROTECT, related_name="answer")
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    by = models.UUIDField()
    at = models.DateTimeField()
    text = vault.SealedTextField(holder=vault.by_client("client_id"))

    def __str__(self) -> str:
        """Give the id."""
        return str(self.pk)


class TellMe(models.Model):
    """When a client wants to hear of openings; no row means that they never chose.

    `looked_at` is up to where the machine looked; it moves together with the letter it asks for.
    """

    client = models.OneToOneField(Client, models.PROTECT, primary_key=True, related_name="+")
    wish = models.CharField(max_length=10)
    chosen_at = models.DateTimeField()
    looked_at = models.DateTimeField()
    letter_at = models.DateTimeField(null=True)

    class Meta:
        """One of the wishes."""

        constraints: ClassVar = [one_of("clients_tellme_wish", Wish, "wish")]

    def __str__(self) -> str:
        """Give the wish."""
        return self.wish


class LastLook(models.Model):
    """When somebody last looked who opened their file, and when they did so the time before."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.OneToOneField(Client, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    before = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Give the instant."""
        return self.at.isoformat()
