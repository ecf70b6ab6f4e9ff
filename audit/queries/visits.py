"""Give the trail folded into visits, page by page, the newest first."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from audit import domain
from audit.domain import visits as folding
from audit.queries import pages
from counselling.errors import Invalid

if TYPE_CHECKING:
    import datetime
    from typing import Unpack

    from audit.domain import Entry
    from audit.domain.visits import Visit
    from audit.queries.pages import Asked
    from counselling.access import Actor

# so many events are read at once, and so many visits stand on a page
BLOCK: Final = 400
A_PAGE: Final = 25
# what a practice does in half an hour, and more
AFTER: Final = 5000


@dataclasses.dataclass(frozen=True, slots=True)
class Visits:
    """A page of visits, each whole and on one page only; `further` is where the next one begins.

    `looked_to` is how far was looked, where looking ended before a page was full.
    """

    visits: list[Visit]
    further: str = ""
    looked_to: datetime.datetime | None = None


def visits(actor: Actor, **asked: Unpack[Asked]) -> Visits:
    """Fold a block of events; what goes on before it is left to the next page.

    Raises Invalid for a cursor that is none of ours.
    """
    before = asked.get("before") or ""
    if before and domain.parse_cursor(before) is None:
        message = "That page of the trail does not exist."
        raise Invalid(message)
    block = pages.stretch(actor, _newest(asked), before or None, BLOCK)
    found = folding.fold(block.entries)
    if before:
        found = folding.without_shown(found, _just_after(actor, asked, before))
    if len(block.entries) < BLOCK:
        return _last_of_log(found, block)
    return _cut(found, block.entries)


def _last_of_log(found: list[Visit], block: pages.Page) -> Visits:
    """Give what a block holds that came to the end of the log, or as far as a page looks."""
    looked = domain.parse_cursor(block.reached)
    shown = found[:A_PAGE]
    more = len(found) > A_PAGE
    further = shown[-1].newest.cursor if more else block.reached
    return Visits(shown, further, looked[0] if looked and not more else None)


def _cut(found: list[Visit], entries: list[Entry]) -> Visits:
    """Give what of a full block is whole."""
    oldest = entries[-1]
    shown = folding.whole(found, oldest.when, A_PAGE)
    further = shown[-1].newest.cursor if shown else oldest.cursor
    return Visits(shown, further, None if shown else oldest.when)


def _just_after(actor: Actor, asked: Asked, before: str) -> list[Entry]:
    """Give the half hour that the page before ended with: what goes on in it stands there."""
    here = domain.parse_cursor(before)
    assert here is not None  # noqa: S101 the cursor was looked at before
    until, later = asked.get("until"), here[0] + folding.GAP
    asked = _newest(asked) | {"since": here[0], "until": min(until, later) if until else later}
    asked["order"] = pages.Order.OLDEST
    found = pages.stretch(actor, asked, None, AFTER).entries
    return [one for one in found if (one.when, one.id) >= here]


def _newest(asked: Asked) -> Asked:
    return {**asked, "order": pages.Order.NEWEST, "before": None}
