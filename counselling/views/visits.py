"""Who opened a file, in the words in which its client reads it: on a page, in print, on paper."""

from __future__ import annotations

import dataclasses
import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.utils import timezone

import clients.actions
import clients.queries
import records.queries
from clients.domain.emergency import REASON_WORDS
from clients.domain.openings import ONE_VISIT, is_routine
from counselling.accounts import queries as accounts
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from audit.domain import Entry
    from counselling.access import Actor
    from counselling.accounts.domain import Person

_EMERGENCY: Final = "emergency"
_COVER: Final = "cover"
_GUARDIAN: Final = "guardian"
_RECIPIENT: Final = "recipient"
# why somebody looks who cares for the client: on the day of a session it is that session
_OF_A_SESSION: Final = frozenset({"assigned", "cover", "finishing"})

# what staff call it is not always what it is for the person it is about
_WORDS: Final[Mapping[str, str]] = MappingProxyType({
    "capacity.decided": say("recorded who decides for you"),
    "guardian.invited": say("gave somebody who decides for you a sign-in"),
    "capacity.read": say("looked at who decides for you"),
    "card.read": say("looked at how you may be reached"),
    "form.read": say("read a form you were asked"),
    "guardian.opened": say("looked up who decides for you and how to reach them"),
    "notes.exported": say("made a PDF of notes of your sessions"),
    "notes.printed": say("opened notes of your sessions to print them"),
    "notes.read": say("read notes of your sessions"),
    "question.read": say("read a question of yours about a form"),
    "research.read": say("looked up who agreed to take part in research"),
    "signers.named": say("looked up who signs for you"),
    "amendment.read": say("read what you said is not right"),
    "card.set": say("changed how you may be written to"),
    "client.amended": say("corrected your name or how to reach you"),
    "client.opened": say("looked up how to reach you"),
    "consent.read": say("looked at your permissions"),
    "recipient.read": say("looked up whom you agreed to"),
    "delivery.read": say("read what was shared with them"),
    "disclosure.read": say("looked at what was shared"),
    "document.downloaded": say("opened a document of yours"),
    "emergency.begun": say("opened your file in an emergency"),
    "emergency.file.read": say("read your safety plan and saw which notes there are"),
    "emergency.read": say("looked into why your file was opened in an emergency"),
    "draft.opened": say("worked on the note of your session"),
    "note.opened": say("read a note of your session"),
    "notes.composed": say("read notes to prepare what you agreed to share"),
    "notes.searched": say("searched notes, yours among them"),
    "danger.opened": say("read what was noted when a life was at stake"),
    "plan.draft-opened": say("worked on your safety plan"),
    "plan.opened": say("read your safety plan"),
    "plan.printed": say("made a card of your safety plan"),
    "openings.printed": say("made a list for you of who opened your file"),
    "opening.question-read": say("read what you asked about an opening"),
    "portal.given": say("made a link with which you can choose a password"),
    "request.read": say("looked at a form you were asked"),
    "supervision.draft-opened": say("worked on a note of supervision"),
    "supervision.opened": say("read a note of supervision"),
    "return.opened": say("read what a supervisor says of a note of your session"),
    "subpoena.read": say("looked at who asked for your file by law"),
    "subpoena.paper_opened": say("looked at who asked for your file by law"),
    "shutout.read": say("looked at who may not open your file"),
    "share.words-read": say("worked on what is to be shared"),
    "share.weighed": say("read what the law asks for or allows"),
    "share.secret-read": say("worked on what is to be shared"),
    "share.read-first": say("worked on what is to be shared"),
    "share.previewed": say("looked at what is to be shared as it will be read"),
    "share.prepared-read": say("looked at how something that went was prepared"),
    "share.opened": say("worked on what is to be shared"),
    "restriction.read": say("looked at what you want kept back"),
    "message.checked": say("looked at how you may be reached"),
    "hold.read": say("looked at why nothing of yours is erased"),
    "file.seal-read": say("looked at why your file is sealed"),
    "disclosure.why-read": say("looked at what was shared"),
    "disclosure.previewed": say("looked at what is to be shared as it will be read"),
    "disclosure.locked": say("made a file with a password of what was shared"),
    "basis.read": say("read what the law asks for or allows"),
    "basis.paper_opened": say("read what the law asks for or allows"),
    "amendment.others_read": say("looked at who else is to know of a correction"),
    "accounting.suspension_read": say("looked at what went to whom"),
    "accounting.read": say("looked at what went to whom"),
    "accounting.opened": say("looked at what went to whom"),
    "accounting.asked_read": say("looked at what you asked to be told of"),
})  # fmt: skip
_OTHER: Final = say("looked at something that is kept about you")
_WHY: Final[Mapping[str, str]] = MappingProxyType({
    "assigned": say("because they care for you"),
    "supervision": say("because they supervise who cares for you"),
    "privacy officer": say("because they look after privacy in the practice"),
    "cover": say("because they stand in for who cares for you"),
    "emergency": say("because of an emergency"),
    "review": say("because somebody else has to look at every emergency"),
    "offered": say("because your case was offered to them"),
    "finishing": say("because they cared for you and finished what they had begun to write"),
})  # fmt: skip


