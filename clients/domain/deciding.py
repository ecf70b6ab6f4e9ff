"""The rules of deciding who decides: what a birth date proposes, what is complete, who signs."""

from __future__ import annotations

import dataclasses
import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from clients.domain.capacity import Basis, Decides, WhyLeftOut
from counselling.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

# a proposal only: from this age somebody has a say of their own beside their guardians
OWN_SAY_FROM: Final = 12
# for somebody of age it is looked at again within a year; for somebody young majority ends it
LOOK_AGAIN: Final = datetime.timedelta(days=366)
# so long before a decision ends, the counsellor is reminded to ask the client anew
ENDS_SOON: Final = datetime.timedelta(days=60)

DECIDES_WORDS: Final[Mapping[Decides, str]] = MappingProxyType(
    {
        Decides.ALONE: "the client alone",
        Decides.TOGETHER: "the client and their guardians, all of them",
        Decides.GUARDIAN: "the guardians for the client",
    }
)
BASIS_WORDS: Final[Mapping[Basis, str]] = MappingProxyType(
    {
        Basis.AGE: "their age, and what the law lets them decide at it",
        Basis.ASSESSMENT: "an assessment of what they can understand and weigh",
        Basis.ORDER: "an order of a court",
        Basis.MAJORITY: "they have come of age",
    }
)
LEFT_OUT_WORDS: Final[Mapping[WhyLeftOut, str]] = MappingProxyType(
    {
        WhyLeftOut.ORDER: "an order says so",
        WhyLeftOut.UNREACHABLE: "cannot be reached",
        WhyLeftOut.UNSAFE: "asking them would not be safe",
    }
)


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """What a decision says of one guardian: they sign, or why they are left out."""

    guardian: UUID
    signs: bool
    why_not: WhyLeftOut | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody decides about who decides; `until` is the first day it holds no more."""

    decides: Decides
    basis: Basis
    why: str = dataclasses.field(repr=False)
    guardians: tuple[Said, ...] = ()
    until: datetime.date | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known as it is decided: the birth date, today, the guardians there are."""

    born: datetime.date | None
    today: datetime.date
    majority_years: int
    guardians: frozenset[UUID]

    @property
    def of_age_on(self) -> datetime.date | None:
        """Give the day of majority."""
        return None if self.born is None else majority(self.born, self.majority_years)

    @property
    def is_minor(self) -> bool:
        """Say whether majority is still to come; nobody is young whose birth date is unknown."""
        return self.of_age_on is not None and self.today < self.of_age_on


def majority(born: datetime.date, years: int) -> datetime.date:
    """Give the day somebody comes of age; born on 29 February, in other years on 1 March."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return datetime.date(born.year + years, 3, 1)


def age(born: datetime.date, today: datetime.date) -> int:
    """Give whole years."""
    years = today.year - born.year
    return years if majority(born, years) <= today else years - 1


def proposed(known: Known) -> tuple[Decides, Basis] | None:
    """Propose who decides from the birth date; nothing where it is not known."""
    if known.born is None:
        return None
    if not known.is_minor:
        return Decides.ALONE, Basis.MAJORITY
    own_say = age(known.born, known.today) >= OWN_SAY_FROM
    return (Decides.TOGETHER if own_say else Decides.GUARDIAN), Basis.AGE


def decide(decision: Decision, known: Known) -> datetime.date | None:
    """Raise Invalid unless the decision is complete; give the first day it holds no more."""
    if not decision.why.strip():
        raise Invalid("Write why, in a sentence.", "why")
    if decision.decides is Decides.ALONE:
        _decide_alone(decision, known)
        return None
    _decide_basis(decision, known)
    _decide_guardians(decision.guardians, known.guardians)
    return _decide_until(decision.until, known)


def _decide_alone(decision: Decision, known: Known) -> None:
    if decision.basis is Basis.MAJORITY and known.is_minor:
        raise Invalid("They have not come of age yet. Choose another ground.", "basis")
    if any(one.signs for one in decision.guardians):
        raise Invalid("If they decide alone, no guardian signs.", "decides")


def _decide_basis(decision: Decision, known: Known) -> None:
    if decision.basis is Basis.MAJORITY:
        raise Invalid("Who has come of age decides alone.", "basis")
    if decision.basis is Basis.AGE and not known.is_minor:
        message = (
            "Write down their date of birth first."
            if known.born is None
            else "They are of age. Only an order or an assessment lets others decide."
        )
        raise Invalid(message, "basis")


def _decide_guardians(said: Collection[Said], known: frozenset[UUID]) -> None:
    """Ask of every guardian there is whether they sign: nobody is left out without a reason."""
    if not known:
        raise Invalid("Add a guardian first.", "decides")
    if {one.guardian for one in said} != known or len(said) != len(known):
        raise Invalid("Say of every guardian whether they sign.", "guardians")
    if any(not one.signs and one.why_not is None for one in said):
        raise Invalid("Say why a guardian is left out.", "guardians")
    if not any(one.signs for one in said):
        raise Invalid("At least one guardian signs.", "guardians")


def _decide_until(chosen: datetime.date | None, known: Known) -> datetime.date:
    """Give the end: majority at the latest, and without one within a year."""
    of_age_on = known.of_age_on if known.is_minor else None
    latest = of_age_on or known.today + LOOK_AGAIN
    if chosen is None and of_age_on is None:
        raise Invalid("Say until when it holds.", "until")
    end = chosen or latest
    if end <= known.today:
        raise Invalid("Choose a day that is still to come.", "until")
    if end > latest:
        message = (
            "They come of age before that. It ends then at the latest."
            if of_age_on
            else "A year at most. Then look at it again."
        )
        raise Invalid(message, "until")
    return end


# -- who signs ------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Signs:
    """One person whose signature a form needs: the client, or the guardian named."""

    guardian: UUID | None
    turn: int

    @property
    def is_client(self) -> bool:
        """Say whether it is the client."""
        return self.guardian is None


def who_signs(decides: Decides, guardians: Iterable[UUID]) -> tuple[Signs, ...]:
    """Give who signs, in turn: the client has their say before anybody says it for them.

    Whoever decides alone signs alone; a guardian who is not named signs nothing.
    """
    named = [] if decides is Decides.ALONE else list(guardians)
    people = [None, *named] if decides is not Decides.GUARDIAN or not named else named
    return tuple(Signs(guardian, turn) for turn, guardian in enumerate(people))


@dataclasses.dataclass(frozen=True, slots=True)
class Now:
    """Who decides now, in words, for staff; with `wait` it has to be decided."""

    words: str
    until: datetime.datetime | None = None
    wait: bool = False


def now_in_words(decides: Decides | None, until: datetime.datetime | None, known: Known) -> Now:
    """Say who decides now; of somebody young for whom nothing was decided, that it has to be."""
    if decides is not None:
        return Now(f"{DECIDES_WORDS[decides].capitalize()}.", until)
    if known.is_minor and known.born is not None:
        return Now(f"{age(known.born, known.today)} years old, and nobody has decided.", wait=True)
    return Now("The client alone.")


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """A decision as it is kept: who decides, between which instants."""

    decides: Decides
    at: datetime.datetime
    until: datetime.datetime | None


def in_force(decisions: Iterable[Standing], at: datetime.datetime) -> Decides:
    """Give who decides at an instant: the newest decision, until it ends; then the client alone."""
    newest = max((one for one in decisions if one.at <= at), key=lambda one: one.at, default=None)
    if newest is None or (newest.until is not None and newest.until <= at):
        return Decides.ALONE
    return newest.decides
