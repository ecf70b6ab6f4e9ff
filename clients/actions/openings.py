"""Show a client who opened their file and write to them of it, as they chose."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import audit.actions
import audit.queries
from clients import queries
from clients.actions.messages import queue_message
from clients.domain import openings as domain
from clients.domain.messages import Template
from clients.models import LastLook, TellMe
from counselling import db
from counselling.access import Permission, require
from counselling.errors import NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import Entry
    from counselling.access import Actor

ACCESSES: Final = "/space/accesses"
# an act that began earlier may still commit: it is left for the next look
_SETTLED: Final = datetime.timedelta(minutes=2)


def see_openings(
    *,
    actor: Actor,
    client_id: UUID,
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
    before: str | None = None,
) -> list[Entry]:
    """Show a client who opened their file, and note that they looked (AT-16)."""
    require(actor, Permission.SEE_OWN_FILE)
    found = audit.actions.read_openings(
        actor=actor, client=client_id, also=domain.TOLD, since=since, until=until, before=before,
        limit=audit.queries.MOST + 1,
    )  # fmt: skip
    at = db.now()
    row = LastLook.objects.select_for_update().filter(client_id=client_id).first()
    if row is None:
        LastLook.objects.create(client_id=client_id, at=at)
    elif at - row.at >= domain.ONE_VISIT:
        row.before, row.at = row.at, at
        row.save(update_fields=["at", "before"])
    return found


def print_openings(
    *,
    actor: Actor,
    client_id: UUID,
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
) -> tuple[list[Entry], audit.queries.Mark]:
    """Give staff what the client may know of openings, to print it for them, and its mark."""
    require(actor, Permission.ACCOUNT_FOR)
    queries.client_row(client_id)
    found: list[Entry] = []
    more: str | None = None
    while True:
        page = audit.queries.openings_of(
            client_id, also=domain.TOLD, since=since, until=until, before=more,
            limit=audit.queries.MOST + 1,
        )  # fmt: skip
        found += page[: audit.queries.MOST]
        if len(page) <= audit.queries.MOST:
            break
        more = found[-1].cursor
    mark = audit.queries.mark_of(client_id, found, also=domain.TOLD)
    audit.actions.record(
        actor=actor,
        kind=domain.OPENINGS_PRINTED,
        client=client_id,
        relation=queries.relation_to_client(actor, client_id),
        detail={"shown": len(found), "size": mark.size, "root": mark.root, "last": mark.last},
    )
    return found, mark


def choose_to_hear(*, actor: Actor, client_id: UUID, wish: domain.Wish) -> None:
    """Write down when a client wants to be written to; what was opened before is left out."""
    require(actor, Permission.SEE_OWN_FILE)
    at = db.now()
    chosen = {"wish": wish.value, "chosen_at": at, "looked_at": at}
    TellMe.objects.update_or_create(client_id=client_id, defaults=chosen)
    audit.actions.record(
        actor=actor,
        kind=domain.OPENINGS_WISHED,
        client=client_id,
        relation="self",
        detail={"wish": wish.value},
    )


def tell_of_openings(*, actor: Actor, client_id: UUID) -> bool:
    """Write to a client whose file was opened since the last look, if they want to hear of it.

    The look and the letter it asks for are one transaction: a worker that dies loses neither.
    """
    require(actor, Permission.RUN_JOB)
    row = TellMe.objects.select_for_update().filter(pk=client_id).first()
    if row is None:
        raise NotThere("clients_tellme", client_id)
    until = db.now() - _SETTLED
    if row.wish == domain.Wish.EMERGENCY.value or until <= row.looked_at or _too_soon(row):
        return False
    seen = audit.queries.openings_of(
        client_id, also=domain.TOLD, since=row.looked_at, until=until, limit=audit.queries.MOST
    )
    people = {one.who for one in seen if not domain.is_routine(one.role, one.kind)}
    if row.wish == domain.Wish.NEW.value and people:
        people -= audit.queries.opened_before(client_id, row.looked_at, also=domain.TOLD)
    row.looked_at = until
    if people:
        row.letter_at = db.now()
        link = ACCESSES if queries.has_portal(client_id) else ""
        queue_message(actor=actor, client_id=client_id, template=Template.NOTICE, link=link)
    row.save(update_fields=["looked_at", "letter_at"])
    audit.actions.record(
        actor=actor, kind=domain.OPENINGS_TOLD, client=client_id, detail={"told": bool(people)}
    )
    return bool(people)


def _too_soon(row: TellMe) -> bool:
    return row.letter_at is not None and db.now() - row.letter_at < domain.LETTER_EVERY
