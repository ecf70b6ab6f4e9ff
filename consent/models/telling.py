"""That a client is told of what went without their word: the row is the queue, never lost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from consent.domain.telling import HowTold, NoticeState
from consent.models.disclosures import Disclosure
from counselling.db import uuid7


class DisclosureNotice(models.Model):
    """One client, one disclosure on a legal basis; made by the database with the disclosure."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    disclosure = models.OneToOneField(Disclosure, on_delete=models.PROTECT, related_name="notice")
    state = models.CharField(max_length=10, default=NoticeState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    # who told them; nobody where a letter did
    told_by = models.UUIDField(null=True)
    how = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        """Told at an instant in a way, or not yet."""

        db_table = "consent_disclosure_notice"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in NoticeState]),
                name="consent_disclosure_notice_state",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=NoticeState.TOLD, told_at__isnull=False, how=HowTold.LETTER,
                    told_by__isnull=True,
                )
                | models.Q(
                    state=NoticeState.TOLD, told_at__isnull=False, how=HowTold.PERSON,
                    told_by__isnull=False,
                )
                | ~models.Q(state=NoticeState.TOLD)
                & models.Q(told_at__isnull=True, how="", told_by__isnull=True),
                name="consent_disclosure_told_in_a_way",
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state=NoticeState.WAITING),
                name="consent_disclosure_to_tell",
            ),
            models.Index(
                fields=["client"],
                condition=models.Q(state=NoticeState.PERSON),
                name="consent_disclosure_tell_them",
            ),
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
