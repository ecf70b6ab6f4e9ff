"""Say of a PDF whether the practice sealed it and whether a byte of it changed."""

from __future__ import annotations

import pathlib
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consent import pdf


class Command(BaseCommand):
    """For anybody who holds a file and asks whether it is genuine (ES-07, ES-15)."""

    help = "Check the seal of a document; ends with an error unless it is genuine."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the file."""
        parser.add_argument("file", type=pathlib.Path)

    def handle(self, *_: Any, **options: Any) -> None:
        """Print the verdict, and with which certificate it was sealed."""
        try:
            verdict = pdf.verify(options["file"].read_bytes())
        except (OSError, pdf.SealRefused) as error:
            raise CommandError(str(error)) from error
        if not verdict.sealed:
            raise CommandError("unknown: no seal that can be read is on this file.")
        if not verdict.ours:
            raise CommandError("unknown: the seal is not the practice's.")
        if not verdict.holds:
            raise CommandError("changed: this is not what the practice sealed.")
        self.stdout.write(
            f"genuine: sealed {verdict.signed_at:%Y-%m-%d %H:%M:%S} (UTC{verdict.signed_at:%z})"
        )
        if verdict.kept > 1:
            self.stdout.write(f"signatures {verdict.seals} of {verdict.kept}")
        self.stdout.write(f"certificate {verdict.certificate}")
        if verdict.superseded:
            self.stdout.write(f"a newer certificate seals since {verdict.superseded:%Y-%m-%d}")
