"""Asking clients again after a new version: the batch, and one row a client, which is the truth."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from consent.domain.asking_again import AgainState
from consent.models.forms import Form, FormVersion
from consent.models.requests import Request
from counselling.db import uuid7


class AskAgain(models.Model):
    """That somebody asked their clients to sign the newer version of a form."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """Belongs to whoever asked."""

        db_table = "consent_askagain"

    def __str__(self) -> str:
        """Name it."""
        return str(self.id)


class AskedAgain(models.Model):
    """One client of such a batch: which signed form, which version now, and where it stands."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(AskAgain, on_delete=models.PROTECT, related_name="rows")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    # what was signed before; whom it names, for what and until when go over
    earlier = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    by = models.UUIDField()
    state = models.CharField(max_length=10, default=AgainState.WAITING)
    why = models.CharField(max_length=20, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """What was signed once is asked again once for each newer version."""

        db_table = "consent_askedagain"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["earlier", "version"], name="consent_askedagain_nobody_twice"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in AgainState]),
                name="consent_askedagain_state",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[AgainState.SENT, AgainState.PREPARED], request__isnull=False
                )
                | models.Q(
                    state__in=[AgainState.WAITING, AgainState.LEFT_OUT], request__isnull=True
                ),
                name="consent_askedagain_has_its_request",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state=AgainState.WAITING.value),
                name="consent_askedagain_due",
            )
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
