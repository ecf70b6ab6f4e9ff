"""Attack a log of its own in every way on the list, and print what was found: `make drill`."""

from __future__ import annotations

import pathlib
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from bench.place import practice

if TYPE_CHECKING:
    from tests.drill.verdict import Verdict

WIDE = 66


def main() -> int:
    """Drill; 0 if all was said as it must be, else 1."""
    began = time.monotonic()
    with practice(), tempfile.TemporaryDirectory() as folder:
        wrong = _drill(pathlib.Path(folder))
    seconds = time.monotonic() - began
    verdict = f"{wrong} lines are wrong" if wrong else "every line is as it must be"
    print(f"\n{verdict} ({seconds:.0f} s).")
    return 1 if wrong else 0


def _drill(folder: pathlib.Path) -> int:
    from tests.drill.attacks import ATTACKS, GROWTHS
    from tests.drill.log import Log
    from tests.drill.verdict import control_of, growth_of, verdict_of
    from tests.raw import superuser

    wrong = 0
    with superuser() as root:
        log = Log(root, folder)
        _line("attack", "witness", "alone", "export", "control", "first entry named")
        for attack in ATTACKS:
            found, control = verdict_of(attack, log.fresh()), control_of(attack, log.fresh())
            wrong += (not found.right) + (not control.right)
            _said(attack.title, found, "whole" if control.right else "NOT WHOLE")
        print()
        for growth in GROWTHS:
            verdict = growth_of(growth, log.fresh())
            wrong += not verdict.right
            _said(growth.title, verdict, "")
    return wrong


def _said(title: str, verdict: Verdict, control: str) -> None:
    three = (verdict.witnessed, verdict.alone, verdict.exported)
    marks = ["found" if words else "-" for words in three]
    first = next((words for words in three if words), "")
    first = "; ".join(part for part in (first, verdict.also) if part)
    _line(title, *marks, control, first + ("" if verdict.right else "   <- WRONG"))


def _line(title: str, *columns: str) -> None:
    *marks, last = columns
    print(f"{title:<{WIDE}.{WIDE}}" + "".join(f" {mark:<8}" for mark in marks) + f" {last}")


if __name__ == "__main__":
    sys.exit(main())
