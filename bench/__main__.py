"""Measure, and tell what came of it: `python -m bench`, or `python -m bench P1 P9` for some.

`--large` grows P11 and P14 to 100,000 notes and a million events, and P8 to five millions, which
takes a while. What was measured before and is not measured now stays in the results, with its day.
"""

from __future__ import annotations

import contextlib
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
    "P2": "others",
    "P3": "reading",
    "P4": "searching",
    "P5": "recording",
    "P6": "contention",
    "P9": "opening",
    "P10": "visibility",
    "P12": "documents",
    "P13": "rotating",
    "P15": "leaving",
}
# these serve a practice of their own over HTTP, and know two sizes
SERVED: Final = {"P8": "trail", "P11": "pages", "P14": "growth"}
LARGE: Final = "--large"


def main(wanted: list[str]) -> None:
    """Measure the groups that are named, or all."""
    known = {*GROUPS, *SERVED, LARGE}
    if unknown := sorted(set(wanted) - known):
        message = f"There is no {', '.join(unknown)}; there are {', '.join(sorted(known))}."
        raise Problem(message)
    named = [name for name in wanted if name != LARGE]
    report.head()
    figures = [*_at_home(named), *_served(named, large=LARGE in wanted)]
    report.write(figures)


def _at_home(named: list[str]) -> Iterator[Figure]:
    """Measure what needs a database and no server."""
    groups = [module for name, module in GROUPS.items() if not named or name in named]
    with practice() if groups else contextlib.nullcontext():
        for module in groups:
            # imported now, since the models they use need the practice
            for figure in importlib.import_module(f"bench.{module}").figures():
                report.line(figure)
                yield figure


def _served(named: list[str], *, large: bool) -> Iterator[Figure]:
    for name, module in SERVED.items():
        if named and name not in named:
            continue
        for figure in importlib.import_module(f"bench.{module}").figures(large=large):
            report.line(figure)
            yield figure


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Problem as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("Stopped; nothing is left.")
