"""What was found in the log: one visit of one person, with the codes of what it breaks."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from counselling.db import uuid7


class Finding(models.Model):
    """A visit that wants a word of a reviewer; made by the machine only, and never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.CharField(max_length=40)
    person_id = models.UUIDField()
    role = models.CharField(max_length=20, blank=True)
    client_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    began = models.DateTimeField()
    ended = models.DateTimeField()
    count = models.PositiveIntegerField()
    events = ArrayField(models.UUIDField(), default=list, size=200)
    # canonical JSON of codes, numbers and ids
    facts = models.TextField(default="{}")
    found_at = models.DateTimeField()

    class Meta:
        """What is found twice is one row."""

        db_table = "audit_finding"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rule", "person_id", "client_id", "case_id", "began"],
                name="audit_finding_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(began__lte=models.F("ended")), name="audit_finding_ends_later"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person_id", "began"], name="audit_finding_of"),
            models.Index(fields=["client_id", "began"], name="audit_finding_client"),
        ]

    def __str__(self) -> str:
        """Give the rule."""
        return self.rule
