"""Accounts: roles, second factors, sittings, supervision; found by keyed hash, sealed if needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django_otp.models import Device
from django_otp.oath import TOTP

from counselling import vault
from counselling.access import Role
from counselling.accounts.domain import Kind
from counselling.db import uuid7

if TYPE_CHECKING:
    import datetime

LIVE: Final = models.Q(until=None)


class Account(AbstractBaseUser):  # type: ignore[django-manager-missing]  # of untyped django-otp
    """One person's sign-in; the address is sealed and found by its keyed hash (AU-01)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    sign_in_index = models.CharField(max_length=64, unique=True)
    email = vault.SealedTextField(holder=vault.by_staff("id"))
    # staff only; a client's name is sealed in `clients`
    name = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    # whether single letters do something on this person's pages (WCAG 2.1.4)
    single_keys = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    # Django would write it at every sign-in; the sittings tell more
    last_login = None

    USERNAME_FIELD = "sign_in_index"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = models.Manager()

    class Meta:
        """What holds for every account."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in Kind]),
                name="accounts_account_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=Kind.STAFF.value) | models.Q(name="", title=""),
                name="accounts_account_client_has_no_name_here",
            ),
        ]

    def __str__(self) -> str:
        """Give the id: names are not for logs."""
        return str(self.id)


class RoleHeld(models.Model):
    """A role of a person, from when until when, and who gave it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    given_by = models.UUIDField()

    class Meta:
        """A role is held once at a time, and nobody gives one to themselves."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "role"], condition=LIVE, name="accounts_role_held_once"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]),
                name="accounts_role_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(given_by=models.F("account")), name="accounts_role_from_another"
            ),
        ]

    def __str__(self) -> str:
        """Give role and id."""
        return f"{self.role} of {self.account_id}"


class Supervision(models.Model):
    """Who supervises whom, from when until when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    supervisor = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="supervises")
    supervisee = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="supervised_by")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    arranged_by = models.UUIDField()

    class Meta:
        """A pair is arranged once at a time, and nobody supervises themselves."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["supervisor", "supervisee"],
                condition=LIVE,
                name="accounts_supervision_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(supervisor=models.F("supervisee")),
                name="accounts_supervision_of_another",
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="accounts_supervision_ends_later",
            ),
        ]

    def __str__(self) -> str:
        """Give the pair."""
        return f"{self.supervisor_id} supervises {self.supervisee_id}"


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


class Throttle(models.Model):
    """Wrong answers for one sign-in name from one address; both only as keyed hash (AU-05)."""

    key = models.CharField(primary_key=True, max_length=64)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        """Give the count."""
        return f"{self.failures} failures"


class Posted(models.Model):
    """A form that was done, as keyed hash, and the address it led to; see `actions.once`."""

    key = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField(db_index=True)
    led_to = models.CharField(max_length=300)

    def __str__(self) -> str:
        """Say when."""
        return f"done at {self.at}"


class SignedInSession(models.Model):
    """A sitting: one browser signed in, from when, seen when, and how it ended."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sittings")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    step_up_at = models.DateTimeField(null=True)
    # left alone, it opens nothing until one factor wakes it
    asleep_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=20, blank=True)
    device = models.CharField(max_length=60, blank=True)
    address_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        """Looked for by account, newest first."""

        indexes: ClassVar = [
            models.Index(fields=["account", "-began_at"], name="accounts_sitting_of_account")
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)


class Practice(models.Model):
    """The practice as its clients see it: one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=120)
    address = models.TextField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    crisis_line = models.TextField(blank=True)
    complaints_contact = models.TextField(blank=True)

    class Meta:
        """There is one practice to an installation."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="accounts_one_practice")
        ]

    def __str__(self) -> str:
        """Give the name."""
        return self.name


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


def live(at: datetime.datetime) -> models.Q:
    """Say that a role or a supervision holds at `at`."""
    return models.Q(since__lte=at) & (models.Q(until=None) | models.Q(until__gt=at))
