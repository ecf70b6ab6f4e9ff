"""Sitting in, recording and reminders, each done once in the world of the tests."""

from __future__ import annotations

import datetime
import types
from typing import TYPE_CHECKING, Final
from unittest import mock

from counselling.access import SERVICE
from counselling.db import as_actor
from records import actions
from records.domain import Modality
from tests.consent.allowing import switched_on
from tests.records.writing import hold_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.world import World


def _allowed(world: World, activity: str) -> UUID:
    session = hold_session(world.dana, world.mara_case)
    switched_on(world, world.mara, world.mara_portal, activity)
    return session


def _sat(world: World) -> UUID:
    session = _allowed(world, "trainee_observer")
    with as_actor(world.dana):
        return actions.let_sit_in(actor=world.dana, session_id=session, person_id=world.tess.id)


def let_sit_in(world: World) -> None:
    _sat(world)


def end_sitting_in(world: World) -> None:
    sat = _sat(world)
    with as_actor(world.dana):
        actions.end_sitting_in(actor=world.dana, sitting_id=sat)


def _recorded(world: World) -> UUID:
    session = _allowed(world, "recording")
    with as_actor(world.dana):
        return actions.begin_recording(actor=world.dana, session_id=session)


def begin_recording(world: World) -> None:
    _recorded(world)


def erase_recording(world: World) -> None:
    made = _recorded(world)
    with as_actor(world.dana):
        actions.erase_recording(actor=world.dana, recording_id=made)


def remind_of_appointments(world: World) -> None:
    switched_on(world, world.mara, world.mara_portal, "reminders")
    with as_actor(world.dana) as at:
        begins = at + datetime.timedelta(days=1)
        actions.log_session(
            actor=world.dana, case_id=world.mara_case, starts_at=begins,
            ends_at=begins + datetime.timedelta(hours=1), modality=Modality.PHONE,
        )  # fmt: skip
    noon = types.SimpleNamespace(TIME_ZONE=f"Etc/GMT{at.hour - 12:+d}")
    with (
        mock.patch("records.queries.presence.settings", noon),
        as_actor(SERVICE, client=world.mara),
    ):
        actions.remind_of_appointments(actor=SERVICE, client_id=world.mara)


ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"records.actions.{act.__name__}": act
    for act in (
        let_sit_in, end_sitting_in, begin_recording, erase_recording, remind_of_appointments,
    )
}  # fmt: skip
