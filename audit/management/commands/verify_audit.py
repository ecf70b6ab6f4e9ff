"""Verify the log, say in one sentence what was found, and tell people of what is not whole."""

from __future__ import annotations

import json
import pathlib
import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit import actions, verifying
from audit.standalone import verify_bundle
from audit.witness import lines_of
from counselling import vault
from counselling.access import SERVICE

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from audit.findings import Report


class Command(BaseCommand):
    """Hash everything again."""

    help = "Verify the log: exit 0 if it is whole, 1 if not, naming the first bad entry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the form of the answer, and an export to verify instead."""
        parser.add_argument("--json", action="store_true", dest="as_json", help="answer as JSON")
        parser.add_argument("--bundle", metavar="FILE", help="verify an export instead")

    def handle(
        self, *_args: Any, as_json: bool = False, bundle: str | None = None, **_options: Any
    ) -> None:
        """Verify, keep the result for the badge, record that it was done."""
        if bundle:
            whole = verify_bundle.main([bundle, *(["--json"] if as_json else [])]) == 0
        else:
            whole = self._verify(as_json=as_json)
        if not whole:
            sys.exit(1)

    def _verify(self, *, as_json: bool) -> bool:
        report = _report()
        actions.record_verification(actor=SERVICE, report=report)
        self.stdout.write(_as_json(report) if as_json else report.sentence)
        return report.whole


def _report() -> Report:
    try:
        name, public = verifying.log_key()
    except (OSError, ValueError) as error:
        # whoever took the key away must not have made the log unwatched by it
        actions.record_verification(actor=SERVICE, report=verifying.unreadable_key())
        message = "The log's public key cannot be read: restore the file CHECKPOINT_PUBLIC_FILE."
        raise CommandError(message) from error
    told = lines_of(pathlib.Path(settings.WITNESS_FILE))
    return verifying.verify(name, public, vault.signing.verify_ed25519, told)


def _as_json(report: Report) -> str:
    return json.dumps(
        {
            "whole": report.whole,
            "sentence": report.sentence,
            "events": report.events,
            "waiting": report.waiting,
            "checkpoints": report.checkpoints,
            "witnessed": report.witnessed and report.witnessed.isoformat(),
            "restores": list(report.restores),
            "findings": [
                {"number": one.number, "event": one.event and str(one.event), "what": one.what}
                for one in report.findings
            ],
        },
        indent=2,
    )
