"""Give the trail page by page: asked by any field a page shows of an event, in any order."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

from audit import domain
from audit.queries.reading import MOST, cursor_at, entries, number_of, period
from counselling.errors import Invalid

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from uuid import UUID

    from audit.domain import Entry
    from counselling.access import Actor

# an order other than by time is made of the newest so many; the page says when there are more
SORTED: Final = 2000
# where a filter has no column, a page looks through so many events and says how far it came
LOOKED: Final = 100_000
# what is taken away is asked for piece by piece, each soon done
STRETCH: Final = 2000


class Order(enum.StrEnum):
    """In which order events come; within the same word always the newest first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    PERSON = "person"
    ROLE = "role"
    KIND = "kind"
    OUTCOME = "outcome"
    CASE = "case"
    WHY = "why"


class Asked(TypedDict, total=False):
    """Which events are asked for; what is not said is not asked.

    `about` is the account an event is about. `why` is a part of why it was: of the relation,
    the purpose or the reason. `address` and `session` are how the keyed hash of the one and the id
    of the other begin. `before` is the `cursor` of the last entry of the page before.
    """

    case: UUID | None
    person: UUID | None
    client: UUID | None
    about: UUID | None
    kind: str | None
    act: str | None
    role: str | None
    outcome: str | None
    why: str | None
    address: str | None
    session: str | None
    since: datetime.datetime | None
    until: datetime.datetime | None
    order: Order
    before: str | None
    limit: int


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """A page of the trail; `cut` says that more events fit than were put in order.

    `reached` is where looking ended, if it ended before the page was full and the log did not.
    """

    entries: list[Entry]
    cut: bool = False
    reached: str = ""


# Values are written into the statement by Django, so that PostgreSQL drops what is not asked.
# "act" is the first key of the canonical text, so that its beginning tells it.
_EVENTS: Final = """
SELECT e.recorded, e.id, e.actor, e.payload FROM {events} e
WHERE e.actor <> %(self)s::uuid
  AND (%(case)s::uuid IS NULL OR e.case_id = %(case)s::uuid)
  AND (%(person)s::uuid IS NULL OR e.actor = %(person)s::uuid)
  AND (%(kind)s::text IS NULL OR e.kind = %(kind)s::text)
  AND (%(outcome)s::text IS NULL OR e.outcome = %(outcome)s::text)
  AND (%(act)s::text IS NULL OR starts_with(e.payload, '{{"act":"' || %(act)s || '"'))
  AND e.recorded >= %(since)s AND e.recorded < %(until)s
  AND (%(at)s::timestamptz IS NULL
       OR (e.recorded {reached} %(at)s::timestamptz
           AND (e.recorded, e.id) {beyond} (%(at)s::timestamptz, %(id)s::uuid)))
ORDER BY e.recorded {way}, e.id {way} LIMIT %(most)s
"""
# What no column says is looked for in the text first, which is several times faster than reading
# JSON, and then read, since the same text can stand inside another value.
_SAYING: Final = """
SELECT e.recorded, e.id, e.actor, e.payload FROM ({looked}) e
WHERE (%(role)s::text IS NULL
       OR (strpos(e.payload, '"role":"' || %(role)s || '"') > 0
           AND e.payload::json ->> 'role' = %(role)s::text))
  AND (%(about)s::text IS NULL
       OR (strpos(e.payload, '"row":"' || %(about)s || '"') > 0
           AND e.payload::json ->> 'row' = %(about)s::text))
  AND (%(why)s::text IS NULL
       OR (e.payload LIKE %(why)s AND concat_ws(
           chr(10), e.payload::json ->> 'relation', e.payload::json ->> 'purpose',
           e.payload::json ->> 'reason') LIKE %(why)s))
  AND (%(address)s::text IS NULL
       OR (strpos(e.payload, '"address":"' || %(address)s) > 0
           AND starts_with(e.payload::json ->> 'address', %(address)s::text)))
  AND (%(session)s::text IS NULL
       OR (strpos(e.payload, '"session":"' || %(session)s) > 0
           AND starts_with(e.payload::json ->> 'session', %(session)s::text)))
ORDER BY e.recorded {way}, e.id {way} LIMIT %(limit)s
"""
_REACHED: Final = "SELECT e.recorded, e.id FROM ({looked}) e OFFSET %(most)s - 1 LIMIT 1"
_COLUMNS: Final = ("case", "person", "client", "kind", "outcome", "act")
_EVERYBODY: Final = "audit_event"
# one person's events first, then each looked up; otherwise the newest of everybody's are tried
_ONE_PERSON: Final = """(
    SELECT found.* FROM audit_events_about(%(client)s::uuid, %(since)s, %(until)s) a
    CROSS JOIN LATERAL (
        SELECT * FROM audit_event o WHERE o.recorded = a.recorded AND o.id = a.id OFFSET 0
    ) found
)"""
_BACKWARDS: Final = {"way": "DESC", "reached": "<=", "beyond": "<"}
_FORWARDS: Final = {"way": "ASC", "reached": ">=", "beyond": ">"}

