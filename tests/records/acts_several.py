"""Each use case of sessions of several people, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counselling.db import as_actor
from records import actions
from records.domain import Attendance
from tests.records import several
from tests.records.writing import hold_session
from tests.world import assign

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World


def set_roster(world: World) -> None:
    session = hold_session(world.dana, world.couple_case)
    with as_actor(world.dana):
        actions.set_roster(
            actor=world.dana, session_id=session, came={world.ben: Attendance.CANCELLED}
        )


def _led_by_two(world: World) -> UUID:
    assign(world.fred, world.couple_case, world.sam)
    session = hold_session(world.dana, world.couple_case)
    several.lead_too(world.dana, session, world.sam)
    return session


def add_co_leader(world: World) -> None:
    _led_by_two(world)


def remove_co_leader(world: World) -> None:
    session = _led_by_two(world)
    with as_actor(world.dana):
        actions.remove_co_leader(actor=world.dana, session_id=session, person_id=world.sam.id)


def add_to_part(world: World) -> None:
    several.of_both(world)
    several.add(world.dana, several.part_of(world.dana, world.ana), "Once.")


def member_record(world: World) -> None:
    several.of_both(world)
    with as_actor(world.dana):
        actions.member_record(actor=world.dana, client_id=world.ana)


DONE: Final = (set_roster, add_co_leader, remove_co_leader, add_to_part, member_record)
