"""What waits because of subpoenas, holds and accountings: days that come, and a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import formats, timezone

import clients.queries
import consent.queries
from counselling.access import Permission
from counselling.views.waits import Waits

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable

    from counselling.access import Actor


def _subpoenas(actor: Actor, at: datetime.datetime) -> Iterable[Waits]:
    """The next day of each, and whom nobody has told yet."""
    if not actor.may(Permission.HANDLE_SUBPOENA):
        return
    today = timezone.localdate(at)
    for one in consent.queries.open_subpoenas(clients.queries.clients_of(actor)):
        path = reverse("consent:subpoena", args=[one.id])
        if one.next is not None:
            what = "object" if one.objecting else "answer"
            words = f"{what} by {formats.date_format(one.next, 'j F')}"
            state = "alert" if one.next <= today else "wait"
            yield Waits("subpoena", path, one.at, client=one.client, words=words, state=state)
        if one.told_at is None and one.to_be_told(at):
            words = "somebody asks for their file"
            yield Waits("tell the client", path, one.at, client=one.client, words=words)


def _holds(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """Holds whose end somebody else asked for."""
    if not actor.may(Permission.RELEASE):
        return
    for one in consent.queries.holds_to_decide(actor.id):
        path = reverse("consent:hold", args=[one.id])
        at = one.asked_at or one.at
        words = "may a legal hold end?"
        yield Waits("to decide", path, at, client=one.client, words=words)


def _accountings(actor: Actor, at: datetime.datetime) -> Iterable[Waits]:
    """Accountings that clients asked for."""
    if not actor.may(Permission.ACCOUNT_FOR):
        return
    today = timezone.localdate(at)
    for one in consent.queries.open_accountings(clients.queries.clients_of(actor)):
        path = reverse("consent:accounting-request", args=[one.id])
        words = f"what went to whom, due {formats.date_format(one.due_on, 'j F')}"
        word, state = ("overdue", "alert") if one.due_on < today else ("asked", "wait")
        yield Waits(word, path, one.at, client=one.client, words=words, state=state)


SUBPOENAS: Final[tuple[Callable[[Actor, datetime.datetime], Iterable[Waits]], ...]] = (
    _subpoenas,
    _holds,
    _accountings,
)
