"""What each process holds: the keys it needs, and none that are another's."""

from __future__ import annotations

import os
import pathlib
import stat
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Tags, Warning, register  # noqa: A004 Django's name

from counselling.local import machine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SERVING: Final = frozenset({"web", "worker", "scheduler", "sealer"})
KEY_FILES: Final = ("KEK_FILE", "CHECKPOINT_KEY_FILE", "PRACTICE_KEY_FILE")
# what only one of the serving processes may hold
OWNERS: Final = {
    "CHECKPOINT_KEY_FILE": "sealer",
    "PRACTICE_KEY_FILE": "worker",
    "sealer": "sealer",
    "owner": "migrate",
}
POSTGRES: Final = pathlib.Path("/var/lib/postgresql")


@register(Tags.security, deploy=True)
def key_files_are_private(**_: Any) -> Sequence[CheckMessage]:
    """Refuse a key that others on this machine can read or change."""
    shared = [name for name in KEY_FILES if _is_shared(getattr(settings, name))]
    if not shared:
        return []
    return [
        Critical(
            f"Others on this machine can read or change: {', '.join(sorted(shared))}.",
            hint="Make these files their owner's alone: chmod 600.",
            id="counselling.C008",
        )
    ]


def _is_shared(path: pathlib.Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False  # not there, or not ours to look at
    return bool(mode & (stat.S_IRWXO | stat.S_IWGRP))


@register(Tags.security, deploy=True)
def process_holds_its_own(**_: Any) -> Sequence[CheckMessage]:
    """Refuse a process with another's keys: it could seal the log or change the schema."""
    if settings.PROCESS not in SERVING:
        return []
    foreign = sorted(name for name in _held() if OWNERS[name] != settings.PROCESS)
    if not foreign:
        return []
    return [
        Critical(
            f"The {settings.PROCESS} process holds what is not its own: {', '.join(foreign)}.",
            hint="Give each process only its secrets and addresses, as docker-compose.yml does.",
            id="counselling.C009",
        )
    ]


def _held() -> Iterator[str]:
    for name in OWNERS:
        if name in settings.DATABASES or (
            name.endswith("_FILE") and os.access(getattr(settings, name), os.R_OK)
        ):
            yield name


@register(Tags.security, deploy=True)
def worker_can_seal_documents(**_: Any) -> Sequence[CheckMessage]:
    """Refuse a worker that could not put the practice's seal on a document."""
    if settings.PROCESS != "worker":
        return []
    files = (settings.PRACTICE_KEY_FILE, settings.PRACTICE_CERTIFICATE_FILE)
    if all(os.access(path, os.R_OK) for path in files):
        return []
    return [
        Critical(
            "The practice's key or certificate cannot be read: no document could be sealed.",
            hint="Restore practice.key and practice.crt where the worker finds them.",
            id="counselling.C011",
        )
    ]


@register(Tags.security, deploy=True)
def worker_can_render_documents(**_: Any) -> Sequence[CheckMessage]:
    """Refuse a worker without the libraries that render documents."""
    if settings.PROCESS != "worker" or machine.has_pango():
        return []
    return [
        Critical(
            "Pango is not here: no document could be made.",
            hint=f"To install it, {machine.remedy('pango')}.",
            id="counselling.C017",
        )
    ]


@register(Tags.security, deploy=True)
def witness_can_be_told(**_: Any) -> Sequence[CheckMessage]:
    """Refuse a sealer without its witness; warn of one that a thief of the database gets too."""
    if settings.PROCESS != "sealer":
        return []
    witness = settings.WITNESS_FILE
    if not os.access(witness if witness.exists() else witness.parent, os.W_OK):
        return [
            Critical(
                "The witness file cannot be written: a rewritten log would not be found.",
                hint="Make the folder of WITNESS_FILE, on another volume, writable for the sealer.",
                id="counselling.C012",
            )
        ]
    if not any(_same_volume(witness.parent, data) for data in _data_folders()):
        return []
    return [
        Warning(
            "The witness lies on the volume of the database: who takes one takes both.",
            hint="Point WITNESS_FILE to another volume or another machine.",
            id="counselling.C013",
        )
    ]


def _data_folders() -> tuple[pathlib.Path, ...]:
    """Name the database's folders that can be seen from here; in a container there are none."""
    return (POSTGRES, settings.DATA / "postgres")


def _same_volume(one: pathlib.Path, other: pathlib.Path) -> bool:
    return other.exists() and one.stat().st_dev == other.stat().st_dev
