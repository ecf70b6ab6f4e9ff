"""Wrap every data key with the newest key-encryption key; no note is touched."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from counselling import rotation
from counselling.access import SERVICE
from counselling.vault import KeysRefused, SealBroken


class Command(BaseCommand):
    """Put the new key first in the key file, run this, then take the old one out."""

    help = "Wrap the data keys anew after a new key-encryption key was put first in the key file."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Wrap anew; killed, it is run again."""
        try:
            count = rotation.rewrap_keys(actor=SERVICE)
        except (SealBroken, KeysRefused) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} keys are wrapped anew.")
