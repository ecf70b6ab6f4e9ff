"""Where the pages of consent are."""

from __future__ import annotations

app_name = "consent"
urlpatterns: list[object] = []
