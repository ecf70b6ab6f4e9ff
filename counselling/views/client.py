"""The client page: who it is, what holds, what happened; it opens contact details and no note."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

import clients.actions
import clients.queries
import consent.queries
import records.queries
from clients.domain import CHANNEL_WORDS, KIND_WORDS, WORDS
from clients.domain.deciding import Known, Now, now_in_words
from consent.actions.disclosed import read_to_whom
from counselling import db
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.views.client_leaves import leaves
from records.domain import ADDENDUM_WORDS, STATE_WORDS, AddendumKind, has_roster

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from clients.queries import CaseRow
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class Happened:
    """A line of the timeline; nothing sealed."""

    at: datetime.datetime
    words: str
    person: UUID | None = None
    url: str = ""
    chip: str = ""
    state: str = ""
    # to whom, where something went to somebody
    to: str = ""


@require_safe
def client(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Show one client to staff; a client's own page is their space."""
    actor = actor_of(request)
    require(actor, Permission.SEE_CONTACT)
    row = clients.queries.client_row(client_id)
    file = clients.actions.open_client(actor=actor, client_id=client_id)
    cases = clients.queries.cases_of(client_id)
    happened = _happened(actor, client_id, cases)
    names = accounts.names(
        {one.person for one in happened if one.person}
        | {person for one in cases for person in one.assigned(db.now())}
    )
    facts = {
        "client": row,
        "file": file,
        "channel": CHANNEL_WORDS.get(file.card.channel, ""),
        "cases": [
            {
                "row": one,
                "kind": KIND_WORDS[one.kind],
                "state": WORDS[one.state],
                "people": [names.get(person, "") for person in one.assigned(db.now())],
            }
            for one in cases
        ],
        "news": clients.queries.unseen_news([client_id])
        if actor.may(Permission.AMEND_CONTACT)
        else (),
        "deciding": _deciding(client_id, file),
        "chips": consent.queries.chips([client_id]).get(client_id, []),
        "requests": consent.queries.requests_of(client_id),
        "leaves": leaves(actor, client_id),
        "notice": _notice_seen(actor, client_id),
        "happened": [(one, names.get(one.person, "") if one.person else "") for one in happened],
        "may": _may(actor),
        "safety": records.queries.readable_cases() if actor.may(Permission.READ_NOTE) else (),
    }
    return render(request, "client.html", facts)


def _notice_seen(actor: Actor, client_id: UUID) -> dict[str, Any]:
    """Say when the client last said that they had seen how their file is used (RT-09)."""
    seen = consent.queries.notices_seen(client_id) if actor.may(Permission.SEE_CONSENTS) else []
    if not seen:
        return {}
    edition, language, at = seen[0]
    return {"edition": edition, "language": _language_word(language), "at": at}


def _language_word(language: str) -> str:
    return str(LANG_INFO.get(language, {}).get("name", language))


def _deciding(client_id: UUID, file: clients.actions.ClientFile) -> Now:
    """Say who decides; the birth date is open on this page, so it tells where somebody has to."""
    decided = clients.queries.decision_in_force(client_id)
    known = Known(
        born=file.identity.birth_date,
        today=timezone.localdate(db.now()),
        majority_years=settings.MAJORITY_YEARS,
        guardians=frozenset(),
    )
    if decided is None:
        return now_in_words(None, None, known)
    return now_in_words(decided.decides, decided.until, known)


def _may(actor: Actor) -> dict[str, bool]:
    """Say which buttons the page shows; the actions ask again."""
    return {
        "ask": actor.may(Permission.ASK_CONSENT),
        "send": actor.may(Permission.SEND_REQUEST),
        "consents": actor.may(Permission.SEE_CONSENTS),
        "share": actor.may(Permission.PREPARE_SHARE),
        "session": actor.may(Permission.LOG_SESSION),
        "read": actor.may(Permission.READ_NOTE),
        "amend": actor.may(Permission.AMEND_CONTACT),
        "cases": actor.may(Permission.MANAGE_CASES),
        "portal": actor.may(Permission.GIVE_PORTAL),
        "shut_out": actor.may(Permission.HEAR_SHUT_OUT),
        "seal": actor.may(Permission.SEAL_FILE),
        "accesses": actor.may(Permission.ACCOUNT_FOR),
    }


def _happened(actor: Actor, client_id: UUID, cases: tuple[CaseRow, ...]) -> list[Happened]:
    """Join what the apps know, newest first."""
    lines = [Happened(one.at, one.words, one.person) for one in clients.queries.timeline(client_id)]
    lines += _permissions(actor, client_id)
    lines += _sessions(actor, [one.id for one in cases])
    lines += _notes(actor, client_id, cases)
    return sorted(lines, key=lambda one: one.at, reverse=True)[:80]


def _permissions(actor: Actor, client_id: UUID) -> list[Happened]:
    """Give what was asked, signed, stopped and shared; to whom, to who may see what went."""
    moments = consent.queries.timeline(client_id)
    went = {one.row for one in moments if one.kind in _WENT}
    sees = bool(went) and actor.may(Permission.SEE_CONSENTS)
    to = read_to_whom(actor=actor, client_id=client_id) if sees else {}
    return [
        Happened(
            one.at,
            one.words,
            one.person,
            url=reverse("consent:disclosure", args=[one.row]) if one.row in to else "",
            chip="stopped before it was made" if one.kind == "stopped" else "",
            state="no",
            to=to.get(one.row, ""),
        )
        for one in moments
    ]


_WENT = frozenset({"disclosure", "stopped"})


def _sessions(actor: Actor, cases: list[UUID]) -> list[Happened]:
    if not (actor.may(Permission.READ_NOTE) or actor.may(Permission.MANAGE_CASES)):
        return []
    rows = records.queries.sessions_of_cases(actor, cases)
    return [
        Happened(one.starts_at, _session_words(one.attendance, one.modality), one.person)
        for one in rows
        if one.starts_at <= db.now()
    ]


def _session_words(attendance: str, modality: str) -> str:
    if attendance in {"cancelled", "no_show"}:
        return "session cancelled" if attendance == "cancelled" else "session, did not come"
    return {"video": "session by video", "phone": "session by telephone"}.get(modality, "session")


def _notes(actor: Actor, client_id: UUID, cases: tuple[CaseRow, ...]) -> list[Happened]:
    """Give the notes; of a couple, family or group as this client's record holds them."""
    if not actor.may(Permission.READ_NOTE):
        return []
    together = {one.id for one in cases if has_roster(one.kind)}
    return [
        Happened(
            one.signed_at,
            "note signed" + _added(one.addenda),
            one.author,
            url=reverse("records:member-note", args=[client_id, one.id])
            if one.case in together
            else reverse("records:note", args=[one.id]),
            chip=STATE_WORDS[one.state] if one.state != "signed" else "",
            state="wait",
        )
        for one in records.queries.notes_holding(client_id, cases)
    ]


def _added(kinds: tuple[str, ...]) -> str:
    words = [ADDENDUM_WORDS[AddendumKind(kind)].lower() for kind in kinds]
    return f", with {', '.join(words)}" if words else ""
