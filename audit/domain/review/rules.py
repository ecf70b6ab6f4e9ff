"""The rules of a review: plain questions about a visit and what is known around it (AT-13).

A strong signal is a finding by itself. A weak one (night, no appointment, many files) never is: it
takes two that differ from the person's own last sixty days, or it stands beside a strong one.
"""

from __future__ import annotations

import dataclasses
import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from audit.domain.kinds import Act
from audit.domain.review.facts import Facts, Relation, Usual
from audit.domain.review.traits import Trait, any_has

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from audit.domain.visits import Visit

# who leaves a case finishes within seven days; closing one takes letters and an accounting longer
FINISHED_WITHIN: Final = datetime.timedelta(days=7)
CLOSED_WITHIN: Final = datetime.timedelta(days=30)
NEAR: Final = datetime.timedelta(days=14)
NIGHT_BEGINS: Final = 22
NIGHT_ENDS: Final = 6
# what somebody does seldom is unusual for them: less than so much of their visits
SELDOM: Final = 0.05
SELDOM_WITHOUT_SESSION: Final = 0.2
# so many files in an hour are many for anybody, and so many times one's own busiest hour
MANY_FILES: Final = 10
MANY_TIMES: Final = 2
_CARES: Final = frozenset({"counsellor", "trainee", "supervisor"})


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What a rule is asked of: a visit, what is known around it, and what is usual.

    `files` is how many different files the person had in the hour around the visit, `local` the
    zone the practice's nights are reckoned in.
    """

    visit: Visit
    facts: Facts
    usual: Usual
    files: int
    local: datetime.tzinfo

    @property
    def role(self) -> str:
        """Give as what the person acted."""
        return self.visit.newest.role

    @property
    def kinds(self) -> tuple[str, ...]:
        """Give the kinds of what was done."""
        return tuple(one.kind for one in self.visit.entries if one.outcome == "ok")

    @property
    def opened(self) -> bool:
        """Say whether anything was seen or done, and not only refused."""
        return bool(self.kinds)

    @property
    def wrote(self) -> bool:
        """Say whether something was written: work leaves a trace, curiosity only looks."""
        return any(
            one.action in {Act.CREATE, Act.UPDATE} and one.outcome == "ok"
            for one in self.visit.entries
        )

    def has(self, trait: Trait) -> bool:
        """Say whether anything of that trait was done."""
        return any_has(self.kinds, trait)


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its code; `weight` puts what matters more first, a weak rule never stands alone."""

    code: str
    weight: int
    breaks: Callable[[Asked], bool]
    weak: bool = False


def _shut_out(asked: Asked) -> bool:
    return asked.facts.shut_out and asked.opened


def _own(asked: Asked) -> bool:
    return asked.facts.own and asked.opened


def _not_assigned(asked: Asked) -> bool:
    return asked.facts.relation is Relation.NONE and asked.role in _CARES and asked.opened


def _ended(asked: Asked) -> bool:
    ended = asked.facts.ended
    # the front desk is rung up by people who came long ago: alone it says nothing
    if (
        ended is None
        or asked.facts.relation is Relation.OFFICE
        or asked.facts.planned
        or asked.facts.asked_for
    ):
        return False
    allowed = CLOSED_WITHIN if asked.facts.relation is Relation.ASSIGNED else FINISHED_WITHIN
    return ended > allowed and asked.opened and not asked.wrote


def _same_surname(asked: Asked) -> bool:
    return asked.facts.same_surname and _nobody_s_work(asked)


def _same_address(asked: Asked) -> bool:
    return asked.facts.same_address and _nobody_s_work(asked)


def _nobody_s_work(asked: Asked) -> bool:
    """Say whether nothing but who they are explains the visit: two may be called Meier."""
    facts = asked.facts
    met = facts.nearest is not None and facts.nearest <= NEAR
    return asked.opened and not ((met or facts.asked_for) and asked.wrote)


def _taken(asked: Asked) -> bool:
    return asked.has(Trait.TAKES) and not (asked.facts.planned or asked.facts.asked_for)


def _without_consent(asked: Asked) -> bool:
    return asked.has(Trait.WITHOUT_CONSENT)


def _emergency(asked: Asked) -> bool:
    return asked.has(Trait.EMERGENCY)


def _night(asked: Asked) -> bool:
    hour = asked.visit.began.astimezone(asked.local).hour
    night = hour >= NIGHT_BEGINS or hour < NIGHT_ENDS
    return night and asked.usual.share(asked.usual.at_night) < SELDOM


def _no_session(asked: Asked) -> bool:
    nearest = asked.facts.nearest
    far = nearest is None or nearest > NEAR
    worked = asked.wrote or asked.facts.asked_for or bool(asked.facts.planned)
    seldom = asked.usual.share(asked.usual.without_session) < SELDOM_WITHOUT_SESSION
    # the office seldom needs a session to have a reason, but hardly one for who came long ago
    ended, desk = asked.facts.ended, asked.facts.relation is Relation.OFFICE
    long_ago = desk and ended is not None and ended > CLOSED_WITHIN
    return far and not worked and (seldom or long_ago)


def _colleague(asked: Asked) -> bool:
    """Ask only at the desk: who cares for somebody meets them, whatever they are called."""
    far = asked.facts.nearest is None or asked.facts.nearest > NEAR
    desk = asked.facts.relation is Relation.OFFICE and asked.role == "front_desk"
    return asked.facts.colleague and desk and far and _nobody_s_work(asked)


def _many_files(asked: Asked) -> bool:
    many = max(MANY_FILES, MANY_TIMES * asked.usual.busiest)
    return asked.files > many and not asked.facts.planned


def weight_of_weak(asked: Asked, codes: Collection[str]) -> int:
    """Count weak signals by what causes them.

    Who goes through all their own files meets those who are not due: that is one cause, not two.
    """
    through_own = asked.facts.relation is Relation.ASSIGNED and _ONE_CAUSE.issubset(codes)
    return len(codes) - through_own


_ONE_CAUSE: Final = frozenset({"many-files", "no-session"})


RULES: Final = (
    Rule("shut-out", 100, _shut_out),
    Rule("own-record", 95, _own),
    Rule("emergency", 90, _emergency),
    Rule("not-assigned", 85, _not_assigned),
    Rule("disclosure", 80, _without_consent),
    Rule("same-surname", 70, _same_surname),
    Rule("same-address", 70, _same_address),
    Rule("ended-case", 60, _ended),
    Rule("print", 50, _taken),
    Rule("night", 20, _night, weak=True),
    Rule("colleague", 18, _colleague, weak=True),
    Rule("no-session", 15, _no_session, weak=True),
    Rule("many-files", 15, _many_files, weak=True),
)
BY_CODE: Final[Mapping[str, Rule]] = MappingProxyType({one.code: one for one in RULES})
# two weak signals that together are a finding are told under this word
UNUSUAL: Final = "unusual"
# what is found in events about accounts and about the log itself, by no visit to anybody
FACTOR_RESET: Final = "factor-reset"
SIGN_IN: Final = "sign-in"
# what the machine found by itself, in the signed forms and in the log
PAPERS_DIFFER: Final = "papers-differ"
LOG_BROKEN: Final = "log-broken"
ORDINARY: Final = "ordinary"
# what a reviewer explained of these does not come again for the same two people
SETTLES: Final = frozenset({"same-surname", "same-address", "ended-case"})
# what is written down within two hours may excuse these: they are told when that time is over
EXCUSED: Final = SETTLES | {"print", UNUSUAL}
# of these not for anybody: it is a coincidence of the file, whoever opened it
SETTLES_FILE: Final = frozenset({"colleague"})
