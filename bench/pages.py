"""P11: the pages of a working day over HTTP against a bare Django page of the same server."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Final

from bench.bare import ADDRESS
from bench.measuring import Figure
from bench.site import Visitor, site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.site import Site

ROUNDS: Final = 150
FIRST: Final = 20
CASELOADS: Final = 20
CASELOADS_LARGE: Final = 200
# of an open case, the newest first: what a counsellor opens
NOTES: Final = """
SELECT n.id FROM records_note n JOIN accounts_account a ON a.id = n.author_id
JOIN clients_assignment s ON s.case_id = n.case_id AND s.person_id = a.id AND s.until IS NULL
WHERE a.name = 'Dana Reyes' ORDER BY n.signed_at DESC LIMIT 60
"""
BASELINE: Final = "a bare Django page, one query, same server"


def figures(*, large: bool = False) -> Iterator[Figure]:
    """Plant, serve, and ask for the pages in turns."""
    with site() as practice:
        practice.grow(CASELOADS_LARGE if large else CASELOADS)
        with practice.served():
            yield from _figures(practice)


def _figures(practice: Site) -> Iterator[Figure]:
    notes = [f"/notes/{note}" for (note,) in practice.ask(NOTES)]
    pages = {
        "note": ("a note", "dana", notes),
        "caseload": ("a caseload", "dana", ["/clients"]),
        "desk": ("the front desk's clients", "kim", ["/clients"]),
        "trail": ("the whole trail", "priya", ["/trail"]),
    }
    seconds = _measured(practice.port, {name: page[1:] for name, page in pages.items()})
    for name, (what, _, _) in pages.items():
        for mark, of, target in (("p50", statistics.median, 3.0), ("p95", _p95, 4.0)):
            ratio = of(seconds[name]) / of(seconds["bare"])
            words = f"{what}, {mark}: {of(seconds[name]) * 1000:.1f} ms"
            yield Figure(f"P11.{name}.{mark}", words, BASELINE, ratio, "x time", target, "lower")


def _measured(port: int, pages: dict[str, tuple[str, list[str]]]) -> dict[str, list[float]]:
    """Ask for each page and the bare one in turns, who goes first taking turns as well."""
    visitors = {name: Visitor(port, person) for name, (person, _) in pages.items()}
    addresses = {name: where for name, (_, where) in pages.items()}
    visitors["bare"], addresses["bare"] = Visitor(port), [ADDRESS]
    seconds: dict[str, list[float]] = {name: [] for name in visitors}
    for number in range(-FIRST, ROUNDS):
        turn = number % len(visitors)
        for name in [*list(visitors)[turn:], *list(visitors)[:turn]]:
            where = addresses[name]
            took = visitors[name].get(where[number % len(where)])
            if number >= 0:
                seconds[name].append(took)
    return seconds


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
