"""Emergency accesses as rows: one's own hour, what waits for review, whom it concerns."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from clients.domain import references
from clients.domain.emergency import FINAL, REVIEW_WITHIN, Decision, Reason
from clients.models import EmergencyAccess, EmergencyDecision
from counselling import db
from counselling.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from counselling.access import Actor

# so long a counsellor is reminded that somebody opened a file of theirs
LATELY: Final = datetime.timedelta(days=7)
_TABLE: Final = "clients_emergencyaccess"


@dataclasses.dataclass(frozen=True, slots=True)
class EmergencyRow:
    """One hour of somebody with a file, and what was said of it; nothing sealed.

    It waits for an answer while nothing was answered after the newest question.
    """

    id: UUID
    client: UUID
    person: UUID
    reason: Reason
    began_at: datetime.datetime
    ends_at: datetime.datetime
    ended_at: datetime.datetime | None
    told_at: datetime.datetime
    released_at: datetime.datetime | None
    said: frozenset[Decision]
    waits_for_answer: bool

    @property
    def is_judged(self) -> bool:
        """Say whether a reviewer has judged it."""
        return bool(self.said & FINAL)

    def runs(self, at: datetime.datetime) -> bool:
        """Say whether the hour is not over."""
        return self.ended_at is None and self.began_at <= at < self.ends_at

    def is_late(self, at: datetime.datetime) -> bool:
        """Say whether it should have been judged by now."""
        return not self.is_judged and at >= self.began_at + REVIEW_WITHIN


def _rows(found: Iterable[EmergencyAccess]) -> list[EmergencyRow]:
    found = list(found)
    said: dict[UUID, dict[Decision, datetime.datetime]] = {}
    decided = EmergencyDecision.objects.filter(access_id__in=[one.pk for one in found])
    for access, kind, at in decided.order_by("at").values_list("access_id", "kind", "at"):
        said.setdefault(access, {})[Decision(kind)] = at
    return [
        EmergencyRow(
            one.pk, one.client_id, one.person_id, Reason(one.reason), one.began_at, one.ends_at,
            one.ended_at, one.told_at, one.released_at, frozenset(said.get(one.pk, ())),
            _waits(said.get(one.pk, {})),
        )
        for one in found
    ]  # fmt: skip


def emergencies_between(
    people: Iterable[UUID], since: datetime.datetime, until: datetime.datetime
) -> list[EmergencyRow]:
    """Give the emergency accesses of people that began in a while, as far as the actor reviews."""
    began = EmergencyAccess.objects.filter(began_at__range=(since, until))
    return _rows(began.filter(person_id__in=list(people)).order_by("began_at"))


def _waits(last: Mapping[Decision, datetime.datetime]) -> bool:
    """Say whether the newest question has no answer, as the database asks before it suspends."""
    asked, answered = last.get(Decision.ASKED), last.get(Decision.ANSWERED)
    return asked is not None and (answered is None or answered < asked)


def emergency_row(access_id: UUID) -> EmergencyRow:
    """Give one; raises NotThere for a hidden one and for none alike."""
    found = _rows(EmergencyAccess.objects.filter(pk=access_id))
    if not found:
        raise NotThere(_TABLE, access_id)
    return found[0]


def enter_emergency(actor: Actor, access_id: UUID) -> EmergencyRow:
    """Let the rest of this act read that one file; raises NotThere once the hour is over.

    PostgreSQL asks again at every row: whose access it is, the hour, the role, a suspension.
    """
    found = EmergencyAccess.objects.filter(pk=access_id, person_id=actor.id)
    row = next(iter(_rows(found)), None)
    if row is None:
        raise NotThere(_TABLE, access_id)
    db.enter_emergency(access_id)
    if _one("SELECT clients_emergency_client()") != row.client:
        raise NotThere(_TABLE, access_id)
    return row


def running_emergencies(actor: Actor) -> list[EmergencyRow]:
    """Give the actor's own hours that are not over."""
    at = db.now()
    found = EmergencyAccess.objects.filter(person_id=actor.id, ended_at=None, ends_at__gt=at)
    return _rows(found.filter(began_at__lte=at).order_by("began_at"))


