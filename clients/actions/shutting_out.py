"""A client shuts a named person out of their file, or lets them in again: by their word alone."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

import audit.actions
from clients import queries
from clients.access import hearing
from clients.domain import events
from clients.domain.portal import NewsKind
from clients.models import News, ShutOut
from counselling import db, vault
from counselling.access import Actor, ActorKind, require
from counselling.accounts import queries as people
from counselling.errors import Invalid, NotThere
from counselling.speech import say

if TYPE_CHECKING:
    from uuid import UUID

    from clients.queries import ShutOutRow


@dataclasses.dataclass(frozen=True, slots=True)
class ShutOutShown:
    """Somebody who is shut out, and what the client said of why, if they said it."""

    row: ShutOutRow
    words: str = dataclasses.field(repr=False)


def read_shut_out(*, actor: Actor, client_id: UUID) -> list[ShutOutShown]:
    """Show who may not open a file: to the client, to who cares for them, to privacy officers."""
    require(actor, hearing(actor))
    _known(actor, client_id)
    rows = queries.shut_out_of(client_id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.SHUT_OUT_READ,
        client=client_id,
        rows=[one.id for one in rows],
        relation=queries.relation_to_client(actor, client_id),
    )
    sealed = ShutOut.objects.in_bulk([one.id for one in rows])
    return [ShutOutShown(one, _words(sealed[one.id], grant)) for one in rows]


def _words(row: ShutOut, grant: vault.Grant) -> str:
    return vault.open_text(row.words, grant) if row.words is not None else ""


def shut_out(*, actor: Actor, client_id: UUID, person_id: UUID, words: str = "") -> UUID:
    """Shut somebody out from now on: what they do for the client ends in the same act (AC-12).

    They are not told. Where nobody is left to care for the client, whoever arranges care is.
    """
    require(actor, hearing(actor))
    _known(actor, client_id)
    _check_person(actor, client_id, person_id)
    cared = queries.cares_for(client_id, person_id)
    made = ShutOut(client_id=client_id, person=person_id, since=db.now(), by=actor.id)
    made.words = words.strip() or None
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Invalid(say("They are shut out already."), "person") from None
    if actor.kind is ActorKind.CLIENT:
        news = NewsKind.SHUT_OUT.value
        News.objects.create(client_id=client_id, kind=news, at=db.now(), by=actor.id)
    audit.actions.record(
        actor=actor,
        kind=events.SHUT_OUT_SAID,
        client=client_id,
        about=("clients_shutout", made.pk),
        sealed={"words": vault.fingerprint(made, "words")} if made.words is not None else {},
        relation=queries.relation_to_client(actor, client_id),
        detail={"cared": cared},
    )
    return made.pk


def _check_person(actor: Actor, client_id: UUID, person_id: UUID) -> None:
    found = people.people([person_id]).get(person_id)
    # whoever records it does not shut themselves out: they give the case back
    if found is None or not found.is_active or person_id == actor.id:
        raise Invalid(say("Choose somebody who works here."), "person")
    sealed = queries.sealed_file(client_id)
    if sealed is not None and sealed.person == person_id:
        raise Invalid(say("They are shut out already."), "person")


def let_in_again(*, actor: Actor, row_id: UUID) -> UUID:
    """Let somebody in again as far as their role goes, by the client's word; gives the client.

    What ended does not come back: nobody is assigned by this.
    """
    require(actor, hearing(actor))
    row = ShutOut.objects.select_for_update().filter(pk=row_id).first()
    if row is None:
        raise NotThere("clients_shutout", row_id)
    if row.until is not None:
        raise Invalid(say("They are let in again already."))
    row.until, row.ended_by = db.now(), actor.id
    row.save(update_fields=["until", "ended_by"])
    audit.actions.record(
        actor=actor,
        kind=events.SHUT_OUT_ENDED,
        client=row.client_id,
        about=("clients_shutout", row.pk),
        relation=queries.relation_to_client(actor, row.client_id),
    )
    return row.client_id


def _known(actor: Actor, client_id: UUID) -> None:
    """Raise NotThere unless the actor sees the client; a client sees themselves alone."""
    if actor.kind is ActorKind.CLIENT and queries.client_of_account(actor.id) != client_id:
        raise NotThere("clients_client", client_id)
    queries.client_row(client_id)
