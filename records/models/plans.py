"""A safety plan: what is being worked on, every signed version, and whether the client has it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from counselling import vault
from counselling.db import uuid7


class PlanDraft(models.Model):
    """What is being written for a client in a case; whoever cares for them may go on with it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    content = vault.SealedJSONField(holder=vault.by_client("client_id"))
    # the newest signed version when this was begun: nobody signs over a colleague's unseen
    follows = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    tab = models.CharField(max_length=36, blank=True)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    event_at = models.DateTimeField()

    class Meta:
        """One at a time."""

        db_table = "records_plan_draft"
        constraints = [
            models.UniqueConstraint(fields=["case", "client"], name="one_plan_draft"),
        ]


class Plan(models.Model):
    """One signed version of a client's safety plan: it never changes, a newer one follows it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    content = vault.SealedJSONField(holder=vault.by_client("client_id"))
    signed_at = models.DateTimeField()

    class Meta:
        """Versions are numbered from one."""

        db_table = "records_plan"
        constraints = [
            models.UniqueConstraint(fields=["case", "client", "number"], name="one_plan_version"),
            models.CheckConstraint(condition=models.Q(number__gt=0), name="plan_number_from_one"),
        ]
        indexes = [models.Index(fields=["client", "-number"], name="plan_of_client")]


class PlanGiving(models.Model):
    """That a version was shown to the client, or taken away again; the newest row counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="givings")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shown = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        """Kept for ever, as every decision is."""

        db_table = "records_plan_giving"
        indexes = [models.Index(fields=["client", "case", "-at"], name="plan_giving_of_client")]
