"""Judge visits: each is one finding at most, with every signal that it breaks."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from audit.domain.review import rules
from audit.domain.review.rules import RULES, SETTLES, SETTLES_FILE, Asked
from audit.domain.review.traits import Trait, traits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from audit.domain.entries import Entry
    from audit.domain.review.facts import Facts
    from audit.domain.visits import Visit

HOUR: Final = datetime.timedelta(hours=1)
# so many wrong tries, and then a right one within the hour, are told
WRONG_TRIES: Final = 5
ENOUGH_WEAK: Final = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A visit that wants a word of a reviewer: the weightiest rule it breaks, and all signals."""

    rule: str
    signals: tuple[str, ...]
    person: UUID
    role: str
    client: UUID | None
    case: UUID | None
    began: datetime.datetime
    ended: datetime.datetime
    events: tuple[UUID, ...]


def judge(asked: Asked) -> Found | None:
    """Give what a visit breaks; None for one that nobody needs to look at."""
    broken = [rule for rule in RULES if rule.breaks(asked)]
    strong = [rule for rule in broken if not rule.weak and not _settled(rule.code, asked.facts)]
    weak = [one.code for one in broken if one.weak and not _settled(one.code, asked.facts)]
    if not strong and rules.weight_of_weak(asked, weak) < ENOUGH_WEAK:
        return None
    heaviest = max(strong, key=lambda one: one.weight).code if strong else rules.UNUSUAL
    return found_of(heaviest, tuple(rule.code for rule in broken), asked.visit)


def _settled(code: str, facts: Facts) -> bool:
    return code in SETTLES | SETTLES_FILE and code in facts.settled


def found_of(rule: str, signals: tuple[str, ...], visit: Visit) -> Found:
    """Give a visit as what was found."""
    case = next((one.case for one in visit.entries if one.case), None)
    return Found(
        rule, signals, visit.newest.who, visit.newest.role, _client(visit), case, visit.began,
        visit.ended, tuple(one.id for one in reversed(visit.entries)),
    )  # fmt: skip


def _client(visit: Visit) -> UUID | None:
    """Give whom a visit is about, where it is about one."""
    return visit.clients[0] if len(visit.clients) == 1 else None


def is_visit(entry: Entry) -> bool:
    """Say whether an event belongs to somebody's visit to a file, and not to a list or a job."""
    about = entry.case or entry.client or entry.clients
    return (
        entry.who_kind == "staff" and bool(about) and Trait.LISTS not in traits(entry.kind)
        and Trait.REVIEWS not in traits(entry.kind)
    )  # fmt: skip


def in_accounts(entries: Iterable[Entry]) -> list[Found]:
    """Find factors that were reset, and sign-ins that followed many wrong tries."""
    found: list[Found] = []
    wrong: dict[UUID, list[Entry]] = {}
    for one in sorted(entries, key=lambda one: (one.when, one.id)):
        known, account = traits(one.kind), one.row or one.who
        if Trait.FACTOR_RESET in known:
            found.append(_about_account(rules.FACTOR_RESET, account, [one]))
        elif Trait.SIGN_IN_FAILED in known:
            wrong.setdefault(account, []).append(one)
        elif Trait.SIGNED_IN in known:
            tries = [try_ for try_ in wrong.pop(account, []) if one.when - try_.when <= HOUR]
            if len(tries) >= WRONG_TRIES:
                found.append(_about_account(rules.SIGN_IN, account, [*tries, one]))
    return found


def _about_account(rule: str, account: UUID, entries: list[Entry]) -> Found:
    return Found(
        rule, (rule,), account, "", None, None, entries[0].when, entries[-1].when,
        tuple(one.id for one in entries),
    )  # fmt: skip


def by_machine(entries: Iterable[Entry]) -> list[Found]:
    """Give what the machine found by itself, for who oversees it: one each, and one a day."""
    found: dict[tuple[str, UUID | None], Found] = {}
    for one in entries:
        known = traits(one.kind)
        if Trait.PAPERS_DIFFER in known:
            rule = rules.PAPERS_DIFFER
        elif Trait.LOG_BROKEN in known and one.outcome == "failed":
            rule = rules.LOG_BROKEN
        else:
            continue
        found.setdefault(
            (rule, one.client),
            Found(
                rule, (rule,), one.who, "", one.client, one.case, one.when, one.when, (one.id,)
            ),
        )  # fmt: skip
    return list(found.values())
