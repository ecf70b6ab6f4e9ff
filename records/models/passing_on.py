"""Who else is to know that something was corrected: whom the client names, and what was decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from counselling import vault
from counselling.db import uuid7
from records.models.readings import Amendment
from records.models.shares import Share


class AmendmentNamed(models.Model):
    """Somebody whom the client wants to know of a correction, in the words they named them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="named")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    who = vault.SealedTextField(holder=vault.by_client("client_id"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Found by amendment."""

        db_table = "records_amendment_named"


class AmendmentTold(models.Model):
    """What was decided about one of them: a share that tells them, or why not; the newest counts.

    `disclosure` is that through which they have the note; the client sees the row once they see
    that.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="told")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    disclosure = models.ForeignKey(
        "consent.Disclosure", models.PROTECT, related_name="+", null=True
    )
    named = models.ForeignKey(AmendmentNamed, models.PROTECT, related_name="told", null=True)
    # who of the recipients that is; of whom the client named nothing, where they are not told
    recipient = models.ForeignKey("consent.Recipient", models.PROTECT, related_name="+", null=True)
    share = models.ForeignKey(Share, models.PROTECT, related_name="+", null=True)
    why_not = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """About one of them; told, or why not."""

        db_table = "records_amendment_told"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(disclosure__isnull=False, named__isnull=True)
                | models.Q(disclosure__isnull=True, named__isnull=False),
                name="amendment_told_about_one",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    share__isnull=False, recipient__isnull=False, why_not__isnull=True
                )
                | models.Q(share__isnull=True, why_not__isnull=False),
                name="amendment_told_or_why_not",
            ),
        ]
        indexes = [models.Index(fields=["amendment", "-at"], name="amendment_told_of")]
