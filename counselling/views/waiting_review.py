"""What waits for reviewers, and for whom they ask: what was found in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse

import audit.queries
from counselling.access import ActorKind, Permission, Role
from counselling.accounts import queries as accounts
from counselling.views.numbers import sentence, spelled
from counselling.views.waits import Waits

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from counselling.access import Actor

_OVERSEES: Final = frozenset({Role.PRIVACY_OFFICER, Role.OUTSIDE_REVIEWER})
_ARRANGES: Final = frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})
# so many are named; how many more there are is said
_NAMED: Final = 3


def _asked(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """What a reviewer asks about an access of one's own."""
    if actor.kind is not ActorKind.STAFF:
        return
    for finding, since in audit.queries.questions_to(actor):
        path = reverse("asked", args=[finding])
        words = "about something you opened or did"
        yield Waits("a reviewer asks", path, since, words=words, state="alert")


def _to_review(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """One line for the whole review; late where nothing was finished for eight days."""
    if not actor.may(Permission.REVIEW_TRAIL):
        return
    late = {one.person: one.since for one in audit.queries.late_reviewers()}
    rows = [one for one in audit.queries.open_findings() if not one.is_decided(actor.id)]
    rows = [one for one in rows if not one.waits_for_answer]
    path = reverse("review")
    if rows:
        many = len(rows)
        words = f"{spelled(many)} thing{'' if many == 1 else 's'} to look at"
        word, state = ("overdue", "alert") if actor.id in late else ("to review", "wait")
        since = min(one.found_at for one in rows)
        yield Waits(word, path, since, words=words, state=state)
    if _OVERSEES & actor.roles:
        yield from _late_others({person: at for person, at in late.items() if person != actor.id})


def _late_others(late: dict[UUID, datetime.datetime]) -> Iterable[Waits]:
    """Reviewers who finished nothing for a fortnight while there is something."""
    names = accounts.names(late) if late else {}
    for person, since in late.items():
        words = f"the review of {names.get(person, 'a colleague')}"
        yield Waits("overdue", reverse("reviews"), since, words=words, state="alert")


def _nobody_reviews(actor: Actor, at: datetime.datetime) -> Iterable[Waits]:
    """Whose accesses nobody can review: said to who can arrange it."""
    if not _ARRANGES & actor.roles:
        return
    names = sorted(accounts.names(audit.queries.unreviewed_people()).values())
    if names:
        shown = ", ".join(names[:_NAMED])
        more = len(names) - _NAMED
        words = f"{shown} and {more} more" if more > 0 else shown
        path = reverse("accounts:staff")
        words = sentence(f"{words}: arrange supervision, or invite an outside reviewer")
        yield Waits("nobody reviews", path, at, words=words, state="alert", dated=False)


def _aliases(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """Colleagues at risk whose name clients are to read no more, once somebody agrees."""
    if not actor.may(Permission.AGREE_ALIAS):
        return
    for one in accounts.aliases_to_agree(actor.id):
        path = reverse("accounts:alias", args=[one.person])
        words = "clients are to read a code for a colleague's name"
        yield Waits("to agree", path, one.asked_at, words=words, state="alert")


REVIEWS: Final[tuple[Callable[[Actor, datetime.datetime], Iterable[Waits]], ...]] = (
    _asked,
    _aliases,
    _to_review,
    _nobody_reviews,
)
