"""Clients, cases, who is in them and who cares for them, how they are reached and written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from clients.domain.cases import Capacity, CaseKind, CaseState
from clients.domain.messages import MessageState, Template
from counselling import vault
from counselling.db import uuid7

if TYPE_CHECKING:
    import enum


def one_of(name: str, kinds: type[enum.StrEnum], field: str) -> models.CheckConstraint:
    """Have a column hold one of the kinds."""
    values = [one.value for one in kinds]
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


class Client(models.Model):
    """Somebody cared for; all that is known of the person is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=7, unique=True)
    language = models.CharField(max_length=8, default="en")
    identity = vault.SealedJSONField(holder=vault.by_client("id"))
    contact = vault.SealedJSONField(holder=vault.by_client("id"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        """Give the reference."""
        return self.reference


class ContactCard(models.Model):
    """How a client may be reached; `answered_at` is empty until somebody has asked."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.OneToOneField(Client, models.PROTECT, related_name="card")
    card = vault.SealedJSONField(holder=vault.by_client("client_id"))
    answered_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class Case(models.Model):
    """The unit of care."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=7, unique=True)
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=12, default=CaseState.ENQUIRY.value)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """A closed case says since when."""

        constraints: ClassVar = [
            one_of("clients_case_kind", CaseKind, "kind"),
            one_of("clients_case_state", CaseState, "state"),
            models.CheckConstraint(
                condition=Q(state=CaseState.CLOSED.value, closed_at__isnull=False)
                | (~Q(state=CaseState.CLOSED.value) & Q(closed_at__isnull=True)),
                name="clients_case_closed_since",
            ),
        ]

    def __str__(self) -> str:
        """Give the reference."""
        return self.reference


class CaseChange(models.Model):
    """One move of a case: who, when, from what to what; never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12)

    def __str__(self) -> str:
        """Give the move."""
        return f"{self.before} to {self.after}"


class CaseMember(models.Model):
    """A client's part in a case, between dates."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="members")
    client = models.ForeignKey(Client, models.PROTECT, related_name="memberships")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        """Nobody is in a case twice at once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "client"],
                condition=Q(until__isnull=True),
                name="clients_member_once",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="clients_member_dates",
            ),
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class Assignment(models.Model):
    """A case offered to somebody, who accepts or declines; it counts between its dates."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=12)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        """Answered one way only; one running offer or assignment per person and case."""

        constraints: ClassVar = [
            one_of("clients_assignment_capacity", Capacity, "capacity"),
            models.UniqueConstraint(
                fields=["case", "person"],
                condition=Q(until__isnull=True, declined_at__isnull=True),
                name="clients_assignment_once",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(declined_at__isnull=True),
                name="clients_assignment_one_answer",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, since__isnull=True)
                | Q(accepted_at__isnull=False, since__isnull=False),
                name="clients_assignment_since",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("offered_at")),
                name="clients_assignment_dates",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "case"], name="clients_assignment_person")
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class PortalAccess(models.Model):
    """A client's own sign-in: one account, one client."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.OneToOneField(Client, models.PROTECT, related_name="portal")
    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class LinkActor(models.Model):
    """A link whose second secret was right: it acts for one client, about one row, for a while.

    Rows are made by `clients_make_link_actor` and `clients_hand_over` only.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20)
    row = models.UUIDField()
    opened_at = models.DateTimeField()
    # ten minutes without being seen end it, as a sitting that was left lying open
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # who handed over the device on which it acts, in place of a second secret
    handed_by = models.UUIDField(null=True)

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class Message(models.Model):
    """A message to a client; the row is the queue's truth, the content is gone once it is sent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="messages")
    # a letter to one of their guardians goes by the guardian's own card
    guardian = models.ForeignKey("clients.Guardian", models.PROTECT, null=True, related_name="+")
    template = models.CharField(max_length=20)
    # what its link leads to, so that a letter whose link is dead never leaves
    about = models.UUIDField(null=True)
    content = vault.SealedJSONField(holder=vault.by_client("client_id"), null=True)
    state = models.CharField(max_length=8, default=MessageState.QUEUED.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    queued_by = models.UUIDField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        """The sweeper asks for what is queued and due."""

        constraints: ClassVar = [
            one_of("clients_message_state", MessageState, "state"),
            one_of("clients_message_template", Template, "template"),
            models.CheckConstraint(
                condition=Q(state=MessageState.SENT.value, sent_at__isnull=False)
                | (~Q(state=MessageState.SENT.value) & Q(sent_at__isnull=True)),
                name="clients_message_sent_at",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=Q(state=MessageState.QUEUED.value),
                name="clients_message_due",
            )
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)
