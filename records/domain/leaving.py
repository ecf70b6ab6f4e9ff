"""What of a note leaves with one member: the shared part, their own, or a line about it.

Another member's part never leaves, so it is not even a question here. What a consent covers is
consent's to say; here is only what follows from it.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from clients.domain import CaseKind
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from uuid import UUID

SHARED_EXISTS: Final = say(
    "There is also a part about everybody in this session. It is not included: it leaves only "
    "when each of them has agreed."
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """What goes of one note; `told` is the line that says a shared part exists."""

    shared: bool
    own: bool
    told: bool


def decide_leaves(
    kind: CaseKind,
    *,
    member: UUID,
    present: AbstractSet[UUID],
    adults: AbstractSet[UUID],
    agreed: AbstractSet[UUID],
    has_shared: bool,
    has_own: bool,
    ordered: bool = False,
) -> Leaves:
    """Decide what of a note goes into a member's copy or share (AC-05).

    `present` were there, `adults` are all whom the shared part is about, `agreed` those with a
    live consent that covers exactly this; `ordered` is a court order for it. Nothing leaves from
    a session of several people for somebody who had no part in it.
    """
    if kind is CaseKind.INDIVIDUAL:
        return Leaves(shared=has_shared, own=has_own, told=False)
    own = has_own and (member in adults or member in present)
    if kind is CaseKind.GROUP:
        return Leaves(shared=has_shared and (own or member in present), own=own, told=False)
    together = ordered or (bool(adults) and adults <= agreed)
    shared = has_shared and member in adults and together
    return Leaves(shared=shared, own=own, told=has_shared and member in adults and not shared)
