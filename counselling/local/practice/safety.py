"""Plans for hard days, one in two versions, and two dangers: one told, one still to tell."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import records.actions
from counselling.local.practice.caseload import CARE
from records.actions import DangerFacts, TypedPlan, WasTold
from records.domain.dangers import AdditionKind, Endangered
from records.domain.plans import content_of

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from counselling.local.practice.story import Story

_MARA: Final = {
    "signs": "I stop answering messages\nI lie awake and count what went wrong",
    "alone": "The red blanket and the radio play\nTo the bridge and back, telephone in hand",
    "company": "The café at the corner\nChoir on Wednesdays",
    "help": "My sister Klara, also at night",
    "professionals": "Dana, on weekdays",
    "matters": "Jona's first day at school",
}
_MARA_NOW: Final = _MARA | {
    "help": "My sister Klara, also at night\nTheo next door",
    "surroundings": "Klara keeps the tablets and brings two days' worth",
}
_ELIF: Final = {
    "signs": "Everything becomes loud\nI plan for nobody to be home",
    "alone": "Cold water, then the list on the fridge",
    "help": "Deniz, by message, any time",
    "surroundings": "Deniz has the key to the cabinet",
}


def tell(story: Story) -> None:
    """Tell of who wrote a plan with whom, and of two afternoons on which a life was at stake."""
    _tell_plan(story, "mara", _MARA, story.at(-21, "09:58"))
    _tell_plan(story, "mara", _MARA_NOW, story.at(-7, "09:57"), follows=1)
    _tell_plan(story, "elif", _ELIF, story.at(-6, "15:20"))
    _tell_danger(
        story, "elif", story.at(-6, "15:40"), told="The crisis team, by telephone",
        what="That she may be in danger this evening, and that Deniz is with her.",
    )  # fmt: skip
    _tell_danger(
        story, "jon", story.ago(hours=20), later=story.at(1, "00:00") + datetime.timedelta(days=1),
        told="Dr Amal Said, by telephone",
        what="That Jon spoke of ending it after the hearing on Thursday.",
    )  # fmt: skip
    _tell_addition(story, "elif", story.at(-5, "09:30"))


def _tell_plan(
    story: Story, key: str, said: dict[str, str], at: datetime.datetime, *, follows: int = 0
) -> None:
    def write(actor: Actor) -> UUID:
        case, client = story.ids[f"{key}.case"], story.ids[key]
        typed = TypedPlan(content_of(said), follows)
        version, _ = records.actions.save_plan_draft(
            actor=actor, case_id=case, client_id=client, version=0, typed=typed
        )
        return records.actions.sign_plan(
            actor=actor, case_id=case, client_id=client, version=version, give=True
        )

    story.tell(at, CARE[key], write, f"{key}.plan.{follows + 1}")


def _tell_danger(
    story: Story,
    key: str,
    at: datetime.datetime,
    *,
    told: str,
    what: str,
    later: datetime.datetime | None = None,
) -> None:
    def write(actor: Actor) -> UUID:
        return records.actions.record_danger(
            actor=actor,
            case_id=story.ids[f"{key}.case"],
            client_id=story.ids[key],
            facts=DangerFacts(
                Endangered.CLIENT,
                "Said it calmly, with a day and a means, and did not take it back when asked.",
                "Ruth Amsel by telephone, ten minutes earlier: tell whoever can be there today.",
                [WasTold(told, what, at)],
                later,
            ),
        )

    story.tell(at, CARE[key], write, f"{key}.danger")


def _tell_addition(story: Story, key: str, at: datetime.datetime) -> None:
    story.tell(
        at,
        CARE[key],
        lambda actor: records.actions.add_to_danger(
            actor=actor,
            danger_id=story.ids[f"{key}.danger"],
            kind=AdditionKind.MORE,
            text="The night was quiet. We went through the plan together in the morning.",
        ),
    )
