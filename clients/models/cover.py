"""Who stands in for whom in which case: cover by arrangement, from a date until a date."""

from __future__ import annotations

import datetime
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from clients.models.care import Case
from counselling.db import uuid7

LONGEST: Final = datetime.timedelta(days=92)


class Cover(models.Model):
    """A colleague's case for a while; it counts between its dates while `owner` is assigned."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="covers")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    arranged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    arranged_at = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody stands in for themselves, and not for ever."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(person=F("owner")), name="clients_cover_of_another"
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("since")) & Q(until__lte=F("since") + LONGEST),
                name="clients_cover_dates",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "case"], name="clients_cover_person")]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)
