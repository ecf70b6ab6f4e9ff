"""System checks: the process refuses to start wrong, each refusal with a number and a hint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Tags, register

if TYPE_CHECKING:
    from collections.abc import Sequence


@register(Tags.security, deploy=True)
def demo_mode_stays_at_home(**_: Any) -> Sequence[CheckMessage]:
    """Refuse demo and test mode, or a given clock, where real people are cared for."""
    if settings.MODE == "production" and not settings.GIVEN_CLOCK_ALLOWED:
        return []
    return [
        Critical(
            f"COUNSELLING_MODE is {settings.MODE}: anybody who reaches the page can sign in.",
            hint="Set COUNSELLING_MODE=production.",
            id="counselling.C001",
        )
    ]


@register(Tags.security, deploy=True)
def application_is_not_owner(**_: Any) -> Sequence[CheckMessage]:
    """Refuse a web or worker process that could also change the schema and the policies."""
    default, owner = settings.DATABASES["default"], settings.DATABASES.get("owner")
    if owner is None or default["USER"] != owner["USER"]:
        return []
    return [
        Critical(
            "The application connects to PostgreSQL as the owner of the schema.",
            hint="Give DATABASE_URL the restricted role counselling_app.",
            id="counselling.C002",
        )
    ]


@register(Tags.security, deploy=True)
def proxies_are_counted(**_: Any) -> Sequence[CheckMessage]:
    """Refuse to take every visitor for the proxy: who guesses would make everybody wait."""
    if settings.PROXIES or not settings.BEHIND_TLS_PROXY:
        return []
    return [
        Critical(
            "Behind the proxy every request seems to come from one address.",
            hint="Set PROXIES to the number of proxies of yours that add to X-Forwarded-For.",
            id="counselling.C003",
        )
    ]
