"""Signed notes, the part for the author alone, and addenda, as rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from counselling import vault
from counselling.db import uuid7
from records.domain import AddendumKind
from records.models.sessions import Session


class Note(models.Model):
    """A signed note: the record part, which never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="notes")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    structure = models.CharField(max_length=10)
    risk = vault.SealedTextField(holder=vault.by_case("case_id"))
    record_part = vault.SealedTextField(holder=vault.by_case("case_id"))
    needs_co_signature = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    signed_at = models.DateTimeField()

    class Meta:
        """One signed note per session and author."""

        db_table = "records_note"
        constraints = [
            models.UniqueConstraint(fields=["session", "author"], name="one_note_per_author"),
            models.CheckConstraint(
                condition=models.Q(signed_at__gte=models.F("written_at")),
                name="note_signed_after_written",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-signed_at"], name="note_of_case"),
            models.Index(
                fields=["author", "signed_at"],
                condition=models.Q(needs_co_signature=True),
                name="note_to_co_sign",
            ),
        ]


class ProcessNote(models.Model):
    """The part for its author alone (45 CFR 164.501): its own table, key and policy."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    note = models.OneToOneField(Note, models.PROTECT, related_name="process_note")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = vault.SealedTextField(holder=vault.by_author("case_id", "author_id"))
    signed_at = models.DateTimeField()

    class Meta:
        """Kept apart from the note."""

        db_table = "records_process_note"


class Addendum(models.Model):
    """A correction, late entry or "entered in error", under its note for ever."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    note = models.ForeignKey(Note, models.PROTECT, related_name="addenda")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    text = vault.SealedTextField(holder=vault.by_case("case_id"))
    signed_at = models.DateTimeField()

    class Meta:
        """Its kind is one of three."""

        db_table = "records_addendum"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[str(one) for one in AddendumKind]),
                name="addendum_kind_known",
            )
        ]
        indexes = [models.Index(fields=["note", "signed_at"], name="addendum_of_note")]
