"""This PDF = what the system enforces: where the two differ, named by codes and never by words."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from consent.domain.documents import AnsweredClause, ConsentDocument


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Enforced:
    """One row by which something is allowed, with the name of its recipient."""

    clause: str
    required: bool
    activity: str
    purpose: str
    recipient: str
    categories: frozenset[str]
    since: datetime.datetime
    until: datetime.datetime | None


def differences(paper: ConsentDocument, rows: Iterable[Enforced]) -> frozenset[str]:
    """Give a code for each way in which the rows are not what the paper says; nothing if none.

    Only the last of several signers' files allows anything: under the others there is no row.
    """
    enforced = {one.clause: one for one in rows}
    allowed = {one.code: one for one in paper.clauses if one.granted and is_last(paper)}
    found = set()
    if set(allowed) - set(enforced):
        found.add("missing")
    if set(enforced) - set(allowed):
        found.add("more")
    for code in set(allowed) & set(enforced):
        found |= set(_between(allowed[code], enforced[code], paper.zone))
    return frozenset(found)


def is_last(paper: ConsentDocument) -> bool:
    """Say whether everybody who was to sign has signed this file."""
    return paper.place >= len(paper.places)


def _between(said: AnsweredClause, row: Enforced, zone: str) -> Iterator[str]:
    pairs = {
        "required": (said.required, row.required),
        "purpose": (said.purpose, row.purpose),
        "recipient": (_plain(said.recipient), _plain(row.recipient)),
        "categories": (frozenset(said.categories), row.categories),
        "since": (said.since, row.since),
        "until": (said.until, _last_day(row.until, zone)),
    }
    # papers sealed before it stood on them do not say it
    if said.activity or said.categories:
        pairs["activity"] = (said.activity, row.activity)
    yield from (code for code, (one, other) in pairs.items() if one != other)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _last_day(until: datetime.datetime | None, zone: str) -> datetime.date | None:
    """Give the last day on which something holds; it ends at the instant the day is over."""
    if until is None:
        return None
    return (until - datetime.timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()
