"""The backend of sign-in, whose name sessions carry; checking answers is the actions' work."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend


class SignInBackend(BaseBackend):
    """Authenticates nobody by itself: a password alone never signs anybody in (AU-02).

    Nor does it find anybody: who asks is found with their sitting (`queries.user_of`).
    """
