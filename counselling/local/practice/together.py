"""Couples and groups: who is in them, who came, and the evening that two of the team led."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import clients.actions
import records.actions
from records.actions import Typed
from records.domain import Attendance, Risk

if TYPE_CHECKING:
    from collections.abc import Collection

    from counselling.access import Actor
    from counselling.local.practice.story import Story

# case by its first member: everybody in it
MEMBERS: Final = {"ines": ("ines", "paul"), "rosa": ("rosa", "nils", "amina", "viktor")}
SAM_NOTED: Final = """
Led with Lea. I kept the time and the round; the talk at the window was between the two of them.
"""
SAM_ALONE: Final = """
I wanted to comfort and nearly did. Good that Lea looked at me and waited.
"""


def tell_roster(
    story: Story, at: datetime.datetime, case: str, person: str, session: str, away: Collection[str]
) -> None:
    """Tell who of a couple or a group was there."""

    def say(actor: Actor) -> None:
        came = {
            story.ids[key]: Attendance.CANCELLED if key in away else Attendance.ATTENDED
            for key in MEMBERS[case]
        }
        records.actions.set_roster(actor=actor, session_id=story.ids[session], came=came)

    story.tell(at, person, say)


def tell(story: Story) -> None:
    """Tell that Sam joined Lea in the group, and wrote a note of his own about its last evening."""
    story.tell(
        story.at(-42, "16:40"),
        "kim",
        lambda kim: clients.actions.offer_assignment(
            actor=kim, case_id=story.ids["rosa.case"], person_id=story.ids["sam"]
        ),
        "rosa.offer to sam",
    )
    story.tell(
        story.at(-41, "08:30"),
        "sam",
        lambda sam: clients.actions.accept_assignment(
            actor=sam, assignment_id=story.ids["rosa.offer to sam"]
        ),
    )
    evening = story.at(story.weekday(1, 0), "20:05")
    story.tell(evening, "lea", lambda lea: _lead_too(story, lea))
    story.tell(evening + datetime.timedelta(minutes=30), "sam", lambda sam: _write(story, sam))


def _lead_too(story: Story, lea: Actor) -> None:
    records.actions.add_co_leader(
        actor=lea, session_id=story.ids["group.2"], person_id=story.ids["sam"]
    )


def _write(story: Story, sam: Actor) -> None:
    session = story.ids["group.2"]
    typed = Typed(SAM_NOTED.strip(), SAM_ALONE.strip(), risk=Risk.NO_NEW_CONCERN)
    saved = records.actions.save_draft(actor=sam, session_id=session, version=0, typed=typed)
    records.actions.sign_draft(actor=sam, session_id=session, version=saved.version)
