"""Sessions as rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from counselling.db import uuid7
from records.domain import Attendance, Modality


class Session(models.Model):
    """One meeting of the people in a case with one counsellor."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    modality = models.CharField(max_length=20)
    attendance = models.CharField(max_length=20, default=Attendance.EXPECTED)

    class Meta:
        """A session ends after it starts."""

        db_table = "records_session"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="session_ends_later"
            ),
            models.CheckConstraint(
                condition=models.Q(modality__in=[str(one) for one in Modality]),
                name="session_modality_known",
            ),
            models.CheckConstraint(
                condition=models.Q(attendance__in=[str(one) for one in Attendance]),
                name="session_attendance_known",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "starts_at"], name="session_of_person"),
            models.Index(fields=["case", "starts_at"], name="session_of_case"),
            models.Index(fields=["ends_at"], name="session_ended"),
        ]