@dataclasses.dataclass(slots=True)
class Visit:
    """A line of the page: what one person looked at in one go, or a day's routine in grey."""

    when: datetime.datetime
    began: datetime.datetime
    who: UUID | None = None
    name: str = ""
    title: str = ""
    why: str = ""
    relation: str = ""
    # what a reviewer let the client read of why there was an emergency
    sentence_released: str = ""
    what: list[str] = dataclasses.field(default_factory=list)
    entries: list[Entry] = dataclasses.field(default_factory=list)

    @property
    def id(self) -> UUID:
        """Name the line by its newest event."""
        return self.entries[0].id

    @property
    def sentence(self) -> str:
        """Say it in words: "read a note of your session and looked at your permissions"."""
        *first, last = self.what
        return (
            say("%(first)s and %(last)s", first=", ".join(map(str, first)), last=last)
            if first
            else last
        )


def in_words(actor: Actor, client: UUID, entries: list[Entry]) -> list[Visit]:
    """Fold openings into visits, and say of each why it was, as far as the client may know."""
    shown = visits(entries)
    relations = {one.relation for one in entries}
    if relations & _OF_A_SESSION:
        _say_of_a_session(shown, client)
    if _EMERGENCY in relations:
        told = clients.actions.read_told_emergencies(actor=actor, client_id=client)
        _say_why(shown, told)
    if _COVER in relations:
        _say_for_whom(shown, client)
    return shown


def _say_of_a_session(shown: list[Visit], client: UUID) -> None:
    met = records.queries.met(client, *_around(shown))
    for visit in shown:
        day = timezone.localtime(visit.when).date()
        if visit.relation in _OF_A_SESSION and (visit.who, day) in met:
            visit.why = say("because of your session that day")


def _around(shown: list[Visit]) -> tuple[datetime.datetime, datetime.datetime]:
    """Give the days of the visits, from the first midnight to the last."""
    instants = [timezone.localtime(one.when) for one in shown]
    first, last = min(instants), max(instants)
    since = first.replace(hour=0, minute=0, second=0, microsecond=0)
    return since, last + datetime.timedelta(days=1)


def _say_why(shown: list[Visit], told: Iterable[clients.actions.Told]) -> None:
    for one in told:
        for visit in shown:
            meets = one.began_at <= visit.when <= one.ends_at
            if visit.relation == _EMERGENCY and visit.who == one.person and meets:
                visit.why = say(
                    "%(because)s: %(reason)s",
                    because=_WHY[_EMERGENCY],
                    reason=REASON_WORDS[one.reason],
                )
                visit.sentence_released = one.sentence


def _say_for_whom(shown: list[Visit], client: UUID) -> None:
    cases = [one.id for one in clients.queries.cases_of(client)]
    rows = clients.queries.stood_in(cases)
    names = accounts.names_for_clients({one.owner for one in rows})
    for visit in shown:
        owners = {one.owner for one in rows if one.person == visit.who
                  and one.since <= visit.when <= one.until}  # fmt: skip
        if visit.relation == _COVER and len(owners) == 1:
            (owner,) = owners
            visit.why = (
                say("because they stand in for %(name)s", name=names[owner])
                if owner in names
                else _WHY[_COVER]
            )


def counted(entries: Iterable[Entry]) -> int:
    """Count the visits by people."""
    return sum(one.who is not None for one in visits(entries))


def visits(entries: Iterable[Entry]) -> list[Visit]:
    """Fold what one person looked at within half an hour into one visit; newest first."""
    entries = list(entries)
    people = accounts.people_for_clients({one.who for one in entries})
    shown: list[Visit] = []
    open_visits: dict[tuple[UUID, str], Visit] = {}
    routine: dict[datetime.date, Visit] = {}
    for one in entries:
        if is_routine(one.role, one.kind):
            _add_routine(one, routine, shown)
            continue
        # an emergency is a visit of its own, whoever else looked for another reason meanwhile
        place = one.who, one.relation if one.relation in {_EMERGENCY, _COVER} else ""
        visit = open_visits.get(place)
        if visit is None or visit.began - one.when > ONE_VISIT:
            visit = open_visits[place] = _begin(one, people.get(one.who))
            shown.append(visit)
        _add(visit, one)
    return shown


def _add_routine(one: Entry, days: dict[datetime.date, Visit], shown: list[Visit]) -> None:
    day = timezone.localtime(one.when).date()
    if day not in days:
        days[day] = Visit(one.when, one.when)
        shown.append(days[day])
    days[day].began = one.when
    days[day].entries.append(one)


def _begin(one: Entry, person: Person | None) -> Visit:
    if one.relation == _GUARDIAN:
        named = say("Somebody who decides with you")
        return Visit(one.when, one.when, one.who, named, relation=one.relation)
    if one.relation == _RECIPIENT:
        named = say("Somebody something was shared with")
        return Visit(one.when, one.when, one.who, named, relation=one.relation)
    title = person.title if person else one.role
    name = person.name if person else one.who_label
    return Visit(one.when, one.when, one.who, name, title, relation=one.relation)


def _add(visit: Visit, one: Entry) -> None:
    visit.began = one.when
    visit.entries.append(one)
    visit.why = visit.why or _WHY.get(one.relation, "")
    words = _WORDS.get(one.kind, _OTHER)
    if words not in visit.what:
        visit.what.append(words)
