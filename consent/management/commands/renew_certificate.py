"""Give the practice a new key and certificate; documents sealed before stay genuine."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consent import actions, pdf
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import CounsellingError
from counselling.vault.providers import KeysRefused


class Command(BaseCommand):
    """For whoever runs the machine: when the certificate ends, or its key may be known."""

    help = "Make a new key and certificate for sealing documents; the former certificate is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the word: the former key is gone afterwards."""
        parser.add_argument("--yes", action="store_true", help="do it; without it, only say what")

    def handle(self, *_: Any, **options: Any) -> None:
        """Say what would be done, or do it and say what was."""
        try:
            now = pdf.certificates_known()[0]
            if not options["yes"]:
                until = now.certificate.not_valid_after
                self.stdout.write(
                    f"Documents are sealed with {now.fingerprint}, until {until:%Y-%m-%d}."
                )
                raise CommandError("Nothing was done. Say --yes to replace its key for good.")
            with as_actor(SERVICE):
                new = actions.renew_certificate(actor=SERVICE)
        except (KeysRefused, CounsellingError) as no:
            raise CommandError(str(no)) from no
        self.stdout.write(f"Documents are sealed with {new} from now on.")
        self.stdout.write("Keep a backup of the new key. Documents sealed before stay genuine.")
