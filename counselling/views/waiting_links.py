"""What waits of links for recipients: a letter nobody knows about, a link that was guessed at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse

import clients.queries
import consent.queries
from consent.domain.delivery import LetterState
from counselling.access import Permission
from counselling.views.waits import Waits

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable

    from counselling.access import Actor

_WORDS: Final = {
    LetterState.FAILED: ("not sent", "the letter with a link could not be sent"),
    LetterState.UNSURE: (
        "not known",
        "whether the letter with a link went: ask them, or send anew",
    ),
    None: ("closed", "five wrong words were tried at a link"),
}


def _links(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """Say where a person has to look at a link, until it is sent anew or taken back."""
    if not actor.may(Permission.PREPARE_SHARE):
        return
    for one in consent.queries.troubled(clients.queries.clients_of(actor)):
        word, words = _WORDS[one.letter]
        path = reverse("consent:disclosure", args=[one.disclosure])
        yield Waits(word, path, one.since, client=one.client, words=words, state="alert")


LINKS: Final[tuple[Callable[[Actor, datetime.datetime], Iterable[Waits]], ...]] = (_links,)
