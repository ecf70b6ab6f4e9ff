"""Each use case of sessions and notes, done once in the world of the tests."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import consent.actions
from counselling.db import as_actor
from records import actions
from records.domain import AddendumKind, Attendance, Modality
from records.domain.searching import Asked
from tests.clients.danger import begin_emergency
from tests.consent import steps
from tests.records import (
    acts_final,
    acts_of_safety,
    acts_presence,
    acts_reads,
    acts_redacting,
    acts_several,
    acts_shares,
    acts_supervision,
)
from tests.records.writing import hold_session, signed_note, type_draft

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from consent.domain.documents import Pack
    from tests.world import World


def log_session(world: World) -> None:
    hold_session(world.dana, world.mara_case)


def set_attendance(world: World) -> None:
    session = hold_session(world.dana, world.mara_case)
    with as_actor(world.dana):
        actions.set_attendance(
            actor=world.dana,
            session_id=session,
            attendance=Attendance.NO_SHOW,
            modality=Modality.VIDEO,
        )


def change_session(world: World) -> None:
    session = hold_session(world.dana, world.mara_case)
    with as_actor(world.dana) as at:
        actions.change_session(
            actor=world.dana,
            session_id=session,
            starts_at=at - datetime.timedelta(hours=2),
            ends_at=at - datetime.timedelta(hours=1),
            modality=Modality.PHONE,
            attendance=Attendance.ATTENDED,
        )


def save_draft(world: World) -> None:
    type_draft(world.dana, hold_session(world.dana, world.mara_case), "Half a sentence")


def open_draft(world: World) -> None:
    session = hold_session(world.dana, world.mara_case)
    type_draft(world.dana, session, "Half a sentence")
    with as_actor(world.dana):
        actions.open_draft(actor=world.dana, session_id=session)


def sign_draft(world: World) -> None:
    _note(world)


def _note(world: World) -> UUID:
    return signed_note(world.dana, world.mara_case, "The sleep log is kept.", alone="For me.")


def open_note(world: World) -> None:
    note = _note(world)
    with as_actor(world.vera):
        actions.open_note(actor=world.vera, note_id=note)


def add_addendum(world: World) -> None:
    note = _note(world)
    with as_actor(world.dana):
        actions.add_addendum(
            actor=world.dana, note_id=note, kind=AddendumKind.CORRECTION, text="It was Tuesday."
        )


def compose_pack(world: World) -> None:
    _pack(world, _note(world))


def _pack(world: World, note: UUID) -> Pack:
    with as_actor(world.dana):
        return actions.compose_pack(
            actor=world.dana, client_id=world.mara, to=steps.EVA.name, note_ids=[note]
        )


def share_notes(world: World) -> None:
    note, shared = _note(world), steps.shared_permission(world)
    pack = _pack(world, note)
    with as_actor(world.dana):
        actions.share_notes(
            actor=world.dana,
            client_id=world.mara,
            consent_id=shared.consent,
            to=steps.EVA.name,
            note_ids=[note],
            previewed=consent.actions.content_sha256(pack),
        )


def begin_search(world: World) -> None:
    _note(world)
    with as_actor(world.dana):
        actions.begin_search(actor=world.dana, asked=Asked(("sleep",)))


def open_record_in_emergency(world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    with as_actor(world.sam):
        actions.open_record_in_emergency(actor=world.sam, access_id=access)


def open_note_in_emergency(world: World) -> None:
    note, access = _note(world), begin_emergency(world.sam, world.mara)
    with as_actor(world.sam):
        actions.open_note_in_emergency(actor=world.sam, access_id=access, note_id=note)


_DONE: Final = (
    open_record_in_emergency, open_note_in_emergency,
    begin_search,
    log_session, set_attendance, change_session, save_draft, open_draft, sign_draft, open_note,
    add_addendum, compose_pack, share_notes,
)  # fmt: skip
ACTS: Final[dict[str, Callable[[World], None]]] = (
    acts_of_safety.ACTS
    | acts_presence.ACTS
    | acts_shares.ACTS
    | {
        f"records.actions.{one.__name__}": one
        for one in (
            *_DONE,
            *acts_supervision.DONE,
            *acts_final.DONE,
            *acts_reads.DONE,
            *acts_redacting.DONE,
            *acts_several.DONE,
        )
    }
)
