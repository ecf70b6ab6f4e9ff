"""P14 and AT-11: how long pages, reports and verifying take while the practice grows tenfold."""

from __future__ import annotations

import dataclasses
import datetime
import statistics
from typing import TYPE_CHECKING, Final

from bench import drawing
from bench.bare import ADDRESS
from bench.measuring import LEAST_ROUNDS, Figure
from bench.pages import NOTES
from bench.site import Visitor, site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.site import Site

# caseloads of 25 clients: about 1,000, 10,000 and 100,000 notes, ten times as many events
STEPS: Final = (2, 20)
STEPS_LARGE: Final = (2, 20, 200)
ROUNDS: Final = 2 * LEAST_ROUNDS + 1
MONTH: Final = datetime.timedelta(days=28)
REPORT_SECONDS: Final = 2.0
VERIFY: Final = """
import django, os, time
os.environ["DJANGO_SETTINGS_MODULE"] = "counselling.settings"
django.setup()
from django.core.management import call_command
began = time.perf_counter()
call_command("verify_audit", "--json", stdout=open("/dev/null", "w"))
print(time.perf_counter() - began)
"""
# one field of each: what a report for a period can be asked by
FIELDS: Final = """
SELECT c.reference, a.id FROM clients_case c
JOIN clients_assignment s ON s.case_id = c.id AND s.until IS NULL
JOIN accounts_account a ON a.id = s.person_id
WHERE a.name = 'Dana Reyes' ORDER BY c.created_at LIMIT 1
"""
SIZES: Final = "SELECT (SELECT count(*) FROM records_note), (SELECT count(*) FROM audit_event)"


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """How many rows there were, and how many seconds each thing took."""

    notes: int
    events: int
    seconds: dict[str, float]


def figures(*, large: bool = False) -> Iterator[Figure]:
    """Grow, measure at each step, draw the curves."""
    with site() as practice:
        steps = [_step(practice, caseloads) for caseloads in (STEPS_LARGE if large else STEPS)]
    drawing.write([(step.events, step.seconds) for step in steps])
    _show(steps)
    yield from _tenfold(steps)


def _step(practice: Site, caseloads: int) -> Step:
    practice.grow(caseloads)
    ((notes, events),) = practice.ask(SIZES)
    with practice.served():
        seconds = _pages(practice)
    seconds["verifying"] = min(float(practice.say(VERIFY)) for _ in range(2))
    return Step(notes, events, seconds)


def _pages(practice: Site) -> dict[str, float]:
    """Give the median of each page, asked for in turns."""
    notes = [f"/notes/{note}" for (note,) in practice.ask(NOTES)]
    dana, kim, priya = (Visitor(practice.port, who) for who in ("dana", "kim", "priya"))
    asked: dict[str, tuple[Visitor, list[str]]] = {
        "bare page": (Visitor(practice.port), [ADDRESS]),
        "note": (dana, notes),
        "caseload": (dana, ["/clients"]),
        "all clients": (kim, ["/clients"]),
        "trail": (priya, ["/trail"]),
        **{f"report by {field}": (priya, [where]) for field, where in _reports(practice).items()},
    }
    seconds: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(-3, ROUNDS):
        for name, (visitor, where) in asked.items():
            took = visitor.get(where[number % len(where)])
            if number >= 0:
                seconds[name].append(took)
    return {name: statistics.median(found) for name, found in seconds.items()}


def _reports(practice: Site) -> dict[str, str]:
    """Give the address of a month's report by each field the trail can be asked by."""
    ((case, person),) = practice.ask(FIELDS)
    until = datetime.datetime.now(datetime.UTC).date() - MONTH
    period = f"/trail?since={until - MONTH}&until={until}"
    return {
        "period": period,
        "person": f"{period}&person={person}",
        "case": f"{period}&case={case}",
        "kind": f"{period}&kind=note.opened",
        "rare kind": f"{period}&kind=case.changed",
        "none at all": f"{period}&kind=disclosure.made&person={person}",
    }


def _tenfold(steps: list[Step]) -> Iterator[Figure]:
    """Compare the last step with the one before it, each as a multiple of its bare page."""
    before, last = steps[-2:]
    for name in last.seconds:
        if name == "bare page":
            continue
        linear = name == "verifying"
        grown = last.seconds[name] / before.seconds[name]
        if not linear:
            grown /= last.seconds["bare page"] / before.seconds["bare page"]
        times = last.events / before.events
        yield Figure(
            f"P14.{name.replace(' ', '-')}", f"{name}: {_milliseconds(last.seconds[name])}",
            f"the same with a {round(times)}th of the rows", grown, "x time",
            1.2 * times if linear else 1.5, "lower",
        )  # fmt: skip
    slowest = max(took for name, took in last.seconds.items() if name.startswith("report"))
    yield Figure(
        "AT-11", f"slowest report, {last.events:,} events", "two seconds",
        slowest / REPORT_SECONDS, "x time", 1.0, "lower",
    )  # fmt: skip


def _show(steps: list[Step]) -> None:
    """Print what was measured, a column a step."""
    print(f"\n{'':<22}" + "".join(f"{step.events:>12,}" for step in steps) + "  events")
    print(f"{'':<22}" + "".join(f"{step.notes:>12,}" for step in steps) + "  notes")
    for name in steps[0].seconds:
        cells = "".join(f"{_milliseconds(step.seconds[name]):>12}" for step in steps)
        print(f"{name:<22}{cells}")
    print()


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"
