"""What each verb does, told step by step to whoever waits."""

from __future__ import annotations

import datetime
import subprocess
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError

from counselling.local.backups import (
    age,
    destroying,
    looking,
    making,
    manifest,
    restoring,
    seeing,
    trying,
    where,
)
from counselling.local.backups.trying import MANAGE
from counselling.local.problem import Problem

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from pathlib import Path

    from counselling.local.backups.restoring import Restored
    from counselling.local.backups.trying import Trial


def run(asked: argparse.Namespace) -> int:
    """Do what was asked; 1 where a backup did not pass its trial."""
    verbs = {"backup": backup, "verify": verify, "restore": restore, "look": look}
    return verbs[asked.verb](asked)


def say(line: str) -> None:
    """Tell whoever waits, at once."""
    print(line, flush=True)


# -- backup ---------------------------------------------------------------------------------------


def backup(asked: argparse.Namespace) -> int:
    """Back both up, try both, remember it, and only then let old ones go."""
    folder = where.folder()
    kept = where.identities(asked.identity)
    with where.alone(folder):
        paths, trial = make_and_try(folder, kept, every_value=asked.every_value)
        if not trial.good:
            return 1
        gone = [
            *making.forget_older(folder, "main", asked.keep_main_days),
            *making.forget_older(folder, "keys", asked.keep_keys_days),
        ]
    if gone:
        say(f"Older than kept, and removed: {', '.join(gone)}.")
    say(f"The backups are good; they are in {folder}.")
    if kept is None:
        say("They were tried with a passing key. Try one with the key kept apart now and then:")
        say(f"  {command('verify --identity FILE')}")
    stopped = " (with the demo stopped)" if settings.AT_HOME else ""
    say(f"To live on one{stopped}: {command('restore main ' + paths['main'].name + ' --replace')}")
    return 0


def make_and_try(
    folder: Path, kept: list[age.Identity] | None, *, every_value: bool = False
) -> tuple[dict[str, Path], Trial]:
    """Make one of each kind and try them together.

    Without the private key a passing one is added for this trial, so that the very files that
    were written are opened again; nobody has it afterwards.
    """
    passing = age.passing_identity()
    to = [*where.recipients(), *([] if kept else [passing.to_public()])]
    say(f"Backing up into {folder}.")
    destroying.catch_up(where.side("main"), where.side("keys"))
    _tell_of_doubts()
    paths = {}
    for kind in where.KINDS:
        began = time.monotonic()
        paths[kind] = path = making.make(where.side(kind), folder, to)
        size = path.stat().st_size / 1e6
        say(f"  {kind:<5} {size:.1f} MB in {time.monotonic() - began:.1f} s: {path.name}")
        seeing.made(manifest.read(path))
    return paths, _try(paths, kept or [passing], by_kept_key=kept is not None, every=every_value)


def _try(
    paths: Mapping[str, Path], by: list[age.Identity], *, by_kept_key: bool, every: bool
) -> Trial:
    began = time.monotonic()
    say("Trying on a scratch server what was written.")
    trial = trying.attempt(paths, by, say, every_value=every)
    for finding in (*trial.unlike, *trial.findings):
        say(f"  NOT GOOD: {finding}")
    if trial.good:
        for told in trial.manifests.values():
            seeing.seen(told, by_kept_key=by_kept_key)
    say(f"  tried in {time.monotonic() - began:.1f} s")
    return trial


# -- verify ---------------------------------------------------------------------------------------


def verify(asked: argparse.Namespace) -> int:
    """Try the newest of both kinds, or the files that were named, with the key kept apart."""
    folder = where.folder()
    by = where.identities(asked.identity)
    if by is None:
        raise Problem("Only the private key opens a backup: give it with --identity FILE.")
    names = asked.files or [
        path.name for kind in where.KINDS if (path := manifest.newest(folder, kind))
    ]
    if not names:
        message = f"There is no backup in {folder}: make one with `{command('backup')}`."
        raise Problem(message)
    paths = {}
    for name in names:
        path = folder / name
        paths[manifest.read(path).kind] = path
    with where.alone(folder):
        try:
            trial = _try(paths, by, by_kept_key=True, every=asked.every_value)
        except DatabaseError:
            say("  The backup is good, but the living database could not be told.")
            return 0
    return 0 if trial.good else 1


