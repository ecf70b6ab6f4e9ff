"""Two files opened in an emergency, one reviewed and one not yet; and a week of standing in."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import clients.actions
from clients.domain.emergency import Decision, Reason

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from counselling.local.practice.story import Story

ELIF_BORN: Final = datetime.date(2001, 10, 5)
TOM_BORN: Final = datetime.date(1987, 12, 19)


def tell(story: Story) -> None:
    """Tell of a night when nobody could be reached, and of another nobody has looked at yet."""
    _tell_night(story)
    story.tell(story.ago(hours=20), "sam", _opens_tom, "tom.emergency")
    _tell_cover(story)


def _tell_night(story: Story) -> None:
    def opens(lea: Actor) -> UUID | None:
        return clients.actions.open_in_emergency(
            actor=lea,
            name="Elif Yilmaz",
            born=ELIF_BORN,
            reason=Reason.SELF_HARM,
            sentence="She rang the crisis line at night and hung up; Sam could not be reached.",
        )

    def judges(priya: Actor) -> UUID:
        return clients.actions.decide_emergency(
            actor=priya, access_id=story.ids["elif.emergency"], said=Decision.JUSTIFIED
        )

    story.tell(story.at(-12, "22:40"), "lea", opens, "elif.emergency")
    story.tell(story.at(-10, "09:20"), "priya", judges)


def _opens_tom(sam: Actor) -> UUID | None:
    return clients.actions.open_in_emergency(
        actor=sam,
        name="Tom Berg",
        born=TOM_BORN,
        reason=Reason.UNREACHABLE,
        sentence="He stood at the door in distress and Dana was on a train.",
    )


def _tell_cover(story: Story) -> None:
    def hands_over(sam: Actor) -> None:
        since = story.at(-1, "08:00")
        clients.actions.hand_over(
            actor=sam,
            case_ids=[story.ids["henry.case"]],
            person_id=story.ids["lea"],
            since=since,
            until=since + datetime.timedelta(days=9),
        )

    story.tell(story.at(-2, "16:30"), "sam", hands_over)
