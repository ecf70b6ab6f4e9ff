"""The client's page: who opened my file, when and why."""

from __future__ import annotations

import dataclasses
import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

import audit.actions
import clients.actions
import clients.queries
import records.queries
from clients.domain.emergency import REASON_WORDS
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.speech import say
from records.domain.dangers import UNTOLD_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from audit.domain import Entry
    from counselling.access import Actor
    from counselling.accounts.domain import Person

FOLDED: Final = frozenset({"front_desk", "service", "administrator"})
# no reading, but with these somebody could come to act as the client, or send their mail elsewhere
TOLD: Final = frozenset({
    "portal.given", "client.amended", "card.set", "emergency.begun", "capacity.decided",
    "guardian.invited",
})  # fmt: skip
LISTS: Final = frozenset({"client.listed", "people.searched"})
_EMERGENCY: Final = "emergency"
_COVER: Final = "cover"
_GUARDIAN: Final = "guardian"
_RECIPIENT: Final = "recipient"
ONE_VISIT: Final = datetime.timedelta(minutes=30)

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
    "portal.given": say("made a link with which you can choose a password"),
    "request.read": say("looked at a form you were asked"),
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

    @property
    def sentence(self) -> str:
        """Say it in words: "read a note of your session and looked at your permissions"."""
        *first, last = self.what
        return (
            say("%(first)s and %(last)s", first=", ".join(map(str, first)), last=last)
            if first
            else last
        )


@require_safe
def accesses(request: HttpRequest) -> HttpResponse:
    """Show who opened the client's file; people in words, routine folded into a line a day."""
    actor = actor_of(request)
    require(actor, Permission.SEE_OWN_FILE)
    client = clients.queries.client_of_account(actor.id)
    entries = audit.actions.read_openings(actor=actor, client=client, also=TOLD) if client else []
    return render(request, "accesses.html", {"visits": _in_words(actor, client, entries)})


def _in_words(actor: Actor, client: UUID | None, entries: list[Entry]) -> list[Visit]:
    """Say of emergencies why they were, and of who stood in for whom."""
    shown = visits(entries)
    relations = {one.relation for one in entries}
    if client is not None and _EMERGENCY in relations:
        told = clients.actions.read_told_emergencies(actor=actor, client_id=client)
        _say_why(shown, told)
    if client is not None and _COVER in relations:
        _say_for_whom(shown, client)
    return shown


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
    names = accounts.names({one.owner for one in rows})
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
    entries = _told(entries)
    people = accounts.people({one.who for one in entries})
    shown: list[Visit] = []
    open_visits: dict[tuple[UUID, str], Visit] = {}
    routine: set[datetime.date] = set()
    for one in entries:
        if (one.role in FOLDED and one.kind not in TOLD) or one.kind in LISTS:
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


def _told(entries: Iterable[Entry]) -> list[Entry]:
    """Leave out who read of a danger the client is not told of yet; the rest of its day stays."""
    entries = list(entries)
    if not any(one.kind in UNTOLD_KINDS for one in entries):
        return entries
    told = records.queries.told_dangers()
    return [one for one in entries if one.kind not in UNTOLD_KINDS or one.row in told]


def _add_routine(one: Entry, days: set[datetime.date], shown: list[Visit]) -> None:
    day = timezone.localtime(one.when).date()
    if day not in days:
        days.add(day)
        shown.append(Visit(one.when, one.when))


def _begin(one: Entry, person: Person | None) -> Visit:
    if one.relation == _GUARDIAN:
        named = say("Somebody who decides with you")
        return Visit(one.when, one.when, one.who, named, relation=one.relation)
    if one.relation == _RECIPIENT:
        named = say("Somebody something was shared with")
        return Visit(one.when, one.when, one.who, named, relation=one.relation)
    title = person.title if person else one.role
    return Visit(one.when, one.when, one.who, one.who_label, title, relation=one.relation)


def _add(visit: Visit, one: Entry) -> None:
    visit.began = one.when
    visit.why = visit.why or _WHY.get(one.relation, "")
    words = _WORDS.get(one.kind, _OTHER)
    if words not in visit.what:
        visit.what.append(words)
