"""What the stories of notes have in common: a session held, a note typed and signed."""

from __future__ import annotations

import datetime
import json
import os
import pathlib
from typing import TYPE_CHECKING

import records.actions
from counselling.db import as_actor
from records.actions import Typed
from records.domain import Attendance, Modality, Risk, Structure

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

_TEXTS = pathlib.Path(os.environ.get("COUNSELLING_TEXTS", "../shared/data/counselling_texts.jsonl"))
_OWN = (
    "Sleeping five hours. Back at work three days a week; the meeting went better than feared.",
    "Looked at what happens before the Sunday evenings. Tried the ten-minute rule together.",
    "Quiet today. Spoke of the brother for the first time since spring. Keeps the sleep log.",
)


def real_text(number: int = 0) -> str:
    """Give real language where it exists, and a text of our own where not."""
    if not _TEXTS.exists():
        return _OWN[number % len(_OWN)]
    with _TEXTS.open() as lines:
        for place, line in enumerate(lines):
            if place == number:
                return str(json.loads(line)["text"])
    return _OWN[number % len(_OWN)]


def hold_session(actor: Actor, case: UUID, *, hours_ago: int = 1) -> UUID:
    """Log a session that took place."""
    with as_actor(actor) as at:
        begins = at - datetime.timedelta(hours=hours_ago)
        return records.actions.log_session(
            actor=actor,
            case_id=case,
            starts_at=begins,
            ends_at=begins + datetime.timedelta(minutes=50),
            modality=Modality.IN_PERSON,
            attendance=Attendance.ATTENDED,
        )


def type_draft(
    actor: Actor,
    session: UUID,
    text: str,
    *,
    alone: str = "",
    version: int = 0,
    risk: Risk | None = Risk.NO_NEW_CONCERN,
    tab: str = "",
) -> int:
    """Save a draft; gives its version."""
    with as_actor(actor):
        return records.actions.save_draft(
            actor=actor,
            session_id=session,
            version=version,
            typed=Typed(text, alone, Structure.FREE, risk, tab),
        )[0]


def signed_note(
    actor: Actor, case: UUID, text: str, *, alone: str = "", hours_ago: int = 1
) -> UUID:
    """Hold a session, write its note and sign it; gives the note's id."""
    session = hold_session(actor, case, hours_ago=hours_ago)
    version = type_draft(actor, session, text, alone=alone)
    with as_actor(actor):
        return records.actions.sign_draft(actor=actor, session_id=session, version=version)
