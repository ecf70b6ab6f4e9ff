"""What lies beside each backup: which it is, what it holds, and the practice's word for it.

No name and nothing about anybody: counts and hashes. The mark at the end is made with the
key-encryption key (`vault.vouch`), so a backup of somebody else's making is not restored; a dump is
a program, and restoring one is running it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
import json
import re
import tempfile
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from counselling import vault
from counselling.local.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PURPOSE: Final = "backup"
NAME: Final = re.compile(r"(main|keys)-(\d{8}T\d{6}Z)\.age")
AT_A_TIME: Final = 1 << 20
_STAMP: Final = "%Y%m%dT%H%M%SZ"


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """How many rows a table has, and one hash over the hash of each."""

    rows: int
    hash: str


@dataclasses.dataclass(frozen=True, slots=True)
class Inventory:
    """What a database held at one instant."""

    at: datetime.datetime
    migrations: tuple[str, ...]
    tables: dict[str, Table]
    log: dict[str, Any]
    destroyed: tuple[str, ...]

    def differences(self, other: Inventory) -> Iterator[str]:
        """Say what the other does not hold as this one does."""
        if self.migrations != other.migrations:
            yield "the tables are of another version"
        for name in sorted(self.tables.keys() | other.tables.keys()):
            mine, its = self.tables.get(name), other.tables.get(name)
            if mine is None or its is None:
                yield f"the table {name} is on one side only"
            elif mine.rows != its.rows:
                yield f"{name} has {its.rows} rows instead of {mine.rows}"
            elif mine.hash != its.hash:
                yield f"{name} has rows with another hash"
        if (self.log, self.destroyed) != (other.log, other.destroyed):
            yield "the log or the destroyed keys are others"


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """One backup: its file by size and hash, and its inventory."""

    kind: str
    file: str
    size: int
    sha256: str
    holds: Inventory

    def text(self) -> str:
        """Write it, with the practice's mark."""
        said = self._said()
        mark = vault.vouch(PURPOSE, _digest(said))
        return json.dumps({**said, "mark": mark}, indent=1, sort_keys=True) + "\n"

    def _said(self) -> dict[str, Any]:
        said = dataclasses.asdict(self)
        said["holds"]["at"] = self.holds.at.isoformat()
        return {"v": 1, **said}


def _digest(said: dict[str, Any]) -> bytes:
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def stamped(kind: str, at: datetime.datetime) -> str:
    """Name a backup."""
    return f"{kind}-{at.astimezone(datetime.UTC).strftime(_STAMP)}.age"


def made_at(path: Path) -> datetime.datetime | None:
    """Read from its name when a backup was made; None for any other file."""
    found = NAME.fullmatch(path.name)
    if found is None:
        return None
    return datetime.datetime.strptime(found[2], _STAMP).replace(tzinfo=datetime.UTC)


def beside(path: Path) -> Path:
    """Give where the manifest of a backup lies."""
    return path.with_suffix(".json")


def read(path: Path) -> Manifest:
    """Read the manifest of a backup and refuse one the practice did not make."""
    try:
        said = json.loads(beside(path).read_text())
        mark = said.pop("mark")
        found = _parsed(said)
    except FileNotFoundError as error:
        message = f"{path.name} has no {beside(path).name} beside it: it was never finished."
        raise Problem(message) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{beside(path).name} cannot be read: take another backup."
        raise Problem(message) from error
    try:
        vault.check_vouched(PURPOSE, _digest(said), mark)
    except vault.SealBroken as error:
        message = f"{beside(path).name} is not of this practice's making, or was changed."
        raise Problem(message) from error
    except vault.KeysRefused as error:
        message = (
            f"{path.name} was made under another key-encryption key: add that one to the key file."
        )
        raise Problem(message) from error
    return found


def _parsed(said: dict[str, Any]) -> Manifest:
    holds = said["holds"]
    inventory = Inventory(
        at=datetime.datetime.fromisoformat(holds["at"]),
        migrations=tuple(holds["migrations"]),
        tables={name: Table(**table) for name, table in holds["tables"].items()},
        log=dict(holds["log"]),
        destroyed=tuple(holds["destroyed"]),
    )
    return Manifest(said["kind"], said["file"], said["size"], said["sha256"], inventory)


def check_file(path: Path, manifest: Manifest, kind: str) -> None:
    """Refuse a file that is not, byte for byte, the one the manifest tells of."""
    if manifest.kind != kind:
        message = f"{path.name} is a backup of {manifest.kind}, not of {kind}."
        raise Problem(message)
    if manifest.file != path.name:
        # its name says how old it is, and which one is the newest
        message = f"{path.name} was written as {manifest.file}: give both files their names back."
        raise Problem(message)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != manifest.sha256:
        raise _another(path)


@contextlib.contextmanager
def opened(path: Path, manifest: Manifest, place: Path) -> Iterator[BinaryIO]:
    """Give the very bytes the manifest tells of, from a nameless copy that nobody can exchange.

    A dump is a program that runs as the owner of the tables: looking first and reading again would
    leave time for another file to be put there.
    """
    found = hashlib.sha256()
    with tempfile.TemporaryFile(dir=place) as copy:
        with path.open("rb") as file:
            while part := file.read(AT_A_TIME):
                found.update(part)
                copy.write(part)
        if found.hexdigest() != manifest.sha256:
            raise _another(path)
        copy.seek(0)
        yield copy


def _another(path: Path) -> Problem:
    return Problem(f"{path.name} is not the file that was written: it was changed or cut off.")


def newest(folder: Path, kind: str) -> Path | None:
    """Give the newest whole backup of a kind."""
    found = sorted(path for path in folder.glob(f"{kind}-*.age") if beside(path).exists())
    return found[-1] if found else None
