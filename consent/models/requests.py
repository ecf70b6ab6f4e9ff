"""What one client is asked: the request, whom it is about, what they asked back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from consent.domain.recipients import RecipientKind
from consent.domain.states import RequestState, Signer, WhyVoid
from consent.models.forms import FormVersion
from counselling import vault
from counselling.db import uuid7


class Recipient(models.Model):
    """Somebody outside who may be told something about one client."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    # sealed {name, role, organisation, address}
    details = vault.SealedJSONField(holder=vault.by_client("client_id"))
    kind = models.CharField(max_length=20, default=RecipientKind.OTHER)
    # the keyed hash of name and organisation: equal for one client's two rows, and for no other's
    name_key = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        """Belongs to one client; its kind is one of those known."""

        db_table = "consent_recipient"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[one.value for one in RecipientKind]),
                name="consent_recipient_kind_known",
            )
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class Request(models.Model):
    """One form, filled for one client, and where it stands."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("clients.Case", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, null=True, related_name="+")
    # how the recipient was written when this was asked, if not as on their own row
    wording = models.ForeignKey(
        "consent.RecipientWording", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # a form that several people sign is one request for each of them: the first one leads
    lead = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="others")
    signer = models.CharField(max_length=10, default=Signer.CLIENT)
    guardian = models.ForeignKey(
        "clients.Guardian", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # who comes later signs when everybody before has signed
    turn = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, default=RequestState.DRAFT)
    purpose = models.CharField(max_length=20, blank=True)
    # sealed {values for the form's placeholders, until, recipient as printed}
    particulars = vault.SealedJSONField(holder=vault.by_client("client_id"))
    text_sha256 = models.CharField(max_length=64)
    # sealed {clause: yes or no}, kept between "Not now" and the signature
    answers = vault.SealedJSONField(holder=vault.by_client("client_id"), null=True)
    # who prepared it: an account; actors are no foreign keys, some are links or the machine
    by = models.UUIDField()
    made_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 unique, and none is no value
    pin_hash = models.CharField(max_length=200, blank=True)
    pin_failures = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    # when the whole text had been shown and its end was confirmed (ES-02)
    read_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why_void = models.CharField(max_length=10, blank=True)
    # sealed: what staff wrote beside the reason, what the client wrote beside their no
    void_words = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    decline_note = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)
    # when the next letter reminds of it, if one is to; the row is the queue's truth
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        """A state is one of the table's; expired is said by the clock and never stored."""

        db_table = "consent_request"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[s.value for s in RequestState if s is not RequestState.EXPIRED]
                ),
                name="consent_request_state",
            ),
            models.CheckConstraint(
                condition=models.Q(why_void="", state__in=[
                    s.value for s in RequestState if s is not RequestState.VOID
                ])
                | models.Q(state=RequestState.VOID, why_void__in=[w.value for w in WhyVoid]),
                name="consent_request_void_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(state=RequestState.DRAFT)
                | models.Q(state=RequestState.VOID)
                | models.Q(sent_at__isnull=False, expires_at__isnull=False),
                name="consent_request_out_has_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(signer=Signer.GUARDIAN, guardian__isnull=False)
                | models.Q(signer__in=[Signer.CLIENT, Signer.WITNESS], guardian__isnull=True),
                name="consent_request_guardian_is_named",
            ),
            models.CheckConstraint(
                condition=models.Q(lead__isnull=True, turn=0)
                | models.Q(lead__isnull=False, turn__gt=0),
                name="consent_request_lead_signs_first",
            ),
            models.UniqueConstraint(
                fields=["lead", "turn"], name="consent_request_one_after_the_other"
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "made_at"], name="consent_request_of_client"),
            models.Index(
                fields=["remind_at"],
                condition=models.Q(remind_at__isnull=False),
                name="consent_request_reminds",
            ),
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)


class Question(models.Model):
    """What the client asked about a request; the counsellor talks about it with them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="questions")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    text = vault.SealedTextField(holder=vault.by_client("client_id"))
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    # sealed: what the counsellor wrote back; empty where they talked about it
    answer = vault.SealedTextField(holder=vault.by_client("client_id"), null=True)

    class Meta:
        """Belongs to one request; what was written back closes it."""

        db_table = "consent_question"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(answer__isnull=True) | models.Q(closed_at__isnull=False),
                name="consent_question_answer_closes",
            )
        ]

    def __str__(self) -> str:
        """Name it without its words."""
        return str(self.id)


class OnlineAcceptance(models.Model):
    """That a client, or a guardian, agreed once to sign online, after which explanation (ES-01)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    # none: the client
    guardian = models.ForeignKey(
        "clients.Guardian", on_delete=models.PROTECT, null=True, related_name="+"
    )
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        """Once for each of them."""

        db_table = "consent_onlineacceptance"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["client", "guardian"],
                nulls_distinct=False,
                name="consent_onlineacceptance_once",
            )
        ]

    def __str__(self) -> str:
        """Name it without the person."""
        return str(self.id)
