"""Who has an account: people, their roles, who supervises whom, and the practice itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

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
    # a keyed hash of where somebody lives, if they said so: compared with clients' and no more
    home = models.CharField(max_length=32, blank=True)
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
                condition=models.Q(kind=Kind.STAFF.value) | models.Q(name="", title="", home=""),
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


def live(at: datetime.datetime) -> models.Q:
    """Say that a role or a supervision holds at `at`."""
    return models.Q(since__lte=at) & (models.Q(until=None) | models.Q(until__gt=at))
