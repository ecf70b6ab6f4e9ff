"""A note with what supervisors said of it: passages marked, comments numbered as they are."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

from counselling.access import Permission
from counselling.accounts import queries as accounts
from records import queries
from records.actions.judging import shown_parts
from records.domain import (
    ATTENDANCE_WORDS,
    MODALITY_WORDS,
    RISK_WORDS,
    STATE_WORDS,
    Attendance,
    Modality,
    Risk,
)
from records.domain.passages import marked

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from uuid import UUID

    from counselling.access import Actor
    from records.actions import NotePage, ReturnShown, Shown
    from records.domain.supervision import Said
    from records.queries import Judged


@dataclasses.dataclass(frozen=True, slots=True)
class Numbered:
    """A comment with the number its passage carries."""

    number: int
    said: Said


@dataclasses.dataclass(frozen=True, slots=True)
class Round:
    """One return: who, when, its comments, and whether it was answered."""

    by: str
    at: datetime.datetime
    comments: tuple[Numbered, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A part of the note as the page shows it."""

    key: str
    heading: str
    html: SafeString
    author: str
    signed_at: datetime.datetime
    added: bool


def facts(page: NotePage, note: Judged, returns: Sequence[ReturnShown]) -> dict[str, object]:
    """Give a page the note's parts with marks, the rounds of comments and the facts."""
    parts = shown_parts(page)
    staff = accounts.names(
        {one.author for one in parts} | {one.supervisor for one in returns} | {note.author}
    )
    rounds = _rounds(returns, staff)
    return {
        "note": page,
        "judged": note,
        "names": page.names,
        "hidden": page.case if isinstance(page.case, queries.LeftNote) else None,
        "author": staff.get(note.author, ""),
        "state": STATE_WORDS[note.state],
        "parts": [_part(one, rounds, staff) for one in parts],
        "rounds": rounds,
        "risk": RISK_WORDS[Risk(page.risk)],
        "modality": MODALITY_WORDS[Modality(page.modality)],
        "attendance": ATTENDANCE_WORDS[Attendance(page.attendance)],
    }


def _rounds(returns: Sequence[ReturnShown], staff: dict[UUID, str]) -> list[Round]:
    found, number = [], 0
    for one in returns:
        comments = tuple(Numbered(number + at, said) for at, said in enumerate(one.comments, 1))
        number += len(comments)
        found.append(Round(staff.get(one.supervisor, ""), one.returned_at, comments))
    return found


def _part(part: Shown, rounds: Sequence[Round], staff: dict[UUID, str]) -> Part:
    marks = [
        (one.number, one.said.passage)
        for round_ in rounds
        for one in round_.comments
        if one.said.passage is not None and one.said.passage.part == part.key
    ]
    html = SafeString(marked(part.html, marks))  # nosec B703 - sanitised before, marks are ours
    return Part(
        part.key, part.heading, html, staff.get(part.author, ""), part.signed_at, part.added
    )


def standing(actor: Actor, page: NotePage) -> dict[str, object]:
    """Say on a note's own page where a trainee's note stands, and where to go on with it."""
    found = queries.standing_of(page.id) if page.awaits_co_signature else None
    if found is None:
        return {"standing": None}
    by = accounts.names([found.by]).get(found.by, "") if found.by else ""
    own = page.author == actor.id
    return {
        "standing": found,
        "standing_word": STATE_WORDS[found.state],
        "standing_by": by,
        "has_comments": own and found.rounds > 0,
        "may_judge": not own
        and actor.may(Permission.SUPERVISE)
        and page.author in {one.id for one in accounts.supervisees(actor)},
    }
