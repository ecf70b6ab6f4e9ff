"""The client's page: who cares for me, and who supervises them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

import clients.actions
import clients.queries
from clients.domain.cases import Capacity
from counselling import db
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime

    from django.http import HttpRequest, HttpResponse

    from counselling.accounts.domain import Person


@dataclasses.dataclass(frozen=True, slots=True)
class Carer:
    """Somebody who cares for the client, since when, and who supervises them now."""

    person: Person
    in_training: bool
    since: datetime.datetime | None
    supervisors: tuple[Person, ...]


@require_safe
def care(request: HttpRequest) -> HttpResponse:
    """Tell a client who works with them and who supervises that work (SU-02)."""
    actor = actor_of(request)
    require(actor, Permission.SEE_OWN_FILE)
    client = clients.queries.client_of_account(actor.id)
    if client is None:
        raise NotThere("clients_portalaccess")
    at = db.now()
    running = [
        one
        for case in clients.queries.cases_of(client)
        for one in case.assignments
        if one.running(at)
    ]
    over = accounts.supervisors_of_all({one.person for one in running})
    everybody = {one.person for one in running} | {who.id for ones in over.values() for who in ones}
    people = accounts.people_for_clients(everybody)
    carers = {
        one.person: Carer(
            people[one.person],
            one.capacity is Capacity.TRAINEE,
            one.since,
            tuple(people[who.id] for who in over.get(one.person, ())),
        )
        for one in running
        if one.person in people
    }
    deciding = clients.actions.read_own_deciding(actor=actor, client_id=client)
    return render(request, "care.html", {"carers": list(carers.values()), "deciding": deciding})
