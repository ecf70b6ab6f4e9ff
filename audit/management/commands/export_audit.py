"""Write the log, or a part of it, as one bundle that verifies without this system."""

from __future__ import annotations

import datetime
import pathlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from audit import actions, bundle, verifying
from counselling.access import SERVICE

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from audit.proofs import Part


class Command(BaseCommand):
    """Events, checkpoints, public key and verifier in one file."""

    help = "Write events, checkpoints or proofs, the public key and the verifier into a tar file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where to write, and of what; of everything where nothing is said."""
        parser.add_argument("file", type=pathlib.Path)
        parser.add_argument("--client", type=UUID, help="what is about one client")
        parser.add_argument("--account", type=UUID, help="what one account did")
        parser.add_argument("--since", type=_day, metavar="DAY", help="from this day on")
        parser.add_argument("--until", type=_day, metavar="DAY", help="before this day")

    def handle(self, *_args: Any, file: pathlib.Path, **asked: Any) -> None:
        """Record the export, then write it; without the event there is no export."""
        names = ("client", "account", "since", "until")
        part: Part = {name: asked[name] for name in names if asked.get(name)}  # type: ignore[assignment]  # these four, and argparse made them
        said = "-and-".join(part)
        actions.record_export(actor=SERVICE, client=part.get("client"), part=said)
        key = verifying.log_key()
        if part:
            count = bundle.write_part(file, *key, part)
        else:
            count = bundle.write(file, *key, witness=pathlib.Path(settings.WITNESS_FILE))
        self.stdout.write(f"Wrote {count} events to {file}.")


def _day(word: str) -> datetime.datetime:
    """Read a day as the midnight it begins with, by the clock of the practice."""
    day = datetime.date.fromisoformat(word)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
