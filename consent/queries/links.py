"""What a signing link leads to before there is an actor, and who acts once its PIN was right."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection

import clients.queries
from consent.domain.states import RequestState, state_now
from counselling import db
from counselling.access import Actor, link_actor
from counselling.accounts.queries import address_of, parked_for

if TYPE_CHECKING:
    import datetime

    from django.http import HttpRequest

# where a visitor's session remembers the one request whose PIN was right; it is no sign-in
LINK: Final = "consent.link"
# how it ended on a device that was handed over: signed, declined, later
ENDED: Final = "consent.ended"
PURPOSE: Final = "signing"


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """The request behind a link, as far as the link itself says."""

    request: UUID
    client: UUID
    state: RequestState
    expires_at: datetime.datetime | None

    @property
    def opens(self) -> bool:
        """Say whether the PIN is worth asking for: until signed, declined, void or 7 days old."""
        return self.state in {RequestState.SENT, RequestState.OPENED}


def token_hash(token: str) -> str:
    """Give what is stored of a link's 32 random bytes."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_of(token: str) -> Link | None:
    """Give the request a link was made for; nothing is changed by asking (ES-13)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT request, client, state, expires_at FROM consent_link(%s)", [token_hash(token)]
        )
        row = cursor.fetchone()
    if row is None:
        return None
    request, client, state, expires_at = row
    return Link(request, client, state_now(RequestState(state), expires_at, db.now()), expires_at)


def link_actor_for(request: HttpRequest) -> Actor | None:
    """Give the actor a passed PIN made of this visitor, on the pages of that one request only."""
    marked = request.session.get(LINK)
    match = request.resolver_match
    asked = None if match is None else match.kwargs.get("request_id")
    if not isinstance(marked, dict) or marked.get("request") != str(asked):
        return None
    # a device that was handed over acts for its one form, until who works here is back
    if parked_for(request) != (asked if marked.get("handed") else None):
        return None
    link = clients.queries.link(UUID(marked["link"]))
    if link is None or link.row != asked:
        return None
    actor = link_actor(link.id, link.client)
    return dataclasses.replace(
        actor, address=address_of(request), request=str(getattr(request, "id", ""))
    )
