"""What nobody signed in time: a note that is locked, and one left behind in a case that closed."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import records.actions
from records.actions import Typed
from records.domain import Attendance, Modality, Risk

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from counselling.local.practice.story import Story

DAY: Final = -6
HENRY: Final = (
    "Came straight from the night shift. The letter from the landlord is answered; he read me his "
    "draft and wants no help with it.\n\nAgreed: he sends it on Friday and tells me how it was."
)
LIVIA: Final = (
    "Last session. Went through what she takes with her: the list by the door, the two people she "
    "rings, and that she may come back without explaining why."
)


def tell(story: Story) -> None:
    """Tell of two sessions of last week whose notes were begun and not signed."""
    _tell_begun(story, "henry", "sam", "16:00", HENRY)
    # Lea closed this case the day after: she has seven days, and only for this note
    _tell_begun(story, "livia", "lea", "10:00", LIVIA)


def _tell_begun(story: Story, case: str, person: str, clock: str, text: str) -> None:
    starts = story.at(DAY, clock)
    ends = starts + datetime.timedelta(minutes=50)
    session = f"{case}.unsigned"

    def hold(actor: Actor) -> UUID:
        return records.actions.log_session(
            actor=actor,
            case_id=story.ids[f"{case}.case"],
            starts_at=starts,
            ends_at=ends,
            modality=Modality.IN_PERSON,
            attendance=Attendance.ATTENDED,
        )

    def begin(actor: Actor) -> None:
        typed = Typed(text, "", risk=Risk.NO_NEW_CONCERN)
        records.actions.save_draft(
            actor=actor, session_id=story.ids[session], version=0, typed=typed
        )

    story.tell(ends + datetime.timedelta(minutes=1), person, hold, session)
    story.tell(ends + datetime.timedelta(minutes=4), person, begin)