# by what a line shows; what is not said comes last
_SORTS: Final[dict[Order, Callable[[Entry], str]]] = {
    Order.PERSON: lambda one: one.who_label,
    Order.ROLE: lambda one: one.role,
    Order.KIND: lambda one: one.sentence,
    Order.OUTCOME: lambda one: "" if one.outcome == "ok" else one.outcome,
    # who has no case comes after all cases, together
    Order.CASE: lambda one: one.case_label or (f"~{one.client}" if one.client else ""),
    Order.WHY: lambda one: one.relation or one.purpose,
}


def trail(actor: Actor, **asked: Unpack[Asked]) -> Page:
    """Give one page of the trail, newest first; row security decides which events.

    Nobody reviews their own accesses, so these are left to somebody else (DESIGN 3).

    Raises Invalid for a cursor that is none of ours.
    """
    before = asked.get("before")
    if before and domain.parse_cursor(before) is None:
        message = "That page of the trail does not exist."
        raise Invalid(message)
    order = asked.get("order", Order.NEWEST)
    limit = min(asked.get("limit", 50), MOST)
    if order not in _SORTS:
        return _found(actor, asked, order, before, limit)
    found = _found(actor, asked, Order.NEWEST, None, SORTED + 1)
    entries = _sorted(found.entries[:SORTED], _SORTS[order], before, limit)
    return Page(entries, cut=len(found.entries) > SORTED, reached=found.reached)


def stretch(actor: Actor, asked: Asked, before: str | None, most: int = STRETCH) -> Page:
    """Give the next many events of what is taken away, in the order of time, without a page's end.

    It is asked again with the cursor of its last entry, or with `reached`, until neither is there.
    """
    order = Order.OLDEST if asked.get("order") is Order.OLDEST else Order.NEWEST
    return _found(actor, asked, order, before, most)


def how_many(actor: Actor, asked: Asked, most: int) -> int | None:
    """Count what is asked for, up to `most` and one; None where too much is to be looked through.

    What no column says is looked for in ten times as many events as one page looks through.
    """
    saying = _saying(asked)
    words = _words(asked, Order.NEWEST)
    events = _EVENTS.format(**words)
    enough = 10 * LOOKED if any(saying.values()) else most + 1
    said = _said(actor, asked, None) | saying | {"limit": most + 1, "most": enough}
    found = number_of(_SAYING.format(looked=events, **words), said)
    if found > most or not any(saying.values()):
        return found
    return None if cursor_at(_REACHED.format(looked=events), said) else found


def _found(actor: Actor, asked: Asked, order: Order, before: str | None, limit: int) -> Page:
    """Ask for so many, in the order of time."""
    saying = _saying(asked)
    looked = any(saying.values())
    words = _words(asked, order)
    events = _EVENTS.format(**words)
    said = _said(actor, asked, before) | saying
    said |= {"limit": limit, "most": LOOKED if looked else limit}
    if not looked:
        return Page(entries(events, said))
    found = entries(_SAYING.format(looked=events, **words), said)
    short = len(found) < limit
    return Page(found, reached=cursor_at(_REACHED.format(looked=events), said) if short else "")


def _words(asked: Asked, order: Order) -> dict[str, str]:
    """Give whose events are asked, and in which direction."""
    return {
        "events": _ONE_PERSON if asked.get("client") else _EVERYBODY,
        **(_FORWARDS if order is Order.OLDEST else _BACKWARDS),
    }


def _saying(asked: Asked) -> dict[str, str | None]:
    """Give what no column says."""
    about = asked.get("about")
    return {
        "role": asked.get("role"),
        "about": str(about) if about else None,
        "why": _pattern(asked.get("why")),
        "address": asked.get("address") or None,
        "session": asked.get("session") or None,
    }


def _said(actor: Actor, asked: Asked, before: str | None) -> dict[str, Any]:
    """Give what columns say, and where the page begins."""
    at, row = (before and domain.parse_cursor(before)) or (None, None)
    return {
        **{name: asked.get(name) for name in _COLUMNS},
        **period(asked.get("since"), asked.get("until")),
        "self": actor.id, "at": at, "id": row,
    }  # fmt: skip


def _pattern(why: str | None) -> str | None:
    """Look for a word as it stands in a code: "safe contact" is in "safe-contact_card"."""
    if not why:
        return None
    typed = "".join(letter if letter.isalnum() else "_" for letter in why.lower())
    return f"%{typed}%"


def _sorted(
    found: list[Entry], word: Callable[[Entry], str], before: str | None, limit: int
) -> list[Entry]:
    """Put entries in order of a word and give those after `before`; what says none comes last."""
    ordered = sorted(found, key=lambda one: (not word(one), word(one).casefold()))
    begin = next((n for n, one in enumerate(ordered, 1) if one.cursor == before), 0)
    return ordered[begin : begin + limit]
