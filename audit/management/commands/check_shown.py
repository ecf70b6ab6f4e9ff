"""Say whether what stands at the foot of a list was in the log, at the state that stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from audit.checkpoint import parse
from audit.verifying import DATABASE

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """A size and a root as they were signed, and an entry by its leaf hash."""

    help = "Say whether the codes at the foot of a list of openings are in the log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the codes as they are printed."""
        parser.add_argument("size", type=int)
        parser.add_argument("root")
        parser.add_argument("entry", nargs="?", default="")

    def handle(self, *_args: Any, size: int, root: str, entry: str, **_options: Any) -> None:
        """Compare with what was signed; where the list is not of this log, end with an error."""
        with connections[DATABASE].cursor() as cursor:
            cursor.execute("SELECT note, signed_at FROM audit_checkpoint WHERE size = %s", [size])
            found = cursor.fetchone()
            if found is None or parse(found[0]).checkpoint.root.hex() != root.strip().lower():
                message = "The log never stood like this: that state was not signed."
                raise CommandError(message)
            self.stdout.write(f"The log stood like this on {found[1]:%Y-%m-%d %H:%M} (UTC).")
            if entry:
                self._tell_entry(cursor, entry.strip().lower(), size)

    def _tell_entry(self, cursor: Any, entry: str, size: int) -> None:
        cursor.execute(
            "SELECT number, recorded FROM audit_leaf WHERE encode(leaf_hash, 'hex') = %s", [entry]
        )
        row = cursor.fetchone()
        if row is None:
            message = "The entry is not in the log."
            raise CommandError(message)
        when = "in that state" if row[0] <= size else "sealed after that state"
        self.stdout.write(f"The entry is number {row[0]} of {row[1]:%Y-%m-%d %H:%M}, {when}.")
