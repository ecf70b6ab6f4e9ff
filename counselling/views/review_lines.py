"""A finding as a reviewer reads it: a sentence, its context, what was said, what may be said."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from django.utils import formats, timezone

import audit.queries
import clients.actions
import clients.queries
from audit.domain.deciding import (
    EMERGENCY,
    EXPLAINED_WORDS,
    WORDS,
    Explained,
    Word,
    offered,
)
from counselling import db
from counselling.access import SERVICE, Permission
from counselling.accounts import queries as accounts
from counselling.views.review_forms import SayForm
from counselling.views.review_words import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from audit.actions import Findings
    from audit.domain.deciding import Said
    from audit.queries import FindingRow
    from clients.queries import EmergencyRow
    from counselling.access import Actor

_BUTTONS: Final[Mapping[Word, str]] = {
    Word.EXPLAINED: "Explained",
    Word.ASKED: "Ask {name}",
    Word.ESCALATED: "Escalate",
    Word.IN_ORDER: "In order",
    Word.NOT_JUSTIFIED: "Not justified",
}
_STOPS: Final = frozenset({Word.ESCALATED, Word.NOT_JUSTIFIED})
# each sentence is one client's, read by an event of its own
READ_AT_ONCE: Final = 5
UNREAD: Final = "Open it to read why."
_AN_HOUR: Final = datetime.timedelta(hours=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Spoken:
    """One word about a finding, with who said it and what they wrote."""

    who: str
    words: str
    at: datetime.datetime
    text: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """One of the three things to say: its key, its button and its form."""

    key: int
    label: str
    stops: bool
    form: SayForm


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A finding on the page of a reviewer."""

    row: FindingRow
    name: str
    sentence: str
    context: tuple[str, ...]
    spoken: tuple[Spoken, ...]
    choices: tuple[Choice, ...]
    decided: bool
    access: EmergencyRow | None = None

    @property
    def mark(self) -> str:
        """Name its place on the page."""
        return f"finding-{self.row.id}"

    @property
    def state(self) -> tuple[str, str]:
        """Give the shape and the word of where it stands."""
        last = self.row.last
        if last is None:
            return "", ""
        return _STATES[last.word]


_STATES: Final[Mapping[Word, tuple[str, str]]] = {
    Word.EXPLAINED: ("yes", "explained"),
    Word.ASKED: ("wait", "asked"),
    Word.ANSWERED: ("wait", "answered: decide"),
    Word.ESCALATED: ("alert", "escalated"),
    Word.IN_ORDER: ("yes", "in order"),
    Word.NOT_JUSTIFIED: ("alert", "not justified"),
}


def lines(actor: Actor, found: Findings, *, opens: bool = True) -> list[Line]:
    """Put findings into words; no name of anybody cared for is opened for it.

    Why a file was opened in an emergency is read, with its event, only where it is shown; on a page
    of many, of the first ones that wait.
    """
    people = {one for row in found.rows for one in (row.person, *(said.by for said in row.said))}
    names = {SERVICE.id: "The system", **accounts.names(people)}
    references = audit.queries.references(found.rows)
    dangers = _dangers(found.rows)
    escalates = audit.queries.can_escalate({one.person for one in found.rows})
    waiting = sorted(found.rows, key=lambda row: row.is_decided(actor.id))
    few = {row.id for row in [row for row in waiting if row.id in dangers][:READ_AT_ONCE]}
    why = {
        row: (tuple(_of_danger(actor, one)) if row in few else (UNREAD,)) if opens else ()
        for row, one in dangers.items()
    }
    return [
        _line(
            actor, row, found, told(row, names, references), names, dangers.get(row.id),
            why.get(row.id, ()), escalates=row.person in escalates,
        )
        for row in found.rows
    ]  # fmt: skip


def _line(
    actor: Actor,
    row: FindingRow,
    found: Findings,
    words: tuple[str, tuple[str, ...]],
    names: Mapping[UUID, str],
    access: EmergencyRow | None,
    why: tuple[str, ...],
    *,
    escalates: bool,
) -> Line:
    name = names.get(row.person, "").split(" ")[0]
    said = offered(row.said, actor.id, escalates=escalates)
    return Line(
        row,
        name,
        words[0],
        (*words[1], *why),
        tuple(_spoken(one, names, found.texts) for one in row.said),
        tuple(_choices(row, said, name, danger=access is not None)),
        row.is_decided(actor.id),
        access,
    )


def _spoken(one: Said, names: Mapping[UUID, str], texts: Mapping[UUID, str]) -> Spoken:
    words = WORDS[one.word]
    if one.code:
        words += f": {EXPLAINED_WORDS[Explained(one.code)]}"
    return Spoken(names.get(one.by, ""), words, one.at, texts.get(one.id, ""))


def _choices(row: FindingRow, said: Iterable[Word], name: str, *, danger: bool) -> Iterable[Choice]:
    for key, word in enumerate(said, 1):
        # the machine is not asked, and neither is who was asked already
        if word is Word.ASKED and (row.person == SERVICE.id or row.waits_for_answer):
            continue
        label = _BUTTONS[word].format(name=name)
        form = SayForm(word=word, finding=row.id, danger=danger)
        yield Choice(key, label, word in _STOPS, form)


def form_for(line: Line, word: Word, posted: Mapping[str, object]) -> SayForm:
    """Give the form of one word as it was sent."""
    return SayForm(posted, word=word, finding=line.row.id, danger=line.access is not None)


# -- emergencies -----------------------------------------------------------------------------


def _dangers(rows: Iterable[FindingRow]) -> dict[UUID, EmergencyRow]:
    """Give which findings are emergency accesses, for who may judge them."""
    rows = [one for one in rows if one.client is not None and _is_danger(one)]
    if not rows:
        return {}
    since, until = min(one.began for one in rows), max(one.ended for one in rows)
    began = clients.queries.emergencies_between(
        {one.person for one in rows}, since - _AN_HOUR, until + _AN_HOUR
    )
    return {
        row.id: one
        for row in rows
        for one in began
        if (one.person, one.client) == (row.person, row.client)
        and one.began_at <= row.ended
        and one.ends_at >= row.began
    }


def _is_danger(row: FindingRow) -> bool:
    return row.rule == EMERGENCY or EMERGENCY in row.facts.get("signals", ())


def _of_danger(actor: Actor, access: EmergencyRow) -> list[str]:
    """Say why a file was opened in an emergency, and since when the client knows."""
    if not actor.may(Permission.REVIEW_EMERGENCY):
        return []
    shown = clients.actions.read_emergency(actor=actor, access_id=access.id)
    day = formats.date_format(timezone.localtime(access.told_at), "l j F")
    is_told = "was" if access.told_at <= db.now() else "is"
    why = [f"“{shown.sentence}”"] if shown.sentence else []
    return [*why, f"The client {is_told} told on {day}."]
