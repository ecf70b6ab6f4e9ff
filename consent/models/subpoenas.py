"""Legal holds, and subpoenas with their papers, steps, notice and the second person's yes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from consent.domain.subpoenas import HoldAnswer, NoticeState, Sender, Step, WhyHeld
from counselling import vault
from counselling.db import uuid7


class _Row(models.Model):
    """What all of these have: an id, whose file, who and when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        """No table of its own."""

        abstract = True

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class LegalHold(_Row):
    """Nothing of a client is erased until two people end this."""

    why = models.CharField(max_length=20)
    words = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)

    class Meta:
        """For one of the reasons known."""

        db_table = "consent_legal_hold"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(why__in=[one.value for one in WhyHeld]),
                name="consent_hold_why",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client"], name="consent_hold_of_client")
        ]


class HoldEnding(_Row):
    """Somebody asks that a hold ends, and says why."""

    hold = models.ForeignKey(LegalHold, on_delete=models.PROTECT, related_name="endings")
    words = vault.SealedTextField(holder=vault.by_client("client_id"))

    class Meta:
        """Asked as often as it takes."""

        db_table = "consent_hold_ending"


class HoldDecision(_Row):
    """What the second person answers, once; `alone` where there was nobody else."""

    ending = models.OneToOneField(HoldEnding, on_delete=models.PROTECT, related_name="decision")
    answer = models.CharField(max_length=10)
    alone = models.BooleanField(default=False)

    class Meta:
        """Yes or no."""

        db_table = "consent_hold_decision"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(answer__in=[one.value for one in HoldAnswer]),
                name="consent_hold_answered",
            )
        ]


class Subpoena(_Row):
    """That somebody asks for a file by subpoena; by itself it opens nothing."""

    hold = models.ForeignKey(LegalHold, on_delete=models.PROTECT, related_name="subpoenas")
    sender = models.CharField(max_length=20)
    # sealed {name, docket, asks_for}
    details = vault.SealedJSONField(holder=vault.by_client("client_id"))
    received_on = models.DateField()
    due_on = models.DateField()
    object_by = models.DateField(null=True)

    class Meta:
        """Due after it came."""

        db_table = "consent_subpoena"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(sender__in=[one.value for one in Sender]),
                name="consent_subpoena_sender",
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("received_on")),
                name="consent_subpoena_due_later",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "at"], name="consent_subpoena_of_client")
        ]


class SubpoenaPaper(_Row):
    """The paper as it came."""

    subpoena = models.ForeignKey(Subpoena, on_delete=models.PROTECT, related_name="papers")
    content = vault.SealedFileField(holder=vault.by_client("client_id"))
    media_type = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)

    class Meta:
        """As it came."""

        db_table = "consent_subpoena_paper"


class SubpoenaStep(_Row):
    """What happened to a subpoena on a day."""

    subpoena = models.ForeignKey(Subpoena, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20)
    on = models.DateField()
    words = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)

    class Meta:
        """One of those known."""

        db_table = "consent_subpoena_step"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[one.value for one in Step]),
                name="consent_subpoena_step_kind",
            )
        ]


class SubpoenaNotice(models.Model):
    """That the client is told of a subpoena: the row is the queue, and is never lost."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subpoena = models.OneToOneField(Subpoena, on_delete=models.PROTECT, related_name="notice")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=NoticeState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    # who told them; nobody where they read it in their space
    told_by = models.UUIDField(null=True)
    how = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        """Told at an instant, or not yet."""

        db_table = "consent_subpoena_notice"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in NoticeState]),
                name="consent_subpoena_notice_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state=NoticeState.TOLD, told_at__isnull=False)
                | (~models.Q(state=NoticeState.TOLD) & models.Q(told_at__isnull=True)),
                name="consent_subpoena_told_at_an_instant",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state=NoticeState.WAITING),
                name="consent_subpoena_to_tell",
            )
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class SubpoenaRelease(_Row):
    """A second person let exactly this pack go because of a subpoena."""

    subpoena = models.ForeignKey(Subpoena, on_delete=models.PROTECT, related_name="releases")
    # records is above consent: an id, not a foreign key
    share = models.UUIDField()
    content_sha256 = models.CharField(max_length=64)

    class Meta:
        """Each pack once."""

        db_table = "consent_subpoena_release"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["share", "content_sha256"], name="consent_subpoena_released_once"
            )
        ]


class SubpoenaReturn(_Row):
    """A second person sent exactly this pack back, and says why."""

    subpoena = models.ForeignKey(Subpoena, on_delete=models.PROTECT, related_name="returns")
    # as of a release
    share = models.UUIDField()
    content_sha256 = models.CharField(max_length=64)
    words = vault.SealedTextField(holder=vault.by_client("client_id"))

    class Meta:
        """Each pack once; it is prepared anew."""

        db_table = "consent_subpoena_return"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["share", "content_sha256"], name="consent_subpoena_returned_once"
            )
        ]
