"""Show figures as a table, and keep them in a file for whoever compares runs."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

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
    """Keep the figures of this run beside those of others, and say which missed their target."""
    today = str(datetime.datetime.now(datetime.UTC).date())
    kept = {one["id"]: one for one in _before()}
    for figure in figures:
        kept[figure.id] = dataclasses.asdict(figure) | {"ok": figure.ok, "on": today}
    RESULTS.write_text(json.dumps(list(kept.values()), indent=2) + "\n")
    missed = [figure.id for figure in figures if not figure.ok]
    print(f"\nMissed: {', '.join(missed)}." if missed else "\nEvery target is met.")


def _before() -> list[dict[str, Any]]:
    """Give what earlier runs found; a file that is none is begun anew."""
    try:
        found: list[dict[str, Any]] = json.loads(RESULTS.read_text())
    except (OSError, ValueError):
        return []
    return found


def _row(*cells: str) -> str:
    return "{:<10} {:<42} {:<44} {:>7}  {:<8} {}".format(*cells).rstrip()
