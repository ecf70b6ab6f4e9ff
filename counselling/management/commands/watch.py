"""Say how the practice's machine does; exit with 1 if a person is needed."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError

from counselling import watching

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """For the machine's timer, a monitoring system, or whoever looks."""

    help = "Say what is late, due, old or about to end; exit 1 if somebody has to look."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the form of the answer."""
        parser.add_argument("--json", action="store_true", dest="as_json", help="answer as JSON")

    def handle(self, *_args: Any, as_json: bool = False, **_options: Any) -> None:
        """Look, say, and give the exit code."""
        seen: list[watching.Sight] = []
        try:
            seen.extend(watching.look())
        except (DatabaseError, InterfaceError) as error:
            seen.append(watching.Sight("database", type(error).__name__, well=False))
        if as_json:
            self.stdout.write(json.dumps([dataclasses.asdict(one) for one in seen], indent=2))
        else:
            for one in seen:
                self.stdout.write(f"{'ok  ' if one.well else 'LOOK'}  {one.name:<22} {one.said}")
        if not all(one.well for one in seen):
            sys.exit(1)
