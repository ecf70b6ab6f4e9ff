"""What makes a note final, done once: reminding of it, reading and taking out a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counselling.access import SERVICE
from counselling.db import as_actor
from records import actions
from records.domain import Outlet
from tests.people import fresh
from tests.records.writing import hold_session, signed_note

if TYPE_CHECKING:
    from tests.world import World


def prepare_reminder(world: World) -> None:
    hold_session(world.dana, world.mara_case, hours_ago=26)
    with as_actor(SERVICE):
        actions.prepare_reminder(actor=SERVICE, person_id=world.dana.id)


def keep_reminder(world: World) -> None:
    session = hold_session(world.dana, world.mara_case, hours_ago=26)
    with as_actor(SERVICE):
        actions.prepare_reminder(actor=SERVICE, person_id=world.dana.id)
    with as_actor(SERVICE):
        actions.keep_reminder(actor=SERVICE, person_id=world.dana.id, sessions=(session,))


def open_year(world: World) -> None:
    signed_note(world.dana, world.mara_case, "The sleep log is kept.", alone="For me.")
    with as_actor(world.vera):
        actions.open_year(actor=world.vera, client_id=world.mara)


def open_paper(world: World) -> None:
    note = signed_note(world.dana, world.mara_case, "The sleep log is kept.", alone="For me.")
    dana = fresh(world.dana)
    with as_actor(dana):
        actions.open_paper(actor=dana, note_id=note, outlet=Outlet.EXPORT)


DONE: Final = (prepare_reminder, keep_reminder, open_year, open_paper)
