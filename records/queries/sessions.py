"""Lists of sessions, and whether their notes are written."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from counselling.errors import NotThere
from records.models import CoLeader, Draft, Note, Session

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from counselling.access import Actor


# a session whose note is still to be finished is seen for a week after its case is out of sight;
# joined with what is seen of cases, it is not among the days of who has left
_STILL_THEIRS: Final = Q(case__created_at__isnull=False)


@dataclasses.dataclass(frozen=True, slots=True)
class SessionRow:
    """One session as a list shows it."""

    id: UUID
    case: UUID
    person: UUID
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    modality: str
    attendance: str
    has_draft: bool
    note: UUID | None

    @property
    def has_note(self) -> bool:
        """Say whether who held the session has signed its note."""
        return self.note is not None


def sessions_between(
    actor: Actor, since: datetime.datetime, until: datetime.datetime
) -> list[SessionRow]:
    """List the sessions the actor leads, alone or with others, that start in [since, until)."""
    own = _led_by(actor).filter(_STILL_THEIRS, starts_at__gte=since, starts_at__lt=until)
    return [_session(row) for row in own.order_by("starts_at")]


def unsigned(actor: Actor, until: datetime.datetime) -> list[SessionRow]:
    """List the actor's own past sessions that took place and have no signed note yet."""
    written = Note.objects.filter(session=OuterRef("pk"), author_id=actor.id)
    own = _sessions(actor).filter(
        ~Exists(written), _STILL_THEIRS, person_id=actor.id, ends_at__lte=until
    )
    held = own.exclude(attendance__in=["cancelled", "no_show"])
    return [_session(row) for row in held.order_by("starts_at")]


def session_rows(actor: Actor, found: QuerySet[Session]) -> list[SessionRow]:
    """Give sessions that were asked for elsewhere as rows of a list, in their order."""
    return [_session(row) for row in _sessions(actor, found)]


def sessions_of_cases(actor: Actor, cases: Iterable[UUID], limit: int = 60) -> list[SessionRow]:
    """List the latest sessions of cases, newest first."""
    rows = _sessions(actor).filter(case_id__in=list(cases)).order_by("-starts_at")[:limit]
    return [_session(row) for row in rows]


def session_row(actor: Actor, session: UUID) -> SessionRow:
    """Give one session; raises NotThere."""
    row = _sessions(actor).filter(id=session).first()
    if row is None:
        raise NotThere("records_session", session)
    return _session(row)


def met(
    client: UUID, since: datetime.datetime, until: datetime.datetime
) -> set[tuple[UUID, datetime.date]]:
    """Give whom of us a client had a session with on which day, by the practice's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, starts_at FROM records_met(%s, %s, %s)", [client, since, until]
        )
        return {(row[0], timezone.localtime(row[1]).date()) for row in cursor.fetchall()}


def _led_by(actor: Actor) -> QuerySet[Session]:
    """Give the sessions somebody leads, each with the note they themselves wrote about it."""
    beside = CoLeader.objects.filter(session=OuterRef("pk"), person_id=actor.id)
    own = Note.objects.filter(session=OuterRef("pk"), author_id=actor.id)
    led = _sessions(actor).filter(Q(person_id=actor.id) | Q(Exists(beside)))
    return led.annotate(note=Subquery(own.values("id")[:1]))


def _sessions(actor: Actor, among: QuerySet[Session] | None = None) -> QuerySet[Session]:
    found = Session.objects.all() if among is None else among
    written = Note.objects.filter(session=OuterRef("pk"), author=OuterRef("person"))
    mine = {"session": OuterRef("pk"), "author_id": actor.id}
    return found.annotate(
        has_draft=Exists(Draft.objects.filter(**mine)),
        note=Subquery(written.values("id")[:1]),
    )


def _session(row: Session) -> SessionRow:
    return SessionRow(
        row.id,
        row.case_id,
        row.person_id,
        row.starts_at,
        row.ends_at,
        row.modality,
        row.attendance,
        has_draft=bool(getattr(row, "has_draft", False)),
        note=getattr(row, "note", None),
    )
