"""Forms that are being written, and who approved which words; no client is in them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from consent.domain.writing import DraftState
from consent.models.forms import Form
from counselling.db import uuid7

OPEN = models.Q(state__in=[DraftState.WRITING.value, DraftState.WAITING.value])


class FormDraft(models.Model):
    """A version of a form in one language, as far as it is written; published, it never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="drafts")
    language = models.CharField(max_length=10)
    # the version it began from
    follows = models.ForeignKey(
        "consent.FormVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # `codec.encode(FormSource)`, with whatever is still missing empty
    source = models.JSONField()
    # counts what was saved: an older page does not overwrite a newer one
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, default=DraftState.WRITING)
    # everybody who changed a word of it; none of them approves it
    writers = ArrayField(models.UUIDField())
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    # when saving it last left an event: at most one a minute
    told_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)
    handed_in_by = models.UUIDField(null=True)
    # the hash of the words that were handed in
    sha256 = models.CharField(max_length=64, blank=True)
    # what the second person said when giving it back
    given_back = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time for each form and language."""

        db_table = "consent_formdraft"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["form", "language"], condition=OPEN, name="consent_formdraft_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in DraftState]),
                name="consent_formdraft_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[DraftState.WRITING, DraftState.DROPPED])
                | models.Q(handed_in_at__isnull=False, handed_in_by__isnull=False)
                & ~models.Q(sha256=""),
                name="consent_formdraft_handed_in",
            ),
        ]

    def __str__(self) -> str:
        """Name it."""
        return f"{self.form_id} {self.language} {self.state}"


class FormApproval(models.Model):
    """That somebody other than its writers approved exactly these words, and when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft = models.OneToOneField(FormDraft, on_delete=models.PROTECT, related_name="approval")
    sha256 = models.CharField(max_length=64)
    by = models.UUIDField()
    at = models.DateTimeField()
    # nobody else could: it waited 72 hours, and is shown as done by one person
    alone = models.BooleanField(default=False)

    class Meta:
        """One for each draft."""

        db_table = "consent_formapproval"

    def __str__(self) -> str:
        """Name it."""
        return str(self.id)
