"""Several people in one session: who was there, who led it too, and a part of a note for each."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from counselling import vault
from counselling.db import uuid7
from records.domain import AddendumKind, Attendance
from records.models.drafts import Draft
from records.models.notes import Note
from records.models.sessions import Session


class SessionMember(models.Model):
    """A client on the roster of a session, and whether they were there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="roster")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    attendance = models.CharField(max_length=20, default=Attendance.EXPECTED)

    class Meta:
        """Each member once; couples, families and groups only."""

        db_table = "records_session_member"
        constraints = [
            models.UniqueConstraint(fields=["session", "client"], name="one_place_per_member"),
            models.CheckConstraint(
                condition=models.Q(attendance__in=[str(one) for one in Attendance]),
                name="session_member_attendance_known",
            ),
        ]


class CoLeader(models.Model):
    """A second counsellor of a session, who writes a note of their own about it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="co_leaders")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        """Each once."""

        db_table = "records_co_leader"
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="one_place_per_co_leader")
        ]


class DraftPart(models.Model):
    """What is being written about one member; it goes where its draft goes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="parts")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    text = vault.SealedTextField(holder=vault.by_client("client_id"))

    class Meta:
        """One for each member."""

        db_table = "records_draft_part"
        constraints = [
            models.UniqueConstraint(fields=["draft", "client"], name="one_draft_part_per_member")
        ]


class NotePart(models.Model):
    """The part of a signed note that belongs to one member's record and to nobody else's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    note = models.ForeignKey(Note, models.PROTECT, related_name="parts")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    text = vault.SealedTextField(holder=vault.by_client("client_id"))
    signed_at = models.DateTimeField()

    class Meta:
        """One for each member, signed with its note."""

        db_table = "records_note_part"
        constraints = [
            models.UniqueConstraint(fields=["note", "client"], name="one_note_part_per_member")
        ]


class PartAddendum(models.Model):
    """An addendum under one member's part, sealed and shown as that part is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    part = models.ForeignKey(NotePart, models.PROTECT, related_name="addenda")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    text = vault.SealedTextField(holder=vault.by_client("client_id"))
    signed_at = models.DateTimeField()

    class Meta:
        """Its kind is one of three."""

        db_table = "records_part_addendum"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[str(one) for one in AddendumKind]),
                name="part_addendum_kind_known",
            )
        ]
        indexes = [models.Index(fields=["part", "signed_at"], name="addendum_of_part")]
