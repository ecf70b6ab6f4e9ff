"""A danger to life: why something had to be said, to whom, and what was added later."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from counselling import vault
from counselling.db import uuid7
from records.domain.dangers import LONGEST_DELAY, AdditionKind


class Danger(models.Model):
    """What is known of a danger, who was consulted, who was told what (DS-06); never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    threat = vault.SealedJSONField(holder=vault.by_client("client_id"))
    consulted = vault.SealedTextField(holder=vault.by_client("client_id"))
    # who was told what, and when: the one part the client's own page shows
    told = vault.SealedJSONField(holder=vault.by_client("client_id"))
    # before this instant no page of the client's lists it; additions move it, while it is to come
    told_at = models.DateTimeField()
    signed_at = models.DateTimeField()

    class Meta:
        """Nobody is left in the dark for ever."""

        db_table = "records_danger"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(told_at__gte=models.F("signed_at"))
                & models.Q(told_at__lte=models.F("signed_at") + LONGEST_DELAY),
                name="danger_told_in_time",
            ),
        ]
        indexes = [models.Index(fields=["client", "-signed_at"], name="danger_of_client")]


class DangerAddition(models.Model):
    """What came later, under the record for ever."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    danger = models.ForeignKey(Danger, models.PROTECT, related_name="additions")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    content = vault.SealedJSONField(holder=vault.by_client("client_id"))
    # the instant of telling from now on, where this addition moves it
    told_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField()

    class Meta:
        """Its kind is one of four, and only two of them move the telling."""

        db_table = "records_danger_addition"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[str(one) for one in AdditionKind]),
                name="danger_addition_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(told_at=None)
                | models.Q(
                    kind__in=["client_told", "later"],
                    told_at__gte=models.F("signed_at"),
                    told_at__lte=models.F("signed_at") + LONGEST_DELAY,
                ),
                name="danger_addition_moves",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="later") | models.Q(told_at__isnull=False),
                name="danger_later_says_when",
            ),
        ]
        indexes = [models.Index(fields=["danger", "signed_at"], name="danger_addition_of")]
