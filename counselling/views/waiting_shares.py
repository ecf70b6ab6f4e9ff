"""What waits of things that are prepared to be shared: who agreed, who said no, what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse

from counselling.access import Permission
from counselling.views.waits import Waits
from records.domain.shares import ShareState
from records.queries.shares import shares_to_release, shares_waiting

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable

    from counselling.access import Actor
    from records.queries.shares import ShareRow

_WORDS: Final = {
    ShareState.AGREED: ("agreed", "look once more and send what you prepared", "wait"),
    ShareState.BACK: ("came back", "what you prepared was not sent", "alert"),
    ShareState.NOT_RIGHT: ("asks", "about what you want to share", "alert"),
}
_TO_TELL: Final = ("sent", "tell them the second secret of the link", "wait")
_TO_SEND: Final = ("to send", "a trainee prepared what is to be shared", "wait")
_LET_GO: Final = ("let go", "send what a subpoena asks for", "wait")
_TO_LET_GO: Final = ("to let go", "a subpoena asks for it: may exactly this go?", "wait")
_SENT_BACK: Final = ("sent back", "a second person wants something changed first", "alert")
_FINE: Final = ("fine", "says the client: send what you prepared", "wait")


def _shares(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """Give what one prepared and can go on with, and what trainees ask to have sent."""
    if not (actor.may(Permission.PREPARE_SHARE) or actor.may(Permission.RELEASE)):
        return
    for one in shares_waiting(actor):
        found = _said(actor, one)
        if found is not None:
            word, words, state = found
            path = reverse("records:share-look", args=[one.id])
            yield Waits(word, path, one.waits_since, client=one.client, words=words, state=state)


def _said(actor: Actor, one: ShareRow) -> tuple[str, str, str] | None:
    mine = one.by == actor.id
    if one.locked_at is not None and one.is_open:
        return _of_subpoena(actor, one)
    if one.release_asked_at is not None and one.is_open:
        releases = not mine and actor.may(Permission.RELEASE)
        return _TO_SEND if releases else None
    if not mine or one.secret:
        return _TO_TELL if mine else None
    if one.state is ShareState.READY and one.showing is not None and one.showing.answer:
        return _FINE
    if one.state is ShareState.CHOOSING and one.resume and one.ground.allowed:
        return _WORDS[ShareState.AGREED]
    return _WORDS.get(one.state)


def _of_subpoena(actor: Actor, one: ShareRow) -> tuple[str, str, str] | None:
    """Say to who sends it that somebody let it go, or sent it back; until then nobody sends."""
    if one.sent_back:
        return _SENT_BACK if one.by == actor.id else None
    if not one.released:
        return None
    if one.release_asked_at is not None:
        return _TO_SEND if one.by != actor.id and actor.may(Permission.RELEASE) else None
    return _LET_GO if one.by == actor.id else None


def _to_let_go(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """Give what others locked because of a subpoena, for who may let it go."""
    if not actor.may(Permission.RELEASE):
        return
    word, words, state = _TO_LET_GO
    for one in shares_to_release(actor):
        path = reverse("records:share-release", args=[one.id])
        at = one.locked_at or one.at
        yield Waits(word, path, at, client=one.client, words=words, state=state)


SHARES: Final[tuple[Callable[[Actor, datetime.datetime], Iterable[Waits]], ...]] = (
    _shares,
    _to_let_go,
)
