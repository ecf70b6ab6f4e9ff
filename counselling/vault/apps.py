"""The vault as an app: its table, and the refusal to start without a key."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Critical, register

from counselling.vault.providers import KeysRefused, canary


class VaultConfig(AppConfig):
    """Wrapped keys and nothing else."""

    name = "counselling.vault"
    label = "vault"
    verbose_name = "vault"

    def ready(self) -> None:
        """Make the check known; no database is opened here."""
        register(keys_are_there)


def keys_are_there(**_: Any) -> list[CheckMessage]:
    """Refuse to run a command that could not open what it finds."""
    try:
        canary()
    except KeysRefused as error:
        return [
            Critical(
                str(error),
                hint="KEK_PROVIDER is file or environment; the README tells how keys are made.",
                id="vault.C001",
            )
        ]
    return []
