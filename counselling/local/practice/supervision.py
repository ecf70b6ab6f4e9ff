"""What Ruth said of what Noor wrote: one note co-signed, one returned, and what they agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import records.actions
from records.actions import Given

if TYPE_CHECKING:
    import datetime

    from counselling.access import Actor
    from counselling.local.practice.story import Story

MONDAY: Final = 0
COMMENTS: Final = (
    Given(
        "How do you know? Write down what she said or did, not only what you saw.",
        "She was not in danger, and she was very frightened",
    ),
    Given(
        "Bring this on Tuesday. What would you want to have asked before you practised?",
        "I bring the question of the checking to supervision",
    ),
)
AGREED: Final = """
Went through the first two sessions with Clara.

- Noor writes what was seen and heard first, and what she makes of it after.
- Before an exercise she asks what has helped already.
- Next time: the evening calls, and who else is awake.
"""
ALONE: Final = """
Noor is warm and quick, and ends a silence a little early. Ask her what she fears in it.
"""


def tell(story: Story) -> None:
    """Tell of one afternoon of supervision, the last Monday there was."""
    day = story.weekday(MONDAY, 0)

    def co_sign(ruth: Actor) -> None:
        note = story.ids["clara.1.note"]
        page = records.actions.open_note(actor=ruth, note_id=note, purpose="co-signing")
        records.actions.co_sign(actor=ruth, note_id=note, addenda=len(page.addenda))

    def give_back(ruth: Actor) -> None:
        records.actions.return_note(
            actor=ruth, note_id=story.ids["clara.2.note"], comments=COMMENTS, addenda=0
        )

    story.tell(story.at(day, "16:20"), "ruth", co_sign)
    story.tell(story.at(day, "16:40"), "ruth", give_back)
    _tell_note(story, story.at(day, "17:15"), AGREED, shared=True)
    _tell_note(story, story.at(day, "17:25"), ALONE, shared=False)


def _tell_note(story: Story, at: datetime.datetime, text: str, *, shared: bool) -> None:
    def note(ruth: Actor) -> None:
        noor = story.ids["noor"]
        version, _ = records.actions.save_supervision_draft(
            actor=ruth, supervisee_id=noor, version=0, text=text.strip()
        )
        records.actions.sign_supervision_note(
            actor=ruth, supervisee_id=noor, version=version, shared=shared
        )

    story.tell(at, "ruth", note)
