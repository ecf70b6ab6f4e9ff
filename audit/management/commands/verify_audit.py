"""Verify the log, say in one sentence what was found, and tell people of what is not whole."""

from __future__ import annotations

import datetime
import json
import logging
import pathlib
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from audit import actions, verifying
from audit.letters import joined, letters_of
from audit.standalone import verify_bundle
from audit.witness import FileWitness, lines_of
from counselling import vault
from counselling.access import SERVICE

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from audit.findings import Report
    from audit.witness import Testimony

log = logging.getLogger("counselling.audit")

# when the whole log is read, if it has to be read today: who works late is not slowed by it
NIGHT: Final = range(1, 5)


class Command(BaseCommand):
    """Hash everything again."""

    help = "Verify the log: exit 0 if it is whole, 1 if not, naming the first bad entry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how much to look at, the form of the answer, and what else testifies."""
        parser.add_argument("--json", action="store_true", dest="as_json", help="answer as JSON")
        parser.add_argument("--bundle", metavar="FILE", help="verify an export or a proof instead")
        parser.add_argument(
            "--due", action="store_true", help="only what is new, if all was verified lately"
        )
        parser.add_argument(
            "--witness-mail", type=pathlib.Path, metavar="FILE", help="a saved mailbox or letter"
        )

    def handle(
        self,
        *_args: Any,
        as_json: bool = False,
        bundle: str | None = None,
        due: bool = False,
        witness_mail: pathlib.Path | None = None,
        **_options: Any,
    ) -> None:
        """Verify, keep the result for the badge, record that it was done."""
        if bundle:
            whole = verify_bundle.main([bundle, *(["--json"] if as_json else [])]) == 0
        else:
            whole = self._verify(due=due, mail=witness_mail, as_json=as_json)
        if not whole:
            sys.exit(1)

    def _verify(self, *, due: bool, mail: pathlib.Path | None, as_json: bool) -> bool:
        report = (_what_is_new() if due else None) or _confirmed(mail)
        actions.record_verification(actor=SERVICE, report=report)
        actions.tell_of_an_absent_witness(actor=SERVICE)
        self.stdout.write(_as_json(report) if as_json else report.sentence)
        return report.whole


def _what_is_new() -> Report | None:
    """Verify what was sealed since; None where all is due, and where what is new is not whole."""
    last = verifying.last()
    if last.base is None or last.whole_ago is None or _all_is_due(last.whole_ago):
        return None
    report = verifying.verify_since(last.base, *_key(), vault.signing.verify_ed25519, _tail())
    return report if report and report.whole else None


def _all_is_due(ago: datetime.timedelta) -> bool:
    """Say whether the whole log is to be read: once a day, at night if that can be waited for."""
    every = datetime.timedelta(seconds=settings.VERIFY_EVERY_SECONDS)
    night = timezone.localtime().hour in NIGHT
    return ago >= (every / 2 if night else every)


def _tail() -> list[Testimony]:
    """Give what the witness was told last."""
    return FileWitness(pathlib.Path(settings.WITNESS_FILE)).told_last()


def _confirmed(mail: pathlib.Path | None) -> Report:
    """Verify all; what is found is looked for a second time before it counts.

    A passing fault of a disk, or a race of ours, must not stop a practice. A verifier that is
    killed in between has kept that it doubts, so the next one reads all of the log at once.
    """
    report = _report(mail)
    if report.whole:
        return report
    try:
        actions.record_verification(actor=SERVICE, report=report, doubted=True)
    except DatabaseError:
        # whoever broke the log may have seen to it that nothing more can be written into it
        log.exception("verify.doubt-not-recorded")
    time.sleep(settings.VERIFY_AGAIN_SECONDS)
    return _report(mail)


def _report(mail: pathlib.Path | None) -> Report:
    key = _key()
    told = lines_of(pathlib.Path(settings.WITNESS_FILE))
    if mail is not None:
        told = joined(told, letters_of(mail, *key, vault.signing.verify_ed25519))
    return verifying.verify(*key, vault.signing.verify_ed25519, told)


def _key() -> tuple[str, bytes]:
    try:
        return verifying.log_key()
    except (OSError, ValueError) as error:
        # whoever took the key away must not have made the log unwatched by it; but that nobody
        # can verify a log does not say that it was changed
        report = verifying.unreadable_key()
        actions.record_verification(actor=SERVICE, report=report, stops=False)
        message = "The log's public key cannot be read: restore the file CHECKPOINT_PUBLIC_FILE."
        raise CommandError(message) from error


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
