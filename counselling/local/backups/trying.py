"""Try a backup: restore it on a scratch server and compare records, log, keys and values."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from counselling.local.backups import manifest, scratch
from counselling.local.backups.where import Side
from counselling.local.cluster import ROOT, Cluster
from counselling.local.places import NAMES
from counselling.local.problem import Problem
from counselling.local.roles import KEYS_DATABASE, MAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from counselling.local.backups import age
    from counselling.local.backups.manifest import Manifest

    Say = Callable[[str], None]

MANAGE: Final = [sys.executable, str(ROOT / "manage.py")]
# by so much the clock of the sealer may be behind the database's
SKEW: Final = datetime.timedelta(seconds=5)
_SIDES: Final = {"main": (MAIN, "DATABASE_OWNER_URL"), "keys": (KEYS_DATABASE, "KEYS_DATABASE_URL")}


@dataclasses.dataclass(frozen=True, slots=True)
class Trial:
    """The backups that were tried together, and what was wrong.

    `unlike` is what came back otherwise than it went in; `findings` are of what was already wrong
    with the practice itself: its log, its keys.
    """

    manifests: dict[str, Manifest]
    unlike: tuple[str, ...]
    findings: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Say whether nothing is wrong at all."""
        return not self.unlike and not self.findings


def attempt(
    paths: Mapping[str, Path], by: list[age.Identity], say: Say, *, every_value: bool = False
) -> Trial:
    """Try one backup, or a main one and the keys made after it."""
    told = {kind: manifest.read(path) for kind, path in paths.items()}
    for kind, path in paths.items():
        manifest.check_file(path, told[kind], kind)
    with scratch.server() as cluster:
        unlike = _same_records(cluster, paths, told, by, say)
        findings = [
            *_log_is_whole(cluster, told, say),
            *_opens(cluster, told, say, every_value=every_value),
        ]
    return Trial(told, tuple(unlike), tuple(findings))


def _same_records(
    cluster: Cluster,
    paths: Mapping[str, Path],
    told: Mapping[str, Manifest],
    by: list[age.Identity],
    say: Say,
) -> list[str]:
    findings: list[str] = []
    for kind, path in paths.items():
        plan, address = _SIDES[kind]
        back = scratch.bring_back(Side(kind, plan, cluster.urls()[address]), path, told[kind], by)
        wrong = [f"{kind}: {what}" for what in told[kind].holds.differences(back)]
        rows = sum(table.rows for table in back.tables.values())
        same = "not the same" if wrong else "the same hashes"
        say(f"  {kind:<5} {rows} records in {len(back.tables)} tables: {same}")
        findings += wrong
    return findings


def _log_is_whole(cluster: Cluster, told: Mapping[str, Manifest], say: Say) -> list[str]:
    if "main" not in told:
        return []
    witness = cluster.folder.parent / "witness"
    witness.write_text(_witnessed_until(told["main"].holds.at - SKEW))
    answer = _ask(cluster, [*MANAGE, "verify_audit", "--json"], WITNESS_FILE=str(witness))
    say(f"  log   {answer['sentence']}")
    return [] if answer["whole"] else [f"log: {answer['sentence']}"]


def _witnessed_until(instant: datetime.datetime) -> str:
    """Give what the witness had heard before the dump: the log has grown since."""
    path = Path(settings.WITNESS_FILE)
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return "".join(line for line in lines if _heard_at(line) <= instant)


def _heard_at(line: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(json.loads(line)["at"])
    except (ValueError, KeyError, TypeError):
        return datetime.datetime.max.replace(tzinfo=datetime.UTC)


def _opens(
    cluster: Cluster, told: Mapping[str, Manifest], say: Say, *, every_value: bool
) -> list[str]:
    if "keys" not in told:
        return []
    command = [sys.executable, "-m", "counselling.local.backups", "look", *told]
    found = _ask(cluster, [*command, *(["--every-value"] if every_value else [])])
    say(f"  keys  {found['keys']} unwrap, {found['destroyed']} are destroyed and stay so")
    if "main" in told:
        say(
            f"  words {found['values']} sealed values open with their keys, {found['erased']} never"
        )
    return [f"keys: {what}" for what in found["findings"]]


def _ask(cluster: Cluster, command: list[str], **further: str) -> dict[str, Any]:
    """Run a program of ours against the scratch server and read its answer."""
    ours = {name for full in NAMES for name in (full, f"{full}_FILE")}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    surroundings = kept | cluster.urls() | {"COUNSELLING_PROCESS": "command"} | further
    done = subprocess.run(
        command, env=surroundings, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        message = f"The backup could not be looked at: {said}"
        raise Problem(message) from None
    return answer
