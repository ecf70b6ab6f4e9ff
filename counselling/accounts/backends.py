"""The backend of sign-in: finds who a session belongs to; checking answers is the actions' work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.backends import BaseBackend

from counselling.accounts.models import Account

if TYPE_CHECKING:
    from uuid import UUID


class SignInBackend(BaseBackend):
    """Authenticates nobody by itself: a password alone never signs anybody in (AU-02)."""

    def get_user(self, user_id: UUID | str) -> Account | None:
        """Give the account while it is open."""
        return Account.objects.filter(pk=user_id, is_active=True).first()
