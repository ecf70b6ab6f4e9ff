"""How clients come in without a password: words agreed in the room, links, browsers known again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from counselling.accounts.domain.portal import Purpose
from counselling.accounts.models.people import LIVE, Account
from counselling.db import uuid7


class AgreedWord(models.Model):
    """The word a client and a member of staff agreed on in the room; only its slow hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="agreed_words")
    word_hash = models.CharField(max_length=200)
    agreed_at = models.DateTimeField()
    agreed_by = models.UUIDField()
    # wrong ones since the last right one, over all links
    failures = models.PositiveSmallIntegerField(default=0)
    until = models.DateTimeField(null=True)

    class Meta:
        """One at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account"], condition=LIVE, name="accounts_word_once")
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class SentLink(models.Model):
    """A link somebody asked for on the sign-in page; a name nobody has leaves such a row too.

    The row is the queue's truth: asked for, then sent or given up, then used or over.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # empty where nothing is to be sent
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="sent_links")
    purpose = models.CharField(max_length=10)
    token_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 unique: many rows have none
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    # used, given up, or guessed at too often
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """The sweeper asks for what is asked and not sent."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=[one.value for one in Purpose]),
                name="accounts_link_purpose",
            ),
            models.CheckConstraint(
                condition=models.Q(token_hash=None, sent_at=None)
                | models.Q(token_hash__isnull=False, sent_at__isnull=False),
                name="accounts_link_sent_with_token",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["asked_at"], name="accounts_link_asked")]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class KnownDevice(models.Model):
    """A browser that somebody signed in with before; its cookie only as keyed hash (AU-10)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="devices")
    device_hash = models.CharField(max_length=64)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        """Known once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "device_hash"], name="accounts_device_known_once"
            )
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)
