"""Hand cases over for a while, as a counsellor who goes or as the supervisor of one who is ill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import audit.actions
from clients import queries
from clients.domain import cover, events
from clients.models import Cover
from counselling import db
from counselling.access import Permission, Role, require
from counselling.accounts import actions as accounts
from counselling.accounts import queries as people
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

LETTER: Final = "cover"


def hand_over(
    *,
    actor: Actor,
    case_ids: Iterable[UUID],
    person_id: UUID,
    since: datetime.datetime,
    until: datetime.datetime,
    owner_id: UUID | None = None,
) -> list[UUID]:
    """Let a colleague look after cases between two instants, with all that belongs to it.

    `owner_id` is whose cases they are, where a supervisor arranges it; both are told. Cover ends
    by itself, and with the assignment of its owner.
    """
    require(actor, Permission.ARRANGE_COVER)
    cover.decide_dates(since, until, db.now())
    owner = owner_id or actor.id
    chosen = sorted(set(case_ids), key=str)
    if not chosen:
        raise Invalid("Choose at least one case.", "cases")
    _check_stand_in(person_id, owner)
    made = [_handed_over(actor, case, owner, person_id, since, until) for case in chosen]
    accounts.write_to_colleagues(actor=actor, people={person_id, owner} - {actor.id}, letter=LETTER)
    return made


def _check_stand_in(person_id: UUID, owner: UUID) -> None:
    found = people.people([person_id]).get(person_id)
    roles = found.roles if found is not None and found.is_active else frozenset()
    if not roles & {Role.COUNSELLOR, Role.TRAINEE} or person_id == owner:
        raise Invalid("Choose a colleague who counsels.", "person")


def _handed_over(
    actor: Actor,
    case_id: UUID,
    owner: UUID,
    person: UUID,
    since: datetime.datetime,
    until: datetime.datetime,
) -> UUID:
    case = queries.case_row(case_id)
    if queries.is_handed_over(case_id, since, until):
        raise Invalid(f"Somebody stands in for case {case.reference} already then.", "cases")
    if person in queries.not_offered(case_id):
        # why is nobody's here: the client's word, or whose file it is
        message = f"Somebody else has to stand in for case {case.reference}."
        raise Invalid(message, "person")
    if not queries.may_cover(case_id, owner, person):
        message = "This case is not yours to hand over."
        raise Refused("not-yours-to-hand-over", message, case=case_id)
    made = Cover.objects.create(
        case_id=case_id,
        owner_id=owner,
        person_id=person,
        arranged_by_id=actor.id,
        arranged_at=db.now(),
        since=since,
        until=until,
    )
    _record(actor, events.COVER_ARRANGED, made)
    return made.pk


def end_cover(*, actor: Actor, cover_id: UUID) -> None:
    """End a standing in before its date: who handed over, who stands in, or who arranged it."""
    require(actor, Permission.SEE_CONTACT)
    found = Cover.objects.select_for_update().filter(pk=cover_id).first()
    if found is None:
        if Cover.objects.filter(pk=cover_id).exists():
            message = "This was arranged by others."
            raise Refused("not-yours-to-change", message)
        raise NotThere("clients_cover", cover_id)
    if found.ended_at is not None or found.until <= db.now():
        raise Invalid("This has ended already.")
    found.ended_at = db.now()
    found.save(update_fields=["ended_at"])
    _record(actor, events.COVER_ENDED, found)


def _record(actor: Actor, kind: EventKind, made: Cover) -> None:
    clients = queries.members(made.case_id)
    audit.actions.record(
        actor=actor,
        kind=kind,
        client=clients[0] if len(clients) == 1 else None,
        clients=clients,
        case=made.case_id,
        about=("clients_cover", made.pk),
        relation=queries.relation(actor, made.case_id),
        detail={"person": str(made.person_id), "for": str(made.owner_id)},
    )
