"""Staff at approved risk: shown to clients by role and code, as two people decided."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from counselling import vault
from counselling.db import uuid7


class RiskAlias(models.Model):
    """A decision that clients read a code for somebody's name: asked by one, agreed by another."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="risk_aliases"
    )
    code = models.CharField(max_length=6)
    reason = vault.SealedTextField(holder=vault.by_staff("account_id"))
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    agreed_by = models.UUIDField(null=True)
    agreed_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time, by two people, and never agreed by whom it is about."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(ended_at=None),
                name="accounts_alias_once",
            ),
            models.CheckConstraint(
                condition=models.Q(agreed_by=None)
                | (
                    ~models.Q(agreed_by=models.F("asked_by"))
                    & ~models.Q(agreed_by=models.F("account"))
                ),
                name="accounts_alias_by_two",
            ),
            models.CheckConstraint(
                condition=models.Q(agreed_by=None, agreed_at=None)
                | models.Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="accounts_alias_agreed_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_by=None, ended_at=None)
                | models.Q(ended_by__isnull=False, ended_at__isnull=False),
                name="accounts_alias_ended_whole",
            ),
        ]

    def __str__(self) -> str:
        """Give the id."""
        return str(self.id)
