"""What follows from the ends of permissions: tasks after a stop, questions before a date."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection

from consent.domain.covers import ConsentState
from consent.domain.ending import EndAnswer, asks_from
from consent.domain.states import RequestState, state_now
from consent.domain.stopping import SHARING, to_see_to
from consent.models import Consent, EndNotice, Request, StopTask, Withdrawal
from consent.queries.consents import fact_of
from consent.queries.ending import subject_of
from counselling import db

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class StopRow:
    """A client stopped something, and nobody has seen to it yet."""

    id: UUID
    client: UUID
    at: datetime.datetime
    subjects: tuple[str, ...]
    # the activity of each, "" for what was shared
    kinds: tuple[str, ...]

    @property
    def words(self) -> str:
        """Name what was stopped, for a line of a list."""
        return ", ".join(self.subjects)

    @property
    def shared(self) -> bool:
        """Say whether something could be shared under it: then its recipients can be told."""
        return SHARING in self.kinds

    @property
    def see_to(self) -> tuple[str, ...]:
        """Say what has to be seen to."""
        return to_see_to(self.kinds)


def open_stops(client_ids: Iterable[UUID]) -> list[StopRow]:
    """Give what was stopped by people and waits to be seen to: two questions, however many."""
    tasks = list(StopTask.objects.filter(client_id__in=list(client_ids), done_at=None))
    stopped: dict[UUID, list[Consent]] = {}
    found = Withdrawal.objects.filter(certificate__in=[one.certificate_id for one in tasks])
    for one in found.select_related("consent").order_by("consent__clause"):
        stopped.setdefault(one.certificate_id, []).append(one.consent)
    return [
        StopRow(
            task.pk,
            task.client_id,
            task.at,
            tuple(subject_of(one) for one in stopped.get(task.certificate_id, [])),
            tuple(one.activity for one in stopped.get(task.certificate_id, [])),
        )
        for task in sorted(tasks, key=lambda one: one.at)
    ]


@dataclasses.dataclass(frozen=True, slots=True)
class EndRow:
    """A permission about whose end its client is asked, and what they said so far."""

    consent: UUID
    client: UUID
    since: datetime.datetime
    until: datetime.datetime
    answer: EndAnswer
    answered_at: datetime.datetime | None
    # the form by which they keep it, while it is out
    request: UUID | None

    @property
    def asked_to_change(self) -> bool:
        """Say whether they wish to talk about it."""
        return self.answer is EndAnswer.CHANGE


def ends_of(client_ids: Iterable[UUID]) -> list[EndRow]:
    """Give the permissions of people whose end is near enough to be asked about, soonest first."""
    at = db.now()
    found = Consent.objects.filter(client_id__in=list(client_ids), until__gt=at, required=False)
    related = ("withdrawal", "replacement", "end_notice__request")
    return [
        _end_row(one, one.until)
        for one in found.select_related(*related).order_by("until", "clause")
        if one.until is not None
        and asks_from(one.since, one.until) <= at
        and fact_of(one).state(at) is ConsentState.LIVE
    ]


def _end_row(one: Consent, until: datetime.datetime) -> EndRow:
    notice: EndNotice | None = getattr(one, "end_notice", None)
    answer = EndAnswer(notice.answer) if notice else EndAnswer.NONE
    asked = notice.request if notice else None
    return EndRow(
        one.pk,
        one.client_id,
        one.since,
        until,
        answer,
        notice.answered_at if notice else None,
        asked.pk if asked is not None and _is_out(asked) else None,
    )


def _is_out(asked: Request) -> bool:
    state = state_now(RequestState(asked.state), asked.expires_at, db.now())
    return state in {RequestState.SENT, RequestState.OPENED}


def due_ends() -> list[tuple[UUID]]:
    """Give the clients who are to be asked about something that ends; nothing is opened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_due_ends()")
        return [(row[0],) for row in cursor.fetchall()]


def switch_is_on(client_id: UUID, activity: str) -> bool:
    """Say whether a client allows an activity, to whoever may reach them: no more than that."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_allows(%s, %s, %s)", [client_id, activity, db.now()])
        row = cursor.fetchone()
    return row is not None and bool(row[0])
