"""What Mara reads in her own space and says is not right: one refused, one not answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import records.actions
from records.domain.amendments import Basis

if TYPE_CHECKING:
    import datetime

    from counselling.access import Actor
    from counselling.local.practice.story import Story

NOT_SO: Final = "“quick to apologise”"
RATHER: Final = "I said sorry that day because I had missed the bus and came late."
REFUSED: Final = (
    "I wrote down what I saw in that hour, and as that it stands. I understand that it reads as if "
    "you were always so. Bring it along on Monday."
)
STATEMENT: Final = (
    "I was late that day and said so twice. I do not think of myself as quick to apologise."
)
NOT_YET: Final = "“Her partner has stopped asking.”"
BETTER: Final = "He asks every evening. It is I who stopped answering."


def tell(story: Story) -> None:
    """Tell of two notes that were opened to her, and of what she wrote about them."""
    _tell_opened(story, story.at(-26, "10:20"), "mara.1")
    _tell_opened(story, story.at(-26, "10:21"), "mara.2")
    _tell_said(story, story.at(-6, "19:30"), "mara.2", NOT_SO, RATHER, "mara.said")
    story.tell(story.at(-5, "12:10"), "dana", lambda dana: _refuse(story, dana))
    story.tell(story.at(-4, "20:05"), "mara.portal", lambda mara: _disagree(story, mara))
    _tell_said(story, story.at(-2, "21:15"), "mara.1", NOT_YET, BETTER, "mara.says")


def _tell_opened(story: Story, at: datetime.datetime, note: str) -> None:
    story.tell(
        at,
        "dana",
        lambda dana: records.actions.set_readers(
            actor=dana, note_id=story.ids[f"{note}.note"], client_ids=[story.ids["mara"]]
        ),
    )


def _tell_said(
    story: Story, at: datetime.datetime, note: str, wrong: str, better: str, name: str
) -> None:
    def say(mara: Actor) -> object:
        client, about = story.ids["mara"], story.ids[f"{note}.note"]
        records.actions.read_own_note(actor=mara, note_id=about, client_id=client)
        return records.actions.ask_amendment(
            actor=mara, client_id=client, note_id=about, wrong=wrong, better=better
        )

    story.tell(at, "mara.portal", say, name)


def _refuse(story: Story, dana: Actor) -> None:
    records.actions.refuse_amendment(
        actor=dana, amendment_id=story.ids["mara.said"], basis=Basis.ACCURATE, words=REFUSED
    )


def _disagree(story: Story, mara: Actor) -> None:
    records.actions.disagree_with_refusal(
        actor=mara, amendment_id=story.ids["mara.said"], statement=STATEMENT
    )
