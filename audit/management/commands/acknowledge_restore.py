"""Say that the log is older than its witness because a backup was put back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from audit import actions
from audit.domain import RESTORE_REASONS
from counselling.access import SERVICE
from counselling.errors import Invalid
from counselling.vault import KeysRefused

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Write the event, then the signed line of the witness."""

    help = "Acknowledge a restore: verification then says each time what is not here, and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the reason, which is a code: the log holds no sentences."""
        parser.add_argument("--reason", required=True, choices=RESTORE_REASONS)

    def handle(self, *_args: Any, reason: str, **_options: Any) -> None:
        """Acknowledge, or say why it is not a restore."""
        try:
            restore = actions.acknowledge_restore(actor=SERVICE, reason=reason)
        except Invalid as refused:
            raise CommandError(refused.message) from refused
        except (OSError, ValueError, KeysRefused) as error:
            message = f"A key of the log cannot be read, restore it first: {error}"
            raise CommandError(message) from error
        self.stdout.write(f"Acknowledged: {restore.sentence}.")
