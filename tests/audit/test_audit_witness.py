"""The file witness: in order, on the disk, and readable after a crash."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

from audit.checkpoint import size_of
from audit.witness import FileWitness, lines_of
from tests.audit.test_checkpoint import note

if TYPE_CHECKING:
    import pathlib

NOON = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)


def test_it_keeps_what_it_is_told_in_order_and_once(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a" / "b" / "witness"
    witness = FileWitness(path)
    assert witness.last_note() == ""
    assert lines_of(path) == []
    for size in (1, 1, 2):
        witness.tell(note(size), NOON)
    FileWitness(path).tell(note(2), NOON)
    FileWitness(path).tell(note(3), NOON)
    assert [size_of(one.note) for one in lines_of(path)] == [1, 2, 3]
    assert {one.at for one in lines_of(path)} == {NOON}


def test_a_line_torn_by_a_crash_is_passed_over_and_never_joined(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "witness"
    FileWitness(path).tell(note(1), NOON)
    with path.open("ab") as file:
        file.write(json.dumps({"at": NOON.isoformat(), "note": note(2)}).encode()[:-9])
    witness = FileWitness(path)
    assert size_of(witness.last_note()) == 1
    witness.tell(note(3), NOON)
    assert [size_of(one.note) for one in lines_of(path)] == [1, 3]
