"""What clients allowed apart from sharing: messages that say something, and research."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counselling.local.practice.signing import Form

if TYPE_CHECKING:
    from counselling.local.practice.story import Story

MESSAGES: Final = "messages"
RESEARCH: Final = "research"


def tell(story: Story) -> None:
    """Tell of Mara, who wants to be reminded, and of Ines and Clara, who were asked for a study."""
    mara = Form(story, "mara", "messages", MESSAGES)
    mara.ask(story.at(-12, "09:45"))
    mara.send(story.at(-12, "09:47"))
    mara.sign(story.at(-12, "20:30"), {"email": True, "text-messages": False, "reminders": True})
    for client, hour, answer in (("ines", "12", True), ("clara", "13", False)):
        form = Form(story, client, "research", RESEARCH)
        form.ask(story.at(-15, f"{hour}:05"))
        form.send(story.at(-15, f"{hour}:07"))
        form.sign(story.at(-14, f"{hour}:30"), {"research": answer})
