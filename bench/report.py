"""Show figures as a table, and keep them in a file for whoever compares runs."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bench.measuring import Figure

RESULTS: Final = Path(__file__).with_name("results.json")
_SIGNS: Final = {"higher": ">=", "lower": "<="}


def head() -> None:
    """Name the columns."""
    print(_row("id", "what", "against", "ratio", "target", ""))


def line(figure: Figure) -> None:
    """Show one figure."""
    target = f"{_SIGNS[figure.better]} {figure.target:.2f}"
    ratio, mark = f"{figure.ratio:.3f}", "ok" if figure.ok else "missed"
    print(_row(figure.id, figure.what, figure.baseline, ratio, target, mark), flush=True)


def write(figures: list[Figure]) -> None:
    """Keep the figures of this run and say how many missed their target."""
    kept = [dataclasses.asdict(figure) | {"ok": figure.ok} for figure in figures]
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n")
    missed = [figure.id for figure in figures if not figure.ok]
    print(f"\nMissed: {', '.join(missed)}." if missed else "\nEvery target is met.")


def _row(*cells: str) -> str:
    return "{:<10} {:<42} {:<44} {:>7}  {:<8} {}".format(*cells).rstrip()
