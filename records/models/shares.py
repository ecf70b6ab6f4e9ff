"""What is prepared to be shared: to whom and why, what is in it, what the client was shown."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from counselling import vault
from counselling.db import uuid7
from records.domain.shares import Answer, Back, Channel, Level, Resume


class Share(models.Model):
    """Something that is chosen, looked at and allowed; then it is sent, or taken back.

    Where it stands is derived: what waits for the client's word is ready when that is there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    recipient = models.ForeignKey("consent.Recipient", models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20, blank=True)
    basis = models.ForeignKey("consent.LegalBasis", models.PROTECT, related_name="+", null=True)
    # the subpoena it answers, if one: its pack is then locked until two people release it
    subpoena = models.UUIDField(null=True)
    locked_at = models.DateTimeField(null=True)
    level = models.CharField(max_length=20, blank=True)
    # what kinds of information that is: usually the one of its level
    categories = ArrayField(models.CharField(max_length=20), default=list)
    # sessions where only attendance goes, else notes
    chosen = ArrayField(models.UUIDField(), default=list)
    # why as much as this, where it is more than the least (DS-04)
    why_so_much = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    show_first = models.BooleanField(default=False)
    # why it goes before the client has said anything of it
    unwaited_why = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    unwaited_at = models.DateTimeField(null=True)
    resume = models.CharField(max_length=10, blank=True)
    # why it came back to a person
    back = models.CharField(max_length=10, blank=True)
    # when a trainee asked that it be sent, and what their supervisor wrote who gave it back
    release_asked_at = models.DateTimeField(null=True)
    release_words = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    channel = models.CharField(max_length=10, blank=True)
    address = models.ForeignKey(
        "consent.RecipientAddress", models.PROTECT, related_name="+", null=True
    )
    # how the second secret of a link is told, and where; the secret itself only where the machine
    # sent it, until somebody has looked at it once
    told_by = models.CharField(max_length=20, blank=True)
    told_address = models.ForeignKey(
        "consent.RecipientAddress", models.PROTECT, related_name="+", null=True
    )
    secret = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    by = models.UUIDField()
    at = models.DateTimeField()
    # when the machine looks again whether it can go by itself
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    disclosure = models.OneToOneField(
        "consent.Disclosure", models.PROTECT, related_name="+", null=True
    )
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.UUIDField(null=True)

    class Meta:
        """Sent is to have a disclosure; what goes on the law's word is shown to nobody first."""

        db_table = "records_share"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=["", *(str(one) for one in Level)]),
                name="share_level_known",
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=["", *(str(one) for one in Channel)]),
                name="share_channel_known",
            ),
            models.CheckConstraint(
                condition=models.Q(resume__in=["", *(str(one) for one in Resume)]),
                name="share_resume_known",
            ),
            models.CheckConstraint(
                condition=models.Q(back__in=["", *(str(one) for one in Back)]),
                name="share_back_known",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True, disclosure__isnull=True)
                | models.Q(sent_at__isnull=False, disclosure__isnull=False),
                name="share_sent_is_a_disclosure",
            ),
            models.CheckConstraint(
                condition=models.Q(dropped_at__isnull=True, dropped_by__isnull=True)
                | models.Q(
                    dropped_at__isnull=False, dropped_by__isnull=False, sent_at__isnull=True
                ),
                name="share_dropped_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-at"], name="share_of_client"),
            models.Index(
                fields=["due_at"],
                condition=models.Q(
                    due_at__isnull=False, sent_at__isnull=True, dropped_at__isnull=True
                ),
                name="share_due",
            ),
        ]


class SharePaper(models.Model):
    """What is in a share: the letter, what is left out, and the pack exactly as it was looked at.

    Of process notes no pack is kept, and only their author sees the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    share = models.OneToOneField(Share, models.PROTECT, related_name="paper")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    # set by the database where it is one person's alone
    author_only = models.UUIDField(null=True)
    letter = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    # sealed: which names and passages are left out
    redactions = vault.SealedJSONField(holder=vault.by_client("client_id"), null=True)
    # sealed: the pack as previewed, redacted
    pack = vault.SealedJSONField(holder=vault.by_client("client_id"), large=True, null=True)
    pack_sha256 = models.CharField(max_length=64, blank=True)
    # the hash of the ids of all it was made of: one addendum more, and it is another
    made_of = models.CharField(max_length=64, blank=True)
    previewed_at = models.DateTimeField(null=True)
    previewed_by = models.UUIDField(null=True)
    # the restrictions of which somebody said that nothing stands in the letter, as it is now
    kept_out = ArrayField(models.UUIDField(), null=True)
    version = models.PositiveIntegerField(default=1)
    tab = models.CharField(max_length=36, blank=True)
    saved_at = models.DateTimeField()
    event_at = models.DateTimeField()

    class Meta:
        """One for each share."""

        db_table = "records_share_paper"


class ShareShowing(models.Model):
    """What a client was shown before it goes, and what they said of it, once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    share = models.ForeignKey(Share, models.PROTECT, related_name="showings")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    # sealed {pack, purpose, recipient}
    content = vault.SealedJSONField(holder=vault.by_client("client_id"), large=True)
    pack_sha256 = models.CharField(max_length=64)
    by = models.UUIDField()
    at = models.DateTimeField()
    # empty until they answer; said by themselves, or told in the room and written down by staff
    answer = models.CharField(max_length=10, blank=True)
    words = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    # when it was sent, changed or taken back: it is shown no longer
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time; answered by somebody."""

        db_table = "records_share_showing"
        constraints = [
            models.UniqueConstraint(
                fields=["share"],
                condition=models.Q(ended_at__isnull=True),
                name="share_shown_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | models.Q(
                    answer__in=[str(one) for one in Answer],
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                ),
                name="share_showing_answered_by_somebody",
            ),
        ]
