"""Plant many clients, notes and events beside the demo's practice; run again, it goes on."""

from __future__ import annotations

import dataclasses
import datetime
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from counselling.local.cluster import ROOT
from counselling.local.processes import tethered
from counselling.local.seeding import planting
from counselling.local.seeding.sizes import SIZES, Size

if TYPE_CHECKING:
    from argparse import ArgumentParser

MOST_PARTS: Final = 4
TOLD_EVERY: Final = 3.0


class Command(BaseCommand):
    """Make what all need, then let a process per core plant caseloads until all are there."""

    help = "Plant many fictional clients, notes and events beside the demo's practice (demo only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how much, and which share of it where this is one of several processes."""
        parser.add_argument("size", choices=sorted(SIZES))
        parser.add_argument("--counsellors", type=int, default=None, help="fewer or more of them")
        parser.add_argument("--share", type=int, default=None, help="for its own use")
        parser.add_argument("--of", type=int, default=1, help="for its own use")
        parser.add_argument("--now", type=datetime.datetime.fromisoformat, default=None)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Plant what is missing."""
        if not (settings.DEMO and settings.PROCESS == "plant"):
            message = (
                "Seeding turns the clock, so it is for the demo only: "
                "COUNSELLING_MODE=demo and COUNSELLING_PROCESS=plant."
            )
            raise CommandError(message)
        size = SIZES[options["size"]]
        if options["counsellors"]:
            size = dataclasses.replace(size, counsellors=options["counsellors"])
        now = options["now"] or datetime.datetime.now(datetime.UTC)
        missing = planting.missing(size)
        if options["share"] is not None:
            # by number and not by place: others have planted some meanwhile
            mine = [one for one in missing if one % options["of"] == options["share"]]
            planting.plant(mine, size, now)
            return
        if not missing:
            self.stdout.write("All of it is there already; nothing was planted.")
            return
        self._plant(options["size"], size, now)

    def _plant(self, name: str, size: Size, now: datetime.datetime) -> None:
        began = time.monotonic()
        try:
            planting.prepare(size, now, self.stdout.write)
        except LookupError as none:
            raise CommandError(str(none)) from none
        self._share_out(name, size, now)
        planting.analyse()
        self.stdout.write(f"  planted in {time.monotonic() - began:.0f} s")

    def _share_out(self, name: str, size: Size, now: datetime.datetime) -> None:
        """Start the processes, say how far they are, and end all when one fails."""
        parts = min(MOST_PARTS, os.cpu_count() or 1, size.counsellors)
        command = [sys.executable, str(ROOT / "manage.py"), "seed", name]
        command += ["--of", str(parts)]
        command += ["--counsellors", str(size.counsellors), "--now", now.isoformat(), "--share"]
        running = [
            subprocess.Popen(tethered([*command, str(part)], signal.SIGKILL))
            for part in range(parts)
        ]
        try:
            while any(one.poll() is None for one in running):
                self._say_how_far(size)
                if any(one.poll() for one in running):
                    break
                time.sleep(TOLD_EVERY)
            if any(one.wait() for one in running if one.poll()):
                raise CommandError("A process that planted has failed; run it again to go on.")
            self._say_how_far(size)
        finally:
            for one in running:
                one.kill()
                one.wait()

    def _say_how_far(self, size: Size) -> None:
        there = size.counsellors - len(planting.missing(size))
        self.stdout.write(f"  {there} of {size.counsellors} caseloads")
