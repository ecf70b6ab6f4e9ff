"""The addresses of signing in, of one's own account, and of the staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "accounts"
urlpatterns: list[URLPattern] = []
