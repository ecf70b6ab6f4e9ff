"""From a filled form and the client's answers: what may be signed, and what is then enforced."""

from __future__ import annotations

import dataclasses
import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar
from zoneinfo import ZoneInfo

from consent.domain.documents import AnsweredClause, text_sha256
from consent.domain.form_source import PURPOSE_AS_ASKED
from consent.domain.words import words
from counselling.errors import Invalid
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consent.domain.form_source import ClauseSource, FormSource

_Moment = TypeVar("_Moment", datetime.date, datetime.datetime)

SHORTEST_NAME: Final = 2
LONGEST_NAME: Final = 120
LONGEST_PERMISSION: Final = datetime.timedelta(days=2 * 366)

CATEGORY_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "attendance": say("session dates and attendance"),
        "summary": say("a summary"),
        "session_notes": say("notes of chosen sessions"),
        "process_notes": say("notes the counsellor keeps alone"),
        "sud_notes": say("notes of substance use counselling"),
    }
)
PURPOSE_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "care_together": say("care together"),
        "medication": say("medication"),
        "insurer": say("an insurer's decision"),
        "school": say("support at school"),
        "proceedings": say("proceedings"),
        "other": say("something else"),
    }
)
LEVEL_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "attendance": say("attendance only"),
        "summary": say("summary letter"),
        "session_notes": say("chosen notes"),
        "process_notes": say("the counsellor's own notes"),
        "sud_notes": say("notes of substance use counselling"),
    }
)


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What one request asks, apart from the form: for what, of whom, until when."""

    purpose: str = ""
    recipient: str = ""
    until: datetime.date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Granted:
    """One clause that was said Yes to, as it will be kept and enforced."""

    clause: str
    required: bool
    activity: str
    purpose: str
    named: bool
    categories: tuple[str, ...]
    until: datetime.datetime | None


def decide_until(until: datetime.date, today: datetime.date) -> None:
    """Raise Invalid unless a permission ends on a day that is ahead and not too far (CC-05)."""
    if until <= today:
        raise Invalid(say("Choose a day that is still to come."), "until")
    if until - today > LONGEST_PERMISSION:
        raise Invalid(say("A permission lasts two years at most. It can be given again."), "until")


def decide_answers(form: FormSource, answers: Mapping[str, bool]) -> None:
    """Raise Invalid if something has to be answered and is not, or is not asked at all."""
    codes = {clause.code for clause in form.clauses}
    if not set(answers) <= codes:
        raise Invalid(say("One of the answers is to a question that is not asked here."))
    for clause in form.clauses:
        if clause.required and clause.code not in answers:
            raise Invalid(say("Please choose Yes or No."), clause.code)


def decide_signature(form: FormSource, answers: Mapping[str, bool], name: str) -> str:
    """Give the name as it will be kept; raises Invalid if this cannot be signed."""
    decide_answers(form, answers)
    for clause in form.clauses:
        if clause.required and not answers[clause.code]:
            message = say(
                "You said No to “%(what)s”. %(if_no)s", what=clause.label, if_no=clause.if_no
            )
            raise Invalid(message)
    return decide_name(name)


def decide_name(name: str) -> str:
    """Give a typed name as it will be kept; raises Invalid if it is none."""
    kept = " ".join(name.split())
    if not SHORTEST_NAME <= len(kept) <= LONGEST_NAME or not any(map(str.isalpha, kept)):
        raise Invalid(say("Type your name. Typing it is your signature."), "name")
    return kept


def same_name(typed: str, known: str) -> bool:
    """Say whether two names are written alike, whatever their case and spaces."""
    return typed.casefold().split() == known.casefold().split()


def enforced(form: FormSource, answers: Mapping[str, bool]) -> tuple[str, ...]:
    """Give the very sentences that will be enforced, made from the answers (ES-03)."""
    yes = tuple(clause.sentence for clause in form.clauses if answers.get(clause.code))
    return (*yes, *form.closing) if yes else (words(form.language).none,)


def enforced_sha256(form: FormSource, answers: Mapping[str, bool]) -> str:
    """Give the hash by which the last page knows that nothing changed under it."""
    return text_sha256("\n".join(enforced(form, answers)))


def granted(
    form: FormSource,
    answers: Mapping[str, bool],
    asked: Asked,
    signed_at: datetime.datetime,
    zone: str,
    most: datetime.datetime | None = None,
) -> tuple[Granted, ...]:
    """Give every clause that was said Yes to; no answer counts as No (CC-20).

    `most` is when all of it ends, whatever a clause says: those who sign may not decide longer.
    """
    return tuple(
        Granted(
            clause=clause.code,
            required=clause.required,
            activity=clause.activity or "",
            purpose=_purpose(clause, asked),
            named=clause.recipient == "named",
            categories=clause.categories,
            until=_sooner(
                first_instant_after(_last_day(clause, asked, signed_at, zone), zone), most
            ),
        )
        for clause in form.clauses
        if answers.get(clause.code)
    )


def answered(
    form: FormSource,
    answers: Mapping[str, bool],
    asked: Asked,
    signed_at: datetime.datetime,
    zone: str,
    most: datetime.datetime | None = None,
) -> tuple[AnsweredClause, ...]:
    """Give every clause with its answer, as the document shows it."""
    last = None if most is None else _last_day_before(most, zone)
    return tuple(
        AnsweredClause(
            code=clause.code,
            label=clause.label,
            sentence=clause.sentence,
            required=clause.required,
            granted=answers.get(clause.code),
            if_no=clause.if_no,
            purpose=_purpose(clause, asked),
            recipient=asked.recipient if clause.recipient == "named" else "",
            categories=clause.categories,
            since=signed_at if answers.get(clause.code) else None,
            until=_sooner(_last_day(clause, asked, signed_at, zone), last)
            if answers.get(clause.code)
            else None,
            ends_with=clause.ends.event,
            activity=clause.activity or "",
        )
        for clause in form.clauses
    )


def _sooner(one: _Moment | None, other: _Moment | None) -> _Moment | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _last_day_before(instant: datetime.datetime, zone: str) -> datetime.date:
    before = instant - datetime.timedelta(microseconds=1)
    return before.astimezone(ZoneInfo(zone)).date()


def first_instant_after(day: datetime.date | None, zone: str) -> datetime.datetime | None:
    """Give the instant at which a day is over where the practice is."""
    if day is None:
        return None
    following = day + datetime.timedelta(days=1)
    return datetime.datetime.combine(following, datetime.time.min, tzinfo=ZoneInfo(zone))


def _purpose(clause: ClauseSource, asked: Asked) -> str:
    return asked.purpose if clause.purpose == PURPOSE_AS_ASKED else clause.purpose


def _last_day(
    clause: ClauseSource, asked: Asked, signed_at: datetime.datetime, zone: str
) -> datetime.date | None:
    if clause.ends.months is None:
        return None
    if asked.until is not None:
        return asked.until
    return _months_after(signed_at.astimezone(ZoneInfo(zone)).date(), clause.ends.months)


def _months_after(day: datetime.date, months: int) -> datetime.date:
    """Give the same day so many months on, or the last one that month has."""
    count = day.year * 12 + day.month - 1 + months
    first = datetime.date(count // 12, count % 12 + 1, 1)
    following = datetime.date((count + 1) // 12, (count + 1) % 12 + 1, 1)
    return first + datetime.timedelta(days=min(day.day, (following - first).days) - 1)


def day_words(day: datetime.date) -> str:
    """Say a day as the forms do: 15 November 2027."""
    return f"{day.day} {day:%B %Y}"
