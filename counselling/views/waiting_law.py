"""What waits where the law asked for something: a second person, and telling the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse

import clients.queries
import consent.queries
from counselling.access import Permission
from counselling.views.waits import Waits

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable

    from counselling.access import Actor


def _bases(actor: Actor, at: datetime.datetime) -> Iterable[Waits]:
    """What somebody else stated, and what one stated oneself and nobody looked at in time.

    By reference: a name would be opened, and that is a trace before the client is told.
    """
    found = consent.queries.bases_to_decide(actor) if actor.may(Permission.RELEASE) else []
    if actor.may(Permission.STATE_BASIS):
        alone = consent.queries.nobody_else_releases(actor.id)
        own = consent.queries.own_bases_waiting(actor)
        found += [one for one in own if one.overdue or (alone and one.alone_from <= at)]
    references = clients.queries.client_references({one.client for one in found})
    for one in found:
        path = reverse("records:basis", args=[one.id])
        words = f"{one.words.lower()}, the file of {references.get(one.client, '')}"
        if one.immediate:
            words += ", it went at once"
        word, state = ("overdue", "alert") if one.overdue else ("to release", "wait")
        yield Waits(word, path, one.at, words=words, state=state)


def _to_tell(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """Whom no letter reaches: somebody tells them in person what went without their word."""
    if not actor.may(Permission.STATE_BASIS):
        return
    for one in consent.queries.to_be_told(clients.queries.clients_of(actor)):
        path = reverse("records:telling", args=[one.disclosure])
        words = "what was shared on a legal basis"
        yield Waits("tell the client", path, one.due_at, client=one.client, words=words)


LAWFUL: Final[tuple[Callable[[Actor, datetime.datetime], Iterable[Waits]], ...]] = (
    _bases,
    _to_tell,
)
