"""Make the first account of a new practice and print its link."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from counselling.access import SERVICE
from counselling.accounts import actions
from counselling.db import as_actor
from counselling.errors import Invalid, Refused


class Command(BaseCommand):
    """For whoever runs the machine, once; everybody else is invited by an administrator."""

    help = "Make the first administrator's account and print the link that sets its password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask who it is."""
        parser.add_argument("name")
        parser.add_argument("email")

    def handle(self, *_: Any, **options: Any) -> None:
        """Print the link, which is good once and for an hour."""
        try:
            with as_actor(SERVICE):
                invited = actions.create_first_administrator(
                    actor=SERVICE, name=options["name"], email=options["email"]
                )
        except (Invalid, Refused) as no:
            raise CommandError(no.message) from no
        self.stdout.write(settings.BASE_URL.rstrip("/") + invited.path)
