"""Carry out one attack or its control, verify in three ways, and compare with what must be said."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.findings import Report
    from tests.drill.attacks import Attack, Growth
    from tests.drill.log import Log


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What was said with the witness, without it, and of an export; and whether all was right."""

    witnessed: str
    alone: str
    exported: str
    also: str
    right: bool


def verdict_of(attack: Attack, log: Log) -> Verdict:
    """Attack a fresh log."""
    attack.steps(log, True)
    return _verdict(log, attack.found, attack.alone, attack.exported, attack.also)


def control_of(attack: Attack, log: Log) -> Verdict:
    """Do the same to a fresh log, altering nothing."""
    attack.steps(log, False)
    return _verdict(log, "", "", "", "")


def growth_of(growth: Growth, log: Log) -> Verdict:
    """Let something honest happen to a fresh log."""
    growth.steps(log)
    return _verdict(log, "", "", "", growth.also)


def _verdict(log: Log, found: str, alone: str, exported: str, also: str) -> Verdict:
    report, without = log.report(witnessed=True), log.report(witnessed=False)
    said = _first(report), _first(without), log.export()
    right = all(
        bool(re.search(wanted, words)) if wanted else not words
        for wanted, words in zip((found, alone, exported), said, strict=True)
    )
    told = "; ".join(report.restores)
    return Verdict(*said, told, right and bool(re.search(also, told)))


def _first(report: Report) -> str:
    return str(report.findings[0]) if report.findings else ""
