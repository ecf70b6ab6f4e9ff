"""The file witness: checkpoints on another volume, one to a line, in order, never rewritten."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

EVERY_SECONDS: Final = 10
_TAIL: Final = 64 * 1024


@dataclasses.dataclass(frozen=True, slots=True)
class Testimony:
    """One line of the file: a checkpoint's note and when it arrived."""

    at: datetime.datetime
    note: str


class FileWitness:
    """A file that is only appended to; a busy log is witnessed every ten seconds."""

    def __init__(self, path: pathlib.Path) -> None:
        """Go on after the last line; makes the folder if need be."""
        self.path = path
        self._last: str | None = None
        self._was: tuple[int, int, int] | None = None
        path.parent.mkdir(parents=True, exist_ok=True)

    def tell(self, note: str, at: datetime.datetime) -> bool:
        """Append a note on the disk itself, unless it is the last one already.

        Gives False where the file is another than the one that was written before, or shorter:
        what was said to it is gone, and the note is written into what is there now.
        """
        same = self._is_same()
        if same and note == self.last_note():
            return True
        line = json.dumps({"at": at.isoformat(), "note": note}, ensure_ascii=False) + "\n"
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        with os.fdopen(handle, "ab") as file:
            file.write(self._mending() + line.encode())
            file.flush()
            os.fsync(file.fileno())
            self._was = _seen(file.fileno())
        _sync_folder(self.path.parent)
        self._last = note
        return same

    def _is_same(self) -> bool:
        """Say whether the file is the one that was written, and holds at least as much."""
        if self._was is None:
            return True
        try:
            device, number, size = _seen(self.path)
        except FileNotFoundError:
            return False
        return (device, number) == self._was[:2] and size >= self._was[2]

    def told_last(self) -> list[Testimony]:
        """Give what was told last, as far as it stands in the last few dozen lines."""
        return list(_whole(self._tail().split(b"\n")))

    def last_note(self) -> str:
        """Give the note told last, or nothing."""
        if self._last is None:
            told = self.told_last()
            self._last = told[-1].note if told else ""
        return self._last

    def _mending(self) -> bytes:
        """End a line that a crash left torn, so that the next one stands alone."""
        tail = self._tail()
        return b"\n" if tail and not tail.endswith(b"\n") else b""

    def _tail(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
                return file.read()
        except FileNotFoundError:
            return b""


def _seen(path: pathlib.Path | int) -> tuple[int, int, int]:
    found = os.stat(path)
    return found.st_dev, found.st_ino, found.st_size


def _sync_folder(folder: pathlib.Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lines_of(path: pathlib.Path) -> list[Testimony]:
    """Read every whole line; none if there is no file. A torn line is passed over."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    return list(_whole(lines))


def _whole(lines: list[bytes]) -> Iterator[Testimony]:
    for line in lines:
        try:
            said = json.loads(line)
            at, note = datetime.datetime.fromisoformat(said["at"]), said["note"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if at.tzinfo is not None and isinstance(note, str):
            yield Testimony(at, note)
