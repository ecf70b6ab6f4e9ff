"""What proves who somebody is: authenticators, recovery codes, invitations, and their resets."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django_otp.models import Device
from django_otp.oath import TOTP

from counselling import vault
from counselling.accounts.models.people import Account
from counselling.db import uuid7

if TYPE_CHECKING:
    import datetime


class TotpDevice(Device):  # type: ignore[misc]  # django-otp has no types
    """An authenticator app: its key sealed, each code good once (AU-08)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = vault.SealedTextField(holder=vault.by_staff("user_id"))
    last_t = models.BigIntegerField(default=-1)
    created_at = models.DateTimeField()

    class Meta:
        """One confirmed device a person, and one being enrolled."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "confirmed"], name="accounts_totp_one_of_each"),
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)

    def accept(self, token: str, key: bytes, at: datetime.datetime) -> bool:
        """Take a code if it fits within half a minute and none as new was taken before."""
        if not (token.isascii() and token.isdigit()):
            return False
        code = TOTP(key)
        code.time = at.timestamp()
        if not code.verify(int(token), tolerance=1, min_t=self.last_t + 1):
            return False
        self.last_t = code.t() + code.drift
        newer = TotpDevice.objects.filter(pk=self.pk, last_t__lt=self.last_t)
        return bool(newer.update(last_t=self.last_t) == 1)


class RecoveryCode(models.Model):
    """One way in when the authenticator is lost; only its keyed hash is kept (AU-08)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class Invitation(models.Model):
    """A link that sets a password once: its token and PIN only as hashes (AU-07)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    # empty for staff, whose link goes to their own mailbox
    pin_hash = models.CharField(max_length=200, blank=True)
    pin_failures = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    invited_by = models.UUIDField()

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class FactorReset(models.Model):
    """A second factor to be taken away: asked by one person, confirmed by another."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="factor_resets"
    )
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        """Two people, neither of them the owner."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None)
                | ~models.Q(confirmed_by=models.F("asked_by")),
                name="accounts_reset_by_two",
            ),
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("account"))
                & (models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("account"))),
                name="accounts_reset_by_others",
            ),
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)
