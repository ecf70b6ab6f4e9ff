"""Who may sign for somebody: guardians, the recorded decision, and a guardian's own sign-in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from clients.domain.capacity import Basis, Decides, WhyLeftOut
from clients.models.care import Client, one_of
from counselling import vault
from counselling.db import uuid7


class Guardian(models.Model):
    """Somebody who may have to sign for one client; all that is known of them is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="guardians")
    # sealed {name, relationship, email, phone, address, and how they may be reached}
    details = vault.SealedJSONField(holder=vault.by_client("client_id"))
    created_at = models.DateTimeField()
    created_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class CapacityDecision(models.Model):
    """Who decides for a client, by whom that was decided, when and why; the newest counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="decisions")
    decides = models.CharField(max_length=10)
    basis = models.CharField(max_length=12)
    why = vault.SealedTextField(holder=vault.by_client("client_id"))
    by = models.UUIDField()
    at = models.DateTimeField()
    # the first instant at which it holds no more: majority at the latest; none for `alone`
    until = models.DateTimeField(null=True)

    class Meta:
        """A guardian decides for a while only, the client alone without an end."""

        constraints: ClassVar = [
            one_of("clients_capacitydecision_decides", Decides, "decides"),
            one_of("clients_capacitydecision_basis", Basis, "basis"),
            models.CheckConstraint(
                condition=Q(decides=Decides.ALONE.value, until__isnull=True)
                | ~Q(decides=Decides.ALONE.value) & Q(until__isnull=False),
                name="clients_capacitydecision_until",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["client", "-at"], name="clients_capacitydecision_new"),
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class DecisionGuardian(models.Model):
    """What a decision says of one guardian: they sign, or why they are left out."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    decision = models.ForeignKey(CapacityDecision, models.PROTECT, related_name="guardians")
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    guardian = models.ForeignKey(Guardian, models.PROTECT, related_name="+")
    signs = models.BooleanField()
    why_not = models.CharField(max_length=12, blank=True)

    class Meta:
        """Each guardian once; whoever does not sign is left out for a reason."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "guardian"], name="clients_decisionguardian_once"
            ),
            models.CheckConstraint(
                condition=Q(signs=True, why_not="")
                | Q(signs=False, why_not__in=[each.value for each in WhyLeftOut]),
                name="clients_decisionguardian_left_out",
            ),
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class GuardianAccess(models.Model):
    """The sign-in of one guardian of one client."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    guardian = models.OneToOneField(Guardian, models.PROTECT, related_name="access")
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="guardian_access"
    )
    given_at = models.DateTimeField()
    given_by = models.UUIDField()

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)
