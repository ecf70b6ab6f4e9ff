"""Where links for recipients stand, who acts once a secret was right, and which letters are due."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from consent.domain.delivery import (
    STAND_CHIPS,
    STAND_WORDS,
    LetterKind,
    LetterState,
    Stands,
    WhyEnded,
    decide_stands,
)
from consent.models import RecipientLetter, ShareLink, StopTask, Withdrawal
from consent.queries.consents import with_replaced
from consent.queries.documents import disclosures_under, why_not_now
from counselling import db
from counselling.access import Actor, recipient_actor
from counselling.accounts.queries import address_of, parked_for

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from django.http import HttpRequest

# where a visitor's session remembers the one sitting whose secret was right; it is no sign-in
SITTING: Final = "consent.sitting"


@dataclasses.dataclass(frozen=True, slots=True)
class Opening:
    """One time that a recipient opened their link, and when they were last there."""

    at: datetime.datetime
    until: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is known of one link: sent, opened how often and when, and what ended it (DS-01)."""

    link: UUID
    disclosure: UUID
    stands: Stands
    made_at: datetime.datetime
    sent_at: datetime.datetime | None
    expires_at: datetime.datetime
    ended_at: datetime.datetime | None
    openings: tuple[Opening, ...]
    most_openings: int

    @property
    def live(self) -> bool:
        """Say whether it can still be opened, or could once its letter is there."""
        return self.stands in _LIVE

    @property
    def word(self) -> str:
        """Say where it stands."""
        return STAND_WORDS[self.stands]

    @property
    def chip(self) -> str:
        """Give the shape of where it stands."""
        return STAND_CHIPS.get(self.stands, "no")


@dataclasses.dataclass(frozen=True, slots=True)
class Trouble:
    """A letter of which nobody knows or that did not go, or a link that was guessed at."""

    client: UUID
    disclosure: UUID
    since: datetime.datetime
    # none: the link is closed after five wrong words
    letter: LetterState | None


_LIVE: Final = frozenset(
    {Stands.WAITING, Stands.NOT_SENT, Stands.UNSURE, Stands.SENT, Stands.OPENED}
)


def receipts(disclosure_ids: Iterable[UUID]) -> dict[UUID, list[Receipt]]:
    """Give the links of some disclosures, newest first; what went another way has none."""
    asked = list(disclosure_ids)
    links = list(
        ShareLink.objects.filter(disclosure_id__in=asked)
        .select_related("letter")
        .prefetch_related("openings")
        .order_by("-made_at")
    )
    why = why_not_now({one.disclosure_id for one in links if one.ended_at is None})
    found: dict[UUID, list[Receipt]] = {}
    for one in links:
        stopped = bool(why.get(one.disclosure_id))
        found.setdefault(one.disclosure_id, []).append(_receipt(one, stopped=stopped))
    return found


def _receipt(link: ShareLink, *, stopped: bool) -> Receipt:
    openings = sorted(link.openings.all(), key=lambda one: one.at)
    letter = getattr(link, "letter", None)
    return Receipt(
        link=link.pk,
        disclosure=link.disclosure_id,
        stands=decide_stands(
            why_ended=link.why_ended,
            letter=LetterState(letter.state) if letter else LetterState.QUEUED,
            expired=link.expires_at <= db.now(),
            stopped=stopped,
            opened=len(openings),
            most=link.most_openings,
        ),
        made_at=link.made_at,
        sent_at=letter.sent_at if letter else None,
        expires_at=link.expires_at,
        ended_at=link.ended_at,
        openings=tuple(Opening(one.at, one.ended_at or one.seen_at) for one in openings),
        most_openings=link.most_openings,
    )


def told_of_end(disclosure_ids: Iterable[UUID]) -> dict[UUID, LetterState]:
    """Give of what went, where the letter stands that tells its recipient of the end."""
    found = RecipientLetter.objects.filter(
        disclosure_id__in=list(disclosure_ids), kind=LetterKind.ENDED
    )
    return {one.disclosure_id: LetterState(one.state) for one in found.order_by("made_at")}


def to_tell_of_end(task_id: UUID) -> list[UUID]:
    """Give what had gone under what a stop ended, of which its recipient may be told by letter."""
    task = StopTask.objects.filter(pk=task_id).first()
    if task is None:
        return []
    stopped = Withdrawal.objects.filter(certificate=task.certificate_id)
    consents = with_replaced(stopped.values_list("consent_id", flat=True))
    return [one.id for one in disclosures_under(consents) if one.went]


def troubled(client_ids: Iterable[UUID]) -> list[Trouble]:
    """Give the live or guessed links and letters that a person has to look at."""
    asked = list(client_ids)
    letters = RecipientLetter.objects.filter(
        client_id__in=asked,
        state__in=[LetterState.FAILED, LetterState.UNSURE],
        link__isnull=False,
        link__ended_at=None,
    )
    guessed = ShareLink.objects.filter(client_id__in=asked, why_ended=WhyEnded.GUESSED)
    later = ShareLink.objects.filter(
        disclosure=OuterRef("disclosure"), made_at__gt=OuterRef("made_at")
    )
    found = [
        Trouble(one.client_id, one.disclosure_id, one.made_at, LetterState(one.state))
        for one in letters
    ]
    found += [
        Trouble(one.client_id, one.disclosure_id, one.ended_at or one.made_at, None)
        for one in guessed.exclude(Exists(later))
    ]
    return sorted(found, key=lambda one: one.since)


def recipient_actor_for(request: HttpRequest) -> Actor | None:
    """Give the actor a right secret made of this visitor, on the pages of that one share only."""
    link, sitting = _sitting(request)
    return None if link is None or link != _asked(request) else _reader(request, link, sitting)


def reader_of_another(request: HttpRequest) -> Actor | None:
    """Give who reads through one link and asks for a page of another: it is none of theirs."""
    link, sitting = _sitting(request)
    return None if link is None or link == _asked(request) else _reader(request, link, sitting)


def _sitting(request: HttpRequest) -> tuple[str | None, str]:
    """Give the link whose secret this visitor gave, and the sitting it began."""
    marked: Any = request.session.get(SITTING)
    if not isinstance(marked, dict) or parked_for(request) is not None:
        return None, ""
    return marked["link"], marked["sitting"]


def _asked(request: HttpRequest) -> str:
    match = request.resolver_match
    return "" if match is None else str(match.kwargs.get("link_id"))


def _reader(request: HttpRequest, link: str, sitting: str) -> Actor | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT link, client FROM consent_share_visit(%s)", [UUID(sitting)])
        row = cursor.fetchone()
    if row is None or str(row[0]) != link:
        return None
    return dataclasses.replace(
        recipient_actor(UUID(sitting), row[1]),
        address=address_of(request),
        request=str(getattr(request, "id", "")),
    )


def due_letters() -> list[tuple[UUID, UUID]]:
    """Give letter and client of every letter to a recipient that is due, for the sweeper."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT letter, client FROM consent_due_letters()")
        return [(letter, client) for letter, client in cursor.fetchall()]
