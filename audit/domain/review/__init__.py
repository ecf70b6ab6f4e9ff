"""The review: what visits mean, what is known around them, and which want a word."""

from audit.domain.review.facts import BY_ROLE, ENOUGH, Facts, Relation, Usual, usual_of
from audit.domain.review.judging import Found, by_machine, found_of, in_accounts, is_visit, judge
from audit.domain.review.looking import (
    ASKED_BEFORE,
    Day,
    Settled,
    Wanted,
    days,
    files_around,
    is_night,
    may_wait,
    visits_of,
)
from audit.domain.review.rules import (
    BY_CODE,
    FACTOR_RESET,
    ORDINARY,
    RULES,
    SETTLES,
    SIGN_IN,
    UNUSUAL,
    Asked,
    Rule,
)
from audit.domain.review.traits import Trait, register_traits, traits

__all__ = [
    "ASKED_BEFORE",
    "BY_CODE",
    "BY_ROLE",
    "ENOUGH",
    "FACTOR_RESET",
    "ORDINARY",
    "RULES",
    "SETTLES",
    "SIGN_IN",
    "UNUSUAL",
    "Asked",
    "Day",
    "Facts",
    "Found",
    "Relation",
    "Rule",
    "Settled",
    "Trait",
    "Usual",
    "Wanted",
    "by_machine",
    "days",
    "files_around",
    "found_of",
    "in_accounts",
    "is_night",
    "is_visit",
    "judge",
    "may_wait",
    "register_traits",
    "traits",
    "usual_of",
    "visits_of",
]
