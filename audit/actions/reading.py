"""Show the trail and who opened a file; that it was shown is itself an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

from audit import domain, queries
from counselling.access import Permission, require

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from audit.domain import Entry
    from audit.queries import Asked, Page
    from counselling.access import Actor
from audit.actions.recording import record


def read_trail(*, actor: Actor, **asked: Unpack[Asked]) -> Page:
    """Show a reviewer one page of the trail, and record what was asked and shown (AT-01)."""
    require(actor, Permission.REVIEW_TRAIL)
    page = queries.trail(actor, **asked)
    record(
        actor=actor,
        kind=domain.TRAIL_READ,
        client=asked.get("client"),
        case=asked.get("case"),
        detail={"shown": len(page.entries), **told(asked, found=bool(page.entries))},
    )
    return page


_NAMED: Final = (
    "person", "about", "kind", "act", "role", "outcome", "address", "session"
)  # fmt: skip


def told(asked: Asked, *, found: bool) -> dict[str, str]:
    """Name what was asked for; a typed word only if it is one of the log's own."""
    since, until, why = asked.get("since"), asked.get("until"), asked.get("why")
    named = {
        **{name: asked.get(name) for name in _NAMED},
        "since": since and domain.instant(since),
        "until": until and domain.instant(until),
        "why": why and (why if found else "asked"),
        "order": asked.get("order"),
    }
    return {name: str(value) for name, value in named.items() if value}


def read_openings(
    *,
    actor: Actor,
    client: UUID,
    also: Iterable[str] = (),
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
    before: str | None = None,
    limit: int = queries.MOST,
) -> list[Entry]:
    """Show a client who read the file, and record that it was shown (AT-16)."""
    require(actor, Permission.SEE_OWN_FILE)
    record(actor=actor, kind=domain.OPENINGS_READ, client=client, relation="self")
    return queries.openings_of(
        client, also=also, since=since, until=until, before=before, limit=limit
    )
