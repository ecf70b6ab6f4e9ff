"""What is known around a visit: who they were to the client then, and what is usual for them."""

from __future__ import annotations

import dataclasses
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping


class Relation(enum.StrEnum):
    """What somebody was to a client at that moment, by the rows and not by what an event says."""

    ASSIGNED = "assigned"
    # had left the case and finishes what they had begun, for seven days
    FINISHING = "finishing"
    OFFERED = "offered"
    COVER = "cover"
    SUPERVISION = "supervision"
    EMERGENCY = "emergency"
    # the front desk's and the privacy officer's work reaches everybody
    OFFICE = "office"
    NONE = "none"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rows say of one visit.

    `ended` is how long before the visit the case, or the person's own assignment to it, had ended.
    `nearest` is how far the nearest session of the client is, before or after; None: there is none.
    `asked_for` says that something of the client's was to be done: a request, a question, an
    accounting, a message, a new client's intake. `settled` names rules that a reviewer explained of
    this person and this client within the last half year.
    """

    relation: Relation = Relation.NONE
    ended: datetime.timedelta | None = None
    nearest: datetime.timedelta | None = None
    own: bool = False
    same_surname: bool = False
    # they are called like anybody else who works here
    colleague: bool = False
    same_address: bool = False
    shut_out: bool = False
    planned: str = ""
    asked_for: bool = False
    settled: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What somebody does, in the sixty days before: counts of visits and of files in an hour.

    `busiest` is how many different files they had in their busiest ordinary hour: the highest of
    all hours but the top twentieth.
    """

    visits: int = 0
    at_night: int = 0
    without_session: int = 0
    busiest: int = 0

    @property
    def is_known(self) -> bool:
        """Say whether there is enough of it to compare with."""
        return self.visits >= ENOUGH

    def share(self, count: int) -> float:
        """Give a count as a share of all visits."""
        return count / self.visits if self.visits else 0.0


# so many visits say what is usual for somebody; who is new is compared with their role
ENOUGH: Final = 30
BY_ROLE: Final[Mapping[str, Usual]] = MappingProxyType({
    "counsellor": Usual(visits=100, at_night=2, without_session=10, busiest=5),
    "trainee": Usual(visits=100, at_night=2, without_session=10, busiest=4),
    "supervisor": Usual(visits=100, at_night=1, without_session=30, busiest=6),
    "front_desk": Usual(visits=100, at_night=0, without_session=25, busiest=12),
    "privacy_officer": Usual(visits=100, at_night=0, without_session=60, busiest=8),
})  # fmt: skip


def usual_of(role: str, own: Usual) -> Usual:
    """Give what is usual for somebody, or for their role while too little is known of them."""
    return own if own.is_known else BY_ROLE.get(role, Usual())
