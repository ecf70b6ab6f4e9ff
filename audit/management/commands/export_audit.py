"""Write the whole log as one bundle that verifies without this system."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand

from audit import actions, bundle, verifying
from counselling.access import SERVICE

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Events, checkpoints, public key and verifier in one file."""

    help = "Write events, checkpoints, the public key and the verifier into one tar file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where to write."""
        parser.add_argument("file", type=pathlib.Path)

    def handle(self, *_args: Any, file: pathlib.Path, **_options: Any) -> None:
        """Record the export, then write it; without the event there is no export."""
        actions.record_export(actor=SERVICE)
        count = bundle.write(
            file, *verifying.log_key(), witness=pathlib.Path(settings.WITNESS_FILE)
        )
        self.stdout.write(f"Wrote {count} events to {file}.")
