"""The command: `python -m counselling.local.backups backup|verify|restore|identity`."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from pathlib import Path

import django
import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from counselling.local import doors, places
from counselling.local.backups import age
from counselling.local.children import Log
from counselling.local.cluster import ROOT, Cluster
from counselling.local.preparation import PYTHON, Preparation
from counselling.local.problem import Problem

KEEP_MAIN_DAYS = 90
KEEP_KEYS_DAYS = 7
REASONS = ("hardware", "mistake", "attack", "move", "rehearsal")
# who has read this cannot say that the living data went by surprise
REPLACE = "put the backup in the place of living data; a fresh backup of that is made first"
RESTORE = """
  restore main|keys FILE|newest [--replace] [--reason REASON] [--identity FILE]
          [--living-is-lost] [--without-log]
In a clone: make restore ARGS="main newest --replace", with the demo stopped.
What is possible after which loss: docs/recovery.md"""


def parsed(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="backups",
        description=__doc__,
        epilog='In a clone: make backup, and make restore ARGS="main newest --replace".',
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    backup = verbs.add_parser("backup", help="back up main and keys, and try both")
    backup.add_argument("--keep-main-days", type=int, default=KEEP_MAIN_DAYS)
    backup.add_argument("--keep-keys-days", type=int, default=KEEP_KEYS_DAYS)
    verify = verbs.add_parser("verify", help="try backups: the newest of both, or these files")
    verify.add_argument("files", nargs="*")
    restore = verbs.add_parser("restore", help="live on a backup from now on", usage=RESTORE)
    restore.add_argument("kind", choices=("main", "keys"))
    restore.add_argument("file", help="a file, or the word newest")
    restore.add_argument("--replace", action="store_true", help=REPLACE)
    restore.add_argument(
        "--living-is-lost", action="store_true", help="replace what cannot be backed up any more"
    )
    restore.add_argument(
        "--without-log", action="store_true", help="keys: do not ask the log what was destroyed"
    )
    restore.add_argument(
        "--reason", choices=REASONS, help="main: acknowledge it to the log at once"
    )
    for each in (backup, verify, restore):
        each.add_argument(
            "--identity", metavar="FILE", help="the private key; - reads it from input"
        )
    for each in (backup, verify):
        each.add_argument("--every-value", action="store_true", help="try each, not a sample")
    identity = verbs.add_parser("identity", help="make the pair of keys of the backups")
    identity.add_argument("folder", type=Path)
    look = verbs.add_parser("look")
    look.add_argument("kinds", nargs="+")
    look.add_argument("--every-value", action="store_true")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Do it here where the addresses are given, else as the demo of this clone would."""
    asked = parsed(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if asked.verb == "identity":
        age.make_keys(asked.folder)
        print(f"The keys of the backups are in {asked.folder}: carry {age.PRIVATE} away from here.")
        return 0
    if not os.environ.get("DATABASE_OWNER_URL") and not os.environ.get("DATABASE_OWNER_URL_FILE"):
        return _as_the_demo(arguments)
    return _here(asked)


def _as_the_demo(arguments: list[str]) -> int:
    """Run once more, with the demo's PostgreSQL and addresses; it is started where none runs."""
    folder = Path(os.environ.get("COUNSELLING_DATA") or ROOT / ".local").resolve()
    preparation = Preparation(folder, doors.port(os.environ.get("PORT", "8000")), Log())
    for name in ("SUPERUSER_URL", "KEYS_SUPERUSER_URL"):
        os.environ[name] = Cluster(folder).superuser_url
    with contextlib.ExitStack() as later:
        if not preparation.database_runs():
            later.enter_context(places.alone(folder))
            later.callback(preparation.stop)
            preparation.run()
        return preparation.hand_over([PYTHON, "-m", "counselling.local.backups", *arguments])


def _here(asked: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")
    django.setup()
    from counselling.local.backups import commands  # noqa: PLC0415 - it wants loaded apps

    return commands.run(asked)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Problem, ImproperlyConfigured) as problem:
        sys.exit(str(problem))
    except (psycopg.OperationalError, OperationalError) as error:
        sys.exit(f"A database does not answer: {str(error).strip().splitlines()[0]}")
    except KeyboardInterrupt:
        sys.exit("Stopped; what was half done counts for nothing.")
