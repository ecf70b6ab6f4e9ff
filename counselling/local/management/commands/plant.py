"""Plant the fictional practice of the demo, once and wholly or not at all."""

from __future__ import annotations

import datetime
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from counselling.accounts import queries as accounts
from counselling.local.practice import (
    caseload,
    emergencies,
    forms,
    leaving,
    looks,
    permissions,
    reading,
    safety,
    supervision,
    switches,
    team,
    together,
    unfinished,
    work,
    young,
)
from counselling.local.practice.story import Story

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Tell the story and play it; what is there already stays as it is."""

    help = "Plant a fictional practice in an empty database (demo only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take nothing: there is one practice to plant."""

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Plant, unless somebody works here already."""
        if not (settings.DEMO and settings.PROCESS == "plant"):
            message = (
                "Planting turns the clock, so it is for the demo only: "
                "COUNSELLING_MODE=demo and COUNSELLING_PROCESS=plant."
            )
            raise CommandError(message)
        if accounts.staff():
            self.stdout.write("There is a practice here already; nothing was planted.")
            return
        # what an earlier try that was cut short had sent, though nothing else of it remains
        shutil.rmtree(Path(settings.OUTBOX), ignore_errors=True)
        began = time.monotonic()
        story = Story(datetime.datetime.now(datetime.UTC))
        for part in (
            team,
            caseload,
            work,
            permissions,
            switches,
            young,
            looks,
            supervision,
            reading,
            safety,
            unfinished,
            together,
            emergencies,
            forms,
            leaving,
        ):
            part.tell(story)
        story.play(self.stdout.write)
        self.stdout.write(f"  planted in {time.monotonic() - began:.0f} s")