def emergencies_to_review() -> list[EmergencyRow]:
    """Give what the actor may judge and nobody has judged, the oldest first."""
    return [one for one in _rows(_to_review().order_by("began_at")) if not one.is_judged]


def emergencies_judged(most: int = 25) -> list[EmergencyRow]:
    """Give the newest of those that were judged."""
    kinds = [one.value for one in FINAL]
    judged = EmergencyDecision.objects.filter(kind__in=kinds).values("access_id")
    return _rows(_to_review().filter(pk__in=judged).order_by("-began_at")[:most])


def reviews(access_id: UUID) -> bool:
    """Say whether the actor reviews this access; nobody reviews their own."""
    return _to_review().filter(pk=access_id).exists()


def _to_review() -> QuerySet[EmergencyAccess]:
    return EmergencyAccess.objects.filter(pk__in=_all("SELECT clients_emergencies_to_review()"))


def asked_of(actor: Actor) -> list[EmergencyRow]:
    """Give the actor's own accesses about which a reviewer waits for an answer."""
    found = EmergencyAccess.objects.filter(person_id=actor.id, decisions__kind="asked")
    return [one for one in _rows(found.distinct().order_by("began_at")) if one.waits_for_answer]


def emergencies_since(actor: Actor, since: datetime.datetime) -> list[EmergencyRow]:
    """Give who opened a file of the actor's own cases in an emergency since then."""
    found = EmergencyAccess.objects.filter(began_at__gt=since).exclude(person_id=actor.id)
    cared = _all("SELECT clients_cared_for()")
    return _rows(found.filter(client_id__in=cared).order_by("began_at"))


def is_suspended(person: UUID) -> bool:
    """Say whether somebody's right to open files in an emergency is suspended."""
    return bool(_one("SELECT clients_suspended(%s)", person))


def find_in_emergency(reference: str, tokens: Sequence[str]) -> UUID | None:
    """Find the one client meant by an exact reference or a name with birth date, hidden or not."""
    meant = list(references.readings(reference)) if reference else []
    found: UUID | None = _one("SELECT clients_find_in_emergency(%s, %s)", meant, list(tokens))
    return found


def reads_already(client_id: UUID) -> bool:
    """Say whether the actor reads notes of this client without an emergency."""
    asked = (
        "SELECT EXISTS (SELECT FROM clients_casemember part WHERE part.client_id = %s "
        "AND part.since <= now() AND (part.until IS NULL OR part.until > now()) "
        "AND part.case_id = ANY (ARRAY(SELECT visible_cases('record'))))"
    )
    return bool(_one(asked, client_id))


def emergency_reviewers(access_id: UUID) -> list[UUID]:
    """Give who is to review an access; only the machine at work for its client is told."""
    return _all("SELECT clients_emergency_reviewers(%s)", access_id)


def emergency_uses(access_id: UUID) -> int:
    """Count the uses of the same person in the day up to this access."""
    return int(_one("SELECT clients_emergency_uses(%s)", access_id) or 0)


def opened_in(access_id: UUID) -> list[tuple[datetime.datetime, str]]:
    """Give when what kind of thing was opened in an hour, for who reviews it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT recorded, kind FROM clients_emergency_opened(%s)", [access_id])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def due_emergencies() -> Sequence[tuple[UUID, UUID]]:
    """Give (client, access) of which somebody is to be told; no actor is needed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_id, id FROM clients_due_emergencies()")
        return [(row[0], row[1]) for row in cursor.fetchall()]


def not_found_by_name() -> Sequence[tuple[UUID]]:
    """Give clients that nobody wrote down yet under which name they are found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clients_not_found_by()")
        return [(row[0],) for row in cursor.fetchall()]


def _one(asked: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(asked, list(values))
        return cursor.fetchone()[0]


def _all(asked: str, *values: Any) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(asked, list(values))
        return [row[0] for row in cursor.fetchall()]
