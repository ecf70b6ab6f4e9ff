"""P8 and AT-11: sealing, verifying and looking at a log of millions of events.

Each is compared with hashing the same texts, or with two seconds; and at the larger size with the
smaller one, so that what grows faster than the log is seen (P14).
"""

from __future__ import annotations

import dataclasses
import datetime
import statistics
from typing import TYPE_CHECKING, Final

from bench import multitude
from bench.growth import REPORT_SECONDS, VERIFY
from bench.measuring import LEAST_ROUNDS, Figure
from bench.site import Visitor, site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.site import Site

STEPS: Final = (100_000, 500_000)
STEPS_LARGE: Final = (1_000_000, 5_000_000)
# what the copies are made of
CASELOADS: Final = 10
MONTH: Final = datetime.timedelta(days=28)
# against hashing alone: sealing, verifying from PostgreSQL, verifying an export
TARGETS: Final = {"seal": 6.0, "verify": 4.0, "bundle": 2.0}
_BEGIN: Final = """
import django, os, pathlib, sys, tempfile, time
os.environ["DJANGO_SETTINGS_MODULE"] = "counselling.settings"
django.setup()
"""
_SEAL: Final = f"""{_BEGIN}
from audit import sealing
from counselling import vault
signer = vault.signing.checkpoint_signer()
began = time.perf_counter()
sealing.seal_all(signer)
print(time.perf_counter() - began)
"""
# the texts as they leave the database; only hashing them is timed
_HASH: Final = f"""{_BEGIN}
import hashlib
from django.db import connections, transaction
took = 0.0
with transaction.atomic(using="sealer"), connections["sealer"].chunked_cursor() as cursor:
    cursor.execute("SELECT payload FROM audit_event")
    for rows in iter(lambda: cursor.fetchmany(5000), []):
        texts = [payload.encode() for payload, in rows]
        began = time.perf_counter()
        for text in texts:
            hashlib.sha256(text).digest()
        took += time.perf_counter() - began
print(took)
"""
_BUNDLE: Final = f"""{_BEGIN}
from audit.standalone import verify_bundle
from django.conf import settings
from django.core.management import call_command
with tempfile.TemporaryDirectory(dir=settings.DATA) as folder:
    path = pathlib.Path(folder) / "log.tar"
    call_command("export_audit", str(path), stdout=open(os.devnull, "w"))
    sys.stdout, said = open(os.devnull, "w"), sys.stdout
    began = time.perf_counter()
    assert verify_bundle.main([str(path)]) == 0
    print(time.perf_counter() - began, file=said)
"""
_ASKED: Final = """
SELECT a.id, c.reference FROM accounts_account a
JOIN clients_assignment s ON s.person_id = a.id AND s.until IS NULL
JOIN clients_case c ON c.id = s.case_id
WHERE a.name = 'Dana Reyes' ORDER BY c.created_at LIMIT 1
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """How many events there were, and how many seconds each thing took."""

    events: int
    seconds: dict[str, float]


def figures(*, large: bool = False) -> Iterator[Figure]:
    """Grow the log in two steps and measure at each."""
    with site() as practice:
        practice.grow(CASELOADS)
        before, last = (_step(practice, size) for size in (STEPS_LARGE if large else STEPS))
    yield from _against_hashing(last)
    yield from _pages(last)
    times = last.events / before.events
    grown = last.seconds["verify"] / before.seconds["verify"]
    yield Figure(
        "P14.verify-linear", f"verifying {last.events:,} events", f"{before.events:,} events",
        grown / times, "x linear", 1.2, "lower",
    )  # fmt: skip


def _step(practice: Site, events: int) -> Step:
    ((sealed,),) = practice.ask("SELECT size FROM audit_watermark")
    multitude.grow(practice, events)
    seconds = {"seal": float(practice.say(_SEAL))}
    seconds["hash"] = min(float(practice.say(_HASH)) for _ in range(3))
    # what waited is a part of all that is hashed
    seconds["hash of what waited"] = seconds["hash"] * (events - sealed) / events
    seconds["verify"] = min(float(practice.say(VERIFY)) for _ in range(2))
    seconds["bundle"] = min(float(practice.say(_BUNDLE)) for _ in range(2))
    practice.root.execute("VACUUM ANALYZE")
    step = Step(events, seconds | _looked_at(practice))
    # it takes a while to the next one
    _show(step)
    return step


def _looked_at(practice: Site) -> dict[str, float]:
    """Ask for the first page just after a start of the database, then each page in turns."""
    addresses = _addresses(practice)
    practice.chill()
    with practice.served():
        priya = Visitor(practice.port, "priya")
        found = {f"{name}, cold": [priya.get(where)] for name, where in addresses.items()}
        found |= {name: [] for name in addresses}
        for _ in range(2 * LEAST_ROUNDS + 1):
            for name, where in addresses.items():
                found[name].append(priya.get(where))
    return {f"page: {name}": statistics.median(took) for name, took in found.items()}


def _addresses(practice: Site) -> dict[str, str]:
    """Give the pages: the first one, and whom an account touched in a month long ago and lately."""
    ((person, case),) = practice.ask(_ASKED)
    today = datetime.datetime.now(datetime.UTC).date()
    month = f"since={today - MONTH}&until={today}"
    then = f"since={today - 30 * MONTH}&until={today - 29 * MONTH}"
    return {
        "the first": "/trail",
        "a month": f"/trail?{month}",
        "a person": f"/trail?person={person}",
        "a case": f"/trail?case={case}",
        "a rare kind": "/trail?kind=case.changed",
        "refused": "/trail?outcome=refused",
        "a person, a month, long ago": f"/trail?person={person}&{then}",
        "whom a person touched, a month": f"/trail/touched?person={person}&{month}",
        "whom a person touched, ever": f"/trail/touched?person={person}&since=2000-01-01"
        f"&until={today}",
    }


def _against_hashing(step: Step) -> Iterator[Figure]:
    for name, target in TARGETS.items():
        took = step.seconds[name]
        hashed = step.seconds["hash of what waited" if name == "seal" else "hash"]
        words = {"seal": "sealing what waited of", "verify": "verifying", "bundle": "an export of"}
        yield Figure(
            f"P8.{name}", f"{words[name]} {step.events:,} events: {took:.1f} s",
            f"hashlib over the same: {hashed:.1f} s", took / hashed, "x time", target, "lower",
        )  # fmt: skip


def _pages(step: Step) -> Iterator[Figure]:
    """Hold each page against two seconds, also the first time after a start."""
    for name, took in step.seconds.items():
        if name.startswith("page: "):
            what = name.removeprefix("page: ")
            yield Figure(
                f"AT-11.{what.replace(', ', '-').replace(' ', '-')}",
                f"trail, {what}, {step.events:,} events: {took * 1000:,.0f} ms", "two seconds",
                took / REPORT_SECONDS, "x time", 1.0, "lower",
            )  # fmt: skip


def _show(step: Step) -> None:
    """Print what was measured."""
    print(f"\n{step.events:,} events")
    for name, took in step.seconds.items():
        print(f"  {name:<40}{took * 1000:>11,.0f} ms")
    print(flush=True)
