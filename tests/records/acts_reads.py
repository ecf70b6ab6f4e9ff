"""Each use case of what a client reads, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counselling.db import as_actor
from records import actions
from tests.records import reading, sharing

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World


def _said(world: World) -> UUID:
    return reading.says(world.mara_portal, reading.opened_note(world))


def set_readers(world: World) -> None:
    reading.opened_note(world)


def read_own_note(world: World) -> None:
    reading.reads(world.mara_portal, reading.opened_note(world))


def ask_amendment(world: World) -> None:
    _said(world)


def open_amendment(world: World) -> None:
    said = _said(world)
    with as_actor(world.priya):
        actions.open_amendment(actor=world.priya, amendment_id=said)


def extend_amendment(world: World) -> None:
    reading.extends(world.priya, _said(world))


def accept_amendment(world: World) -> None:
    reading.accepts(world.dana, _said(world), "Seven hours.")


def refuse_amendment(world: World) -> None:
    reading.refuses(world.dana, _said(world))


def _refused(world: World) -> UUID:
    said = _said(world)
    reading.refuses(world.dana, said)
    return said


def disagree_with_refusal(world: World) -> None:
    reading.disagrees(world.mara_portal, _refused(world))


def reply_to_statement(world: World) -> None:
    said = _refused(world)
    reading.disagrees(world.mara_portal, said)
    reading.replies(world.dana, said)


def _corrected(world: World) -> UUID:
    said = _said(world)
    reading.accepts(world.dana, said, "Seven hours.")
    return said


def name_other(world: World) -> UUID:
    return reading.names(world.mara_portal, _corrected(world))


def others_to_tell(world: World) -> None:
    said = _corrected(world)
    reading.names(world.mara_portal, said)
    reading.others(world.priya, said)


def tell_other(world: World) -> None:
    said = _corrected(world)
    other = reading.names(world.mara_portal, said)
    reading.tells(world.dana, said, other, sharing.somebody(world))


def tell_not(world: World) -> None:
    said = _corrected(world)
    other = reading.names(world.mara_portal, said)
    reading.leaves_out(world.dana, said, other)


DONE: Final = (
    set_readers, read_own_note, ask_amendment, open_amendment, extend_amendment, accept_amendment,
    refuse_amendment, disagree_with_refusal, reply_to_statement,
    name_other, others_to_tell, tell_other, tell_not,
)  # fmt: skip
