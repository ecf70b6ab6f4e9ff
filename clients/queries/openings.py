"""Questions about openings, when a client looked last and wants to hear; opens nothing sealed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.utils import timezone

from clients.domain.openings import ONE_VISIT, AskedState, Wish
from clients.models import AccessQuestion, LastLook, TellMe
from counselling import db
from counselling.access import Role
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.access import Actor

TABLE: Final = "clients_accessquestion"


@dataclasses.dataclass(frozen=True, slots=True)
class AskedRow:
    """One question about a line: about whom and what, by when it is answered, where it stands."""

    id: UUID
    client: UUID
    people: tuple[UUID, ...]
    events: frozenset[UUID]
    began: datetime.datetime
    ended: datetime.datetime
    asked_at: datetime.datetime
    due_on: datetime.date
    state: AskedState
    answered_at: datetime.datetime | None


def asked_row(question_id: UUID) -> AskedRow:
    """Give one; raises NotThere for one about oneself and for none alike."""
    found = AccessQuestion.objects.select_related("answer").filter(pk=question_id).first()
    if found is None:
        raise NotThere(TABLE, question_id)
    return _row(found)


def asked_about(client: UUID, events: Iterable[UUID] | None = None) -> list[AskedRow]:
    """Give what a client asked, the newest first; with `events`, about these only."""
    found = AccessQuestion.objects.select_related("answer").filter(client_id=client)
    if events is not None:
        found = found.filter(events__overlap=list(events))
    return [_row(one) for one in found.order_by("-asked_at")]


def questions_to_answer(actor: Actor) -> list[AskedRow]:
    """Give what waits for the actor, the oldest first.

    A privacy officer is asked first, somebody else where there is none or once it is late.
    """
    open_ = AccessQuestion.objects.select_related("answer").filter(answer=None)
    rows = [_row(one) for one in open_.order_by("asked_at")]
    if not rows or Role.PRIVACY_OFFICER in actor.roles:
        return rows
    with connection.cursor() as cursor:
        cursor.execute("SELECT clients_questions_left()")
        left = {row[0] for row in cursor.fetchall()}
    return [one for one in rows if one.state is AskedState.LATE or one.id in left]


def officers_who_may_read(question_id: UUID) -> list[UUID]:
    """Give the privacy officers who may read a question; only the machine at work is told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clients_question_readers(%s)", [question_id])
        return [row[0] for row in cursor.fetchall()]


def _row(one: AccessQuestion) -> AskedRow:
    answer = getattr(one, "answer", None)
    late = one.due_on < timezone.localtime(db.now()).date()
    state = AskedState.ANSWERED if answer else AskedState.LATE if late else AskedState.WAITS
    return AskedRow(
        one.pk, one.client_id, tuple(one.people), frozenset(one.events), one.began, one.ended,
        one.asked_at, one.due_on, state, answer.at if answer else None,
    )  # fmt: skip


def due_questions() -> list[tuple[UUID, UUID]]:
    """Give (client, question) of which somebody is to be told; no actor is needed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_id, id FROM clients_due_questions()")
        return [(row[0], row[1]) for row in cursor.fetchall()]


def due_tellings() -> list[tuple[UUID]]:
    """Give clients who may have to be told of an opening; no actor is needed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clients_due_tellings()")
        return [(row[0],) for row in cursor.fetchall()]


def wish_of(client: UUID) -> Wish | None:
    """Give when a client wants to hear of openings; None as long as they never chose."""
    found = TellMe.objects.filter(pk=client).values_list("wish", flat=True).first()
    return Wish(found) if found else None


def looked_last(client: UUID) -> datetime.datetime | None:
    """Give when the client looked the time before this visit; None if this is the first."""
    row = LastLook.objects.filter(client_id=client).first()
    if row is None:
        return None
    return row.before if db.now() - row.at < ONE_VISIT else row.at