def look(asked: argparse.Namespace) -> int:
    """Look at the scratch server's databases from inside; asked by `trying` alone."""
    sample = None if asked.every_value else looking.SAMPLE
    found = looking.look(main="main" in asked.kinds, keys="keys" in asked.kinds, sample=sample)
    print(looking.report(found))
    return 0


# -- restore --------------------------------------------------------------------------------------


def restore(asked: argparse.Namespace) -> int:
    """Put a backup in the place of what is there, if that may go."""
    folder, side = where.folder(), where.side(asked.kind)
    by = where.identities(asked.identity)
    if by is None:
        raise Problem("Only the private key opens a backup: give it with --identity FILE.")
    with where.alone(folder):
        path = restoring.newest_of(asked.kind, asked.file)
        told = manifest.read(path)
        manifest.check_file(path, told, asked.kind)
        restoring.check_version(told)
        was = restoring.living(side)
        destroyed = restoring.destroyed(side, folder, without_log=asked.without_log)
        if was.holds:
            _save_what_lives(asked, folder)
        say(f"Restoring {path.name}, made {_ago(told.holds.at)} ago.")
        done = restoring.put_in_place(
            side, path, by, destroyed, was=was, keep=asked.kind == "main" or asked.living_is_lost
        )
    _tell(asked, done)
    return 0


def _save_what_lives(asked: argparse.Namespace, folder: Path) -> None:
    if not (asked.replace or asked.living_is_lost):
        message = (
            f"There is a living {asked.kind} database: to put the backup in its place, "
            "say --replace. It is backed up first."
        )
        raise Problem(message)
    if asked.living_is_lost:
        return
    say("First, what is there now is backed up.")
    _, trial = make_and_try(folder, None)
    if trial.unlike:
        message = (
            "What is there now could not be backed up, so it stays: put that right, "
            "or give it up with --living-is-lost."
        )
        raise Problem(message)


def _tell(asked: argparse.Namespace, done: Restored) -> None:
    try:
        seeing.restored(done.backup, destroyed_again=len(done.destroyed_again))
    except DatabaseError:
        say("The main database is not there to be told of it: restore it too.")
    at = done.backup.holds.at
    say(f"The {asked.kind} database is as it was on {at:%Y-%m-%d at %H:%M:%S} UTC.")
    say(f"What happened in the {_ago(at)} since then is not in it.")
    for holder in done.destroyed_again:
        say(f"  destroyed again: the key of {holder}")
    if done.before:
        say(f"What was there before is kept as the database {done.before}; drop it when sure.")
    _tell_of_doubts()
    _tell_what_lacks_its_key()
    if asked.kind == "main":
        _acknowledge(asked.reason)
        say("Then follow `After a restore` in docs/recovery.md.")


def _tell_of_doubts() -> None:
    """Leave it to people whether a key is destroyed where only an event says so."""
    for holder in destroying.doubted(where.side("main"), where.side("keys")):
        say(f"  LOOK: an event says that the key of {holder} is destroyed. It lives, since nobody")
        say(
            "  vouched for that event with a key-encryption key that is here: see docs/recovery.md."
        )


def _tell_what_lacks_its_key() -> None:
    """Say what the two databases, as they are now, cannot open together."""
    try:
        found = looking.look(main=True, keys=True, sample=0)
    except DatabaseError:
        return  # one of the two is not there yet
    for finding in found.findings:
        say(f"  NOT GOOD: {finding}")
    if not found.findings:
        say("Every record has its key.")


def _acknowledge(reason: str | None) -> None:
    """Tell the log, where its key is here; else say how."""
    reason = reason or ("rehearsal" if settings.AT_HOME else None)
    if reason and settings.CHECKPOINT_KEY_FILE.exists():
        told = [*MANAGE, "acknowledge_restore", "--reason", reason]
        done = subprocess.run(told, capture_output=True, text=True, check=False)
        say((done.stdout or done.stderr).strip().removeprefix("CommandError: "))
        return
    say("Next, before the sealer starts: manage.py acknowledge_restore --reason …")


def _ago(at: datetime.datetime) -> str:
    seconds = int((datetime.datetime.now(datetime.UTC) - at).total_seconds())
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"


def command(arguments: str) -> str:
    """Spell a command as it is typed here."""
    if settings.AT_HOME:
        verb, _, rest = arguments.partition(" ")
        if verb in {"backup", "restore"}:
            return f'make {verb} ARGS="{rest}"' if rest else f"make {verb}"
        return f".venv/bin/python -m counselling.local.backups {arguments}"
    return f"docker compose run --rm backup {arguments}"
