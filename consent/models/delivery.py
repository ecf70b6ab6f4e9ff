"""A link for a recipient, the letters that lead to it, and each time it was opened."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from consent.domain.delivery import LetterKind, LetterState, ToldBy, WhyEnded
from consent.models.disclosures import Disclosure
from consent.models.recipients import RecipientAddress
from consent.models.signatures import Consent
from counselling.db import uuid7


class ShareLink(models.Model):
    """A way to read one disclosure: by a token in a letter and a secret told another way.

    Neither of the two is stored; the token is made by the worker that sends it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="links")
    address = models.ForeignKey(RecipientAddress, on_delete=models.PROTECT, related_name="+")
    # how the second secret is told, and where: no e-mail
    told_by = models.CharField(max_length=10)
    told_address = models.ForeignKey(
        RecipientAddress, on_delete=models.PROTECT, null=True, related_name="+"
    )
    token_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 unique, and none is no value
    secret_hash = models.CharField(max_length=200)
    failures = models.PositiveSmallIntegerField(default=0)
    by = models.UUIDField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    most_openings = models.PositiveSmallIntegerField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    why_ended = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        """One that is live for each disclosure; within bounds that no setting moves."""

        db_table = "consent_share_link"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, why_ended="")
                | models.Q(ended_at__isnull=False, why_ended__in=[one.value for one in WhyEnded]),
                name="consent_share_link_ended_why",
            ),
            models.CheckConstraint(
                condition=models.Q(told_by__in=[one.value for one in ToldBy]),
                name="consent_share_link_told_by",
            ),
            models.CheckConstraint(
                condition=models.Q(most_openings__gte=1, most_openings__lte=20),
                name="consent_share_link_openings",
            ),
            models.UniqueConstraint(
                fields=["disclosure"],
                condition=models.Q(ended_at__isnull=True),
                name="consent_share_link_one_live",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["disclosure", "made_at"], name="consent_share_link_of"),
            models.Index(fields=["client", "made_at"], name="consent_share_link_of_client"),
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class ShareOpening(models.Model):
    """A sitting of a recipient: begun by the right secret, ended by them, by idling, by an end."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    link = models.ForeignKey(ShareLink, on_delete=models.PROTECT, related_name="openings")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # a keyed hash of from where: two from one place are told apart from two from two
    place = models.CharField(max_length=64)

    class Meta:
        """Made by the database alone, once the secret was right."""

        db_table = "consent_share_opening"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["link", "at"], name="consent_share_opening_of")
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class RecipientLetter(models.Model):
    """A letter to a verified address; the row is the queue's truth, and holds no word of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="letters")
    address = models.ForeignKey(RecipientAddress, on_delete=models.PROTECT, related_name="+")
    link = models.OneToOneField(
        ShareLink, on_delete=models.PROTECT, null=True, related_name="letter"
    )
    # whose end is told of
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, default=LetterState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    by = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta:
        """For a link, or for an end that each address is told of once."""

        db_table = "consent_recipient_letter"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind=LetterKind.LINK, link__isnull=False, consent__isnull=True)
                | models.Q(kind=LetterKind.ENDED, link__isnull=True, consent__isnull=False),
                name="consent_recipient_letter_of_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in LetterState]),
                name="consent_recipient_letter_state",
            ),
            models.UniqueConstraint(
                fields=["consent", "address"], name="consent_recipient_letter_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=[LetterState.QUEUED, LetterState.SENDING]),
                name="consent_recipient_letter_due",
            ),
            models.Index(fields=["disclosure"], name="consent_recipient_letter_of"),
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
