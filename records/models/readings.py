"""Which note a client may read in their own space, and what they say is not right in it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from counselling import vault
from counselling.db import uuid7
from records.domain.amendments import AmendmentMove, Basis
from records.models.members import NotePart, PartAddendum
from records.models.notes import Addendum, Note
from records.models.sessions import Session


class Reading(models.Model):
    """A note opened to one client, from when until when, and by whom; history is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    note = models.ForeignKey(Note, models.PROTECT, related_name="readings")
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    until_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )

    class Meta:
        """A note is open to somebody once at a time."""

        db_table = "records_reading"
        constraints = [
            models.UniqueConstraint(
                fields=["note", "client"],
                condition=models.Q(until__isnull=True),
                name="reading_once",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True, until_by__isnull=True)
                | models.Q(until__gte=models.F("since"), until_by__isnull=False),
                name="reading_ended_by",
            ),
        ]
        indexes = [models.Index(fields=["client", "note"], name="reading_of_client")]


class ReadingWord(models.Model):
    """Another member's consent, by which what is about all of them is open to this one too."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reading = models.ForeignKey(Reading, models.PROTECT, related_name="words")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    consent = models.ForeignKey("consent.Consent", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Each is written down once; whether it still holds is asked each time."""

        db_table = "records_reading_word"
        constraints = [
            models.UniqueConstraint(fields=["reading", "consent"], name="reading_word_once")
        ]


class Amendment(models.Model):
    """What a client says is not right in a note, and what it should say; never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    note = models.ForeignKey(Note, models.PROTECT, related_name="amendments")
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    # empty: about what everybody in the case shares, which in a case of one is the whole note
    part = models.ForeignKey(NotePart, models.PROTECT, related_name="+", null=True)
    wrong = vault.SealedTextField(holder=vault.by_client("client_id"))
    better = vault.SealedTextField(holder=vault.by_client("client_id"))
    asked_at = models.DateTimeField()

    class Meta:
        """Found by note, and by client."""

        db_table = "records_amendment"
        indexes = [
            models.Index(fields=["note", "asked_at"], name="amendment_of_note"),
            models.Index(fields=["client", "asked_at"], name="amendment_of_client"),
        ]


class AmendmentStep(models.Model):
    """One step of an amendment: who, when, on what ground, and what was said."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="steps")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    move = models.CharField(max_length=12)
    basis = models.CharField(max_length=16, blank=True)
    text = vault.SealedTextField(holder=vault.by_client("client_id"))
    addendum = models.OneToOneField(
        Addendum, models.PROTECT, related_name="amendment_step", null=True
    )
    part_addendum = models.OneToOneField(
        PartAddendum, models.PROTECT, related_name="amendment_step", null=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Each step once; a refusal has a ground, an acceptance its addendum."""

        db_table = "records_amendment_step"
        constraints = [
            models.UniqueConstraint(fields=["amendment", "move"], name="amendment_step_once"),
            models.UniqueConstraint(
                fields=["amendment"],
                condition=models.Q(move__in=["accepted", "refused"]),
                name="amendment_answered_once",
            ),
            models.CheckConstraint(
                condition=models.Q(move__in=[str(one) for one in AmendmentMove]),
                name="amendment_move_known",
            ),
            models.CheckConstraint(
                condition=models.Q(move="refused", basis__in=[str(one) for one in Basis])
                | (~models.Q(move="refused") & models.Q(basis="")),
                name="amendment_refused_on_a_basis",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    move="accepted", addendum__isnull=False, part_addendum__isnull=True
                )
                | models.Q(move="accepted", addendum__isnull=True, part_addendum__isnull=False)
                | (
                    ~models.Q(move="accepted")
                    & models.Q(addendum__isnull=True, part_addendum__isnull=True)
                ),
                name="amendment_accepted_by_addendum",
            ),
        ]
