"""Give every keyholder a new data key and seal every stored value anew with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from counselling import rotation
from counselling.access import SERVICE
from counselling.vault import KeysRefused

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """The practice goes on working meanwhile; killed, it is run again and goes on."""

    help = "Give every keyholder a new data key and seal every stored value anew with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how long to wait before looking for values sealed with an old key meanwhile."""
        parser.add_argument("--wait", type=float, default=rotation.WAIT, metavar="SECONDS")

    def handle(self, *_args: Any, wait: float, **_options: Any) -> None:
        """Seal anew, or say what did not open."""
        if "owner" not in connections:
            message = "Only the owner seals anew: set DATABASE_OWNER_URL for this command."
            raise CommandError(message)
        try:
            found = rotation.reseal(actor=SERVICE, wait=wait, say=self.stdout.write)
        except KeysRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{found.keys} new keys, {found.values} values sealed anew.")
        if found.broken:
            message = f"{len(found.broken)} values do not open: {found.broken[0]} first."
            raise CommandError(message)
