"""Measure, and tell what came of it: `python -m bench`, or `python -m bench P1 P9` for some."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Final

from bench import report
from bench.place import practice
from counselling.local.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.measuring import Figure

# a group of figures and the file that measures it, in the order of running
GROUPS: Final = {
    "P1": "sealing",
    "P3": "reading",
    "P5": "recording",
    "P9": "opening",
    "P10": "visibility",
}


def main(wanted: list[str]) -> None:
    """Measure the groups that are named, or all."""
    if unknown := sorted(set(wanted) - set(GROUPS)):
        message = f"There is no {', '.join(unknown)}; there are {', '.join(GROUPS)}."
        raise Problem(message)
    with practice():
        figures = list(_measured([name for name in GROUPS if not wanted or name in wanted]))
    report.write(figures)


def _measured(groups: list[str]) -> Iterator[Figure]:
    report.head()
    for name in groups:
        # imported now, since the models they use need the practice
        for figure in importlib.import_module(f"bench.{GROUPS[name]}").figures():
            report.line(figure)
            yield figure


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Problem as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("Stopped; nothing is left.")
