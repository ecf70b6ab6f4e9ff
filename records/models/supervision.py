"""Co-signatures, returns with their comments, and what a supervisor notes about a supervisee."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from counselling import vault
from counselling.db import uuid7
from records.models.notes import Note


class CoSignature(models.Model):
    """A supervisor's signature under a trainee's note: one, by whoever of them came first."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    note = models.OneToOneField(Note, models.PROTECT, related_name="co_signature")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        """Nobody approves their own note."""

        db_table = "records_co_signature"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(author=models.F("supervisor")), name="co_signed_by_another"
            )
        ]


class Return(models.Model):
    """That a note went back to its author, by whom and when; its comments are rows of their own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    note = models.ForeignKey(Note, models.PROTECT, related_name="returns")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    returned_at = models.DateTimeField()

    class Meta:
        """Nobody judges their own note."""

        db_table = "records_return"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(author=models.F("supervisor")), name="returned_by_another"
            )
        ]
        indexes = [models.Index(fields=["note", "returned_at"], name="return_of_note")]


class Comment(models.Model):
    """What a supervisor says about a passage of a note; no part of the client's record.

    Sealed with its supervisor's key in that case, so that it is gone when the case is erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    of_return = models.ForeignKey(Return, models.PROTECT, related_name="comments")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    # what is said, the passage word for word, and where in which part of the page it stands
    content = vault.SealedJSONField(holder=vault.by_author("case_id", "supervisor_id"))

    class Meta:
        """Each has its place in its return."""

        db_table = "records_return_comment"
        constraints = [
            models.UniqueConstraint(fields=["of_return", "place"], name="one_comment_a_place")
        ]


class SupervisionDraft(models.Model):
    """What a supervisor is writing about a supervisee; gone once signed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    supervisee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = vault.SealedTextField(holder=vault.by_staff("supervisor_id"))
    version = models.PositiveIntegerField(default=1)
    tab = models.CharField(max_length=36, blank=True)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    event_at = models.DateTimeField()

    class Meta:
        """One at a time about each supervisee."""

        db_table = "records_supervision_draft"
        constraints = [
            models.UniqueConstraint(
                fields=["supervisor", "supervisee"], name="one_supervision_draft_a_pair"
            )
        ]


class SupervisionNote(models.Model):
    """A signed note of supervision: about a supervisee's work, in no client's record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    supervisee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = vault.SealedTextField(holder=vault.by_staff("supervisor_id"))
    # decided when it is signed: whether the supervisee reads it too
    shared = models.BooleanField()
    written_at = models.DateTimeField()
    signed_at = models.DateTimeField()

    class Meta:
        """About somebody else, signed after it was begun."""

        db_table = "records_supervision_note"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(supervisor=models.F("supervisee")),
                name="supervision_note_of_another",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at__gte=models.F("written_at")),
                name="supervision_note_signed_after_written",
            ),
        ]
        indexes = [
            models.Index(
                fields=["supervisor", "supervisee", "-signed_at"], name="supervision_note_of_pair"
            ),
            models.Index(
                fields=["supervisee", "-signed_at"],
                condition=models.Q(shared=True),
                name="supervision_note_shared",
            ),
        ]
