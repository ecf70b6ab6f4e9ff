"""The rules of a safety plan: its sections, what makes it fit to sign, and its events."""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from audit.domain import Act, EventKind, register
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Mapping

# a card has to stay one page that somebody in need can read
LONGEST_SECTION: Final = 500
MOST_LINES: Final = 8


class Section(enum.StrEnum):
    """The steps of a plan, in the order in which they help."""

    SIGNS = "signs"
    ALONE = "alone"
    COMPANY = "company"
    HELP = "help"
    PROFESSIONALS = "professionals"
    SURROUNDINGS = "surroundings"
    MATTERS = "matters"


# the client's own words: the plan is theirs, so it says "I"
SECTION_WORDS: Final[Mapping[Section, str]] = MappingProxyType({
    Section.SIGNS: say("How I notice that it begins"),
    Section.ALONE: say("What I can do by myself"),
    Section.COMPANY: say("People and places that take my mind off it"),
    Section.HELP: say("Whom I ask for help"),
    Section.PROFESSIONALS: say("Professionals and crisis line"),
    Section.SURROUNDINGS: say("How it becomes safer around me"),
    Section.MATTERS: say("What matters to me"),
})  # fmt: skip

SECTION_HINTS: Final[Mapping[Section, str]] = MappingProxyType({
    Section.SIGNS: "Thoughts, feelings, situations, what the body does. One to a line.",
    Section.ALONE: "What has helped before, without anybody else.",
    Section.COMPANY: "Nobody there needs to know why.",
    Section.HELP: "Who may know, with a number that is answered.",
    Section.PROFESSIONALS: "The practice's crisis line stands on the card by itself.",
    Section.SURROUNDINGS: "What is put away, by whom, and until when.",
    Section.MATTERS: "Whom or what it is worth staying for.",
})  # fmt: skip

Content = dict[str, str]
TOO_LONG: Final = f"At most {LONGEST_SECTION} characters on {MOST_LINES} lines fit on a card."


def content_of(said: Mapping[str, object]) -> Content:
    """Give every section as text, those that are missing as empty, and nothing else."""
    found = {str(one): said.get(str(one), "") for one in Section}
    return {name: text if isinstance(text, str) else "" for name, text in found.items()}


def lines_of(text: str) -> tuple[str, ...]:
    """Give what stands on the lines of a section, without marks of a list and empty lines."""
    bare = (line.strip().removeprefix("-").removeprefix("*").strip() for line in text.splitlines())
    return tuple(line for line in bare if line)


def is_empty(content: Content) -> bool:
    """Say whether no section has a word in it."""
    return not any(lines_of(text) for text in content.values())


def too_long(content: Content) -> Section | None:
    """Name the first section that is too long for a card."""
    return next((one for one in Section if not _fits(content[one])), None)


def _fits(text: str) -> bool:
    return len(text) <= LONGEST_SECTION and len(lines_of(text)) <= MOST_LINES


PLAN_OPENED: Final = EventKind("plan.opened", Act.READ, "read a safety plan")
PLAN_PRINTED: Final = EventKind("plan.printed", Act.READ, "made a card of a safety plan")
PLAN_BEGUN: Final = EventKind("plan.begun", Act.CREATE, "began a safety plan")
PLAN_DRAFT_OPENED: Final = EventKind("plan.draft-opened", Act.READ, "opened an unsigned plan")
PLAN_SAVED: Final = EventKind("plan.saved", Act.UPDATE, "worked on a safety plan")
PLAN_SIGNED: Final = EventKind("plan.signed", Act.CREATE, "signed a safety plan")
PLAN_GIVEN: Final = EventKind("plan.given", Act.UPDATE, "showed a client their safety plan")
PLAN_TAKEN_BACK: Final = EventKind(
    "plan.taken-back", Act.UPDATE, "took a safety plan out of a client's space"
)
register(
    PLAN_OPENED, PLAN_PRINTED, PLAN_BEGUN, PLAN_DRAFT_OPENED, PLAN_SAVED, PLAN_SIGNED, PLAN_GIVEN,
    PLAN_TAKEN_BACK,
)  # fmt: skip
