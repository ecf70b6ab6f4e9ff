"""What kinds of events mean to a review; each app says it of its own kinds."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


class Trait(enum.StrEnum):
    """What there is to say of a kind of event, apart from its sentence."""

    # names on a list: everybody who works with it meets them, and it is nobody's visit
    LISTS = "lists"
    # something is taken out of the product: on paper, as a file, as a table
    TAKES = "takes"
    # something went to somebody without the client's word for it
    WITHOUT_CONSENT = "without_consent"
    # something is to be done for a client from then on: an intake, a request, an accounting
    ASKS = "asks"
    EMERGENCY = "emergency"
    FACTOR_RESET = "factor_reset"
    # what the machine found by itself: a form that says otherwise, a log that is not whole
    PAPERS_DIFFER = "papers_differ"
    LOG_BROKEN = "log_broken"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_IN = "signed_in"
    # how the log and reviews are looked at: reviewers' own work
    REVIEWS = "reviews"


_traits: Final[dict[str, frozenset[Trait]]] = {}


def register_traits(trait: Trait, *kinds: str) -> None:
    """Say of kinds of events, by their codes, what they mean to a review."""
    for kind in kinds:
        _traits[kind] = _traits.get(kind, frozenset()) | {trait}


def traits(kind: str) -> frozenset[Trait]:
    """Give what is known of a kind; nothing of one that nobody spoke of."""
    return _traits.get(kind, frozenset())


def any_has(kinds: Iterable[str], trait: Trait) -> bool:
    """Say whether one of these kinds has a trait."""
    return any(trait in traits(kind) for kind in kinds)
