"""What waits about recipients and about what is kept back: a second person, an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse

from consent.queries import recipients, restrictions
from counselling.access import Permission
from counselling.views.waits import Waits

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable

    from counselling.access import Actor


def _named(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """A recipient who is called otherwise, or is said to be another one: somebody else agrees."""
    if not actor.may(Permission.RELEASE):
        return
    for recipient, client, at in recipients.all_waiting(actor.id):
        path = reverse("consent:recipient-decision", args=[recipient])
        words = "the same recipient? nothing goes before you agree"
        yield Waits("a second person", path, at, client=client, words=words)


def _wished(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """Something a client wants kept back: whoever cares for them answers."""
    if not (actor.may(Permission.ANSWER_RESTRICTION) and actor.may(Permission.WRITE_NOTE)):
        return
    for row in restrictions.unanswered():
        path = reverse("records:restriction", args=[row.id])
        yield Waits("to answer", path, row.at, client=row.client, words="wants something kept back")


KEPT: Final[tuple[Callable[[Actor, datetime.datetime], Iterable[Waits]], ...]] = (_named, _wished)
