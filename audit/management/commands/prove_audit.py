"""Write the proof that one event is in the log, for somebody who is to see no other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from audit import actions, bundle, verifying
from counselling.access import SERVICE

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """One event, its path to the signed checkpoint, and from older checkpoints to it."""

    help = "Write the proof that an event is in the log, as JSON for verify_bundle.py."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take which event."""
        parser.add_argument("event", type=UUID)

    def handle(self, *_args: Any, event: UUID, **_options: Any) -> None:
        """Record it, then write it; without the event of it there is no proof."""
        actions.record_proof(actor=SERVICE, event=event)
        proof = bundle.prove(*verifying.log_key(), event)
        if proof is None:
            message = "No sealed event has that id."
            raise CommandError(message)
        self.stdout.write(json.dumps(proof, ensure_ascii=False))
