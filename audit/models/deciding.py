"""What is said of findings, and the reviews in which they were decided."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from audit.domain.deciding import Explained, Word
from counselling import vault
from counselling.db import uuid7


class FindingWord(models.Model):
    """One thing said of a finding by a reviewer, or by whose access it was; it never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    finding = models.UUIDField()
    kind = models.CharField(max_length=16)
    code = models.CharField(max_length=16, blank=True)
    by_id = models.UUIDField()
    at = models.DateTimeField()
    client_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    person_id = models.UUIDField()
    text = vault.SealedTextField(
        holder=vault.by_nearest("client_id", "case_id", "person_id"), null=True
    )

    class Meta:
        """Only an answer is whose access it was; what is not explained has words."""

        db_table = "audit_findingword"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in Word]), name="audit_word_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind="explained", code__in=[one.value for one in Explained])
                | (~Q(kind="explained") & Q(code="")),
                name="audit_word_code",
            ),
            models.CheckConstraint(
                condition=Q(kind="answered", by_id=models.F("person_id"))
                | (~Q(kind="answered") & ~Q(by_id=models.F("person_id"))),
                name="audit_word_of_another",
            ),
            models.CheckConstraint(
                condition=(Q(kind="explained") & ~Q(code="other")) | Q(text__isnull=False),
                name="audit_word_says",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["finding", "at"], name="audit_word_of")]

    def __str__(self) -> str:
        """Give the kind."""
        return self.kind


class Review(models.Model):
    """A review that was finished: what was looked at, how it was decided, and one statement."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reviewer_id = models.UUIDField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    signed_at = models.DateTimeField()
    # those this reviewer decided; nothing more is said of what ended with them
    findings = ArrayField(models.UUIDField(), default=list)
    explained = models.PositiveIntegerField(default=0)
    escalated = models.PositiveIntegerField(default=0)
    not_justified = models.PositiveIntegerField(default=0)
    in_order = models.PositiveIntegerField(default=0)
    ordinary = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    # made of the counts, so that it holds no name and can be hashed into its event
    statement = models.TextField()
    words = vault.SealedTextField(holder=vault.by_staff("reviewer_id"), null=True)

    class Meta:
        """A review covers a time that is over."""

        db_table = "audit_review"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(since__lt=models.F("until")) & Q(until__lte=models.F("signed_at")),
                name="audit_review_is_over",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["reviewer_id", "until"], name="audit_review_by"),
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)
