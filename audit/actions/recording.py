"""Write events: inside the act they tell of, or, for a refused act, after it has rolled back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, connections

from audit import domain
from counselling import db, vault
from counselling.access import Permission, require

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

_INSERT: Final = "INSERT INTO audit_event (payload) VALUES (%s)"
_PLANT: Final = "INSERT INTO audit_event (recorded, payload) VALUES (%s, %s)"


def record(  # noqa: PLR0913 an event has that many sides, all named
    *,
    actor: Actor,
    kind: EventKind,
    client: UUID | None = None,
    case: UUID | None = None,
    clients: Iterable[UUID] = (),
    about: tuple[str, UUID] | None = None,
    rows: Iterable[UUID] = (),
    holders: Iterable[str] = (),
    sealed: Mapping[str, str] | None = None,
    purpose: str = "",
    relation: str = "",
    outcome: str = "ok",
    reason: str = "",
    reason_hash: str = "",
    detail: Mapping[str, str | int | bool | None] | None = None,
) -> vault.Grant:
    """Write one event in the running act and give the grant that opens what it names (AT-08).

    `sealed` maps a column of the row in `about` ("record_part"), or "table.column" of a row with
    the same id, or "table/row/column", to the fingerprint of what is stored there. `reason` is a
    code; the typed sentence is sealed elsewhere and only its hash comes here. The event names
    `client` among `clients`. Raises RuntimeError outside `as_actor`, DatabaseError if the
    event cannot be written: then nothing happens and nothing is shown.
    """
    act = db.in_actor_transaction()
    if act is None or db.acting() != actor.id:
        message = "An event is written by who acts, in the act itself."
        raise RuntimeError(message)
    people = sorted({*clients, *([client] if client else [])}, key=str)
    event, at = db.uuid7(db.given_clock()), db.now()
    said: dict[str, Any] = {
        **_who(actor),
        "v": 1,
        "id": str(event),
        "at": domain.instant(at),
        "kind": kind.code,
        "act": kind.action.value,
        "outcome": outcome,
        "client": str(client) if client else None,
        "case": str(case) if case else None,
        "clients": [str(one) for one in people],
        "thing": about[0] if about else "",
        "row": str(about[1]) if about else None,
        "rows": [str(one) for one in rows],
        "sealed": {domain.sealed_name(k, about): v for k, v in (sealed or {}).items()},
        "purpose": domain.clean(purpose),
        "relation": domain.clean(relation),
        "reason": domain.clean(reason),
        "reason_hash": reason_hash,
        "detail": {k: _cleaned(v) for k, v in (detail or {}).items()},
    }
    # what is empty is not said
    _write(at, domain.canonical({k: v for k, v in said.items() if v}))
    named = [*map(vault.holders.client, people), *([vault.holders.case(case)] if case else [])]
    return vault.Grant(event, actor.id, frozenset([*holders, *named]), act)


def _who(actor: Actor) -> dict[str, str]:
    # an address may be a client's: it is kept as a keyed hash, the same for everybody
    address = vault.keyed_index("address", actor.address) if actor.address else ""
    return {
        "actor": str(actor.id),
        "actor_kind": actor.kind.value,
        "role": actor.role,
        "session": domain.clean(actor.session),
        "request": domain.clean(actor.request),
        "address": address,
    }


def _cleaned(value: str | int | bool | None) -> str | int | bool | None:  # noqa: FBT001 a plain value
    return domain.clean(value) if isinstance(value, str) else value


def _write(at: datetime.datetime, payload: str) -> None:
    # raw SQL: Django's own insert asks RETURNING, which row security refuses to who may not read
    with connection.cursor() as cursor:
        if db.given_clock() is None:
            cursor.execute(_INSERT, [payload])
        else:
            cursor.execute("SELECT audit_make_partition(%s)", [at])
            cursor.execute(_PLANT, [at, payload])


def go_on(*, actor: Actor, grant: vault.Grant) -> vault.Grant:
    """Give the leave of an act that is committed to the act with which its actor goes on.

    For a page that is sent bit by bit: its event has to be there before the first bit leaves, and
    what is opened later is what that event names. Raises RuntimeError for anybody else.
    """
    act = db.in_actor_transaction()
    if act is None or act == grant.transaction or not (db.acting() == actor.id == grant.actor):
        message = "Only who was granted something goes on with it, in another act."
        raise RuntimeError(message)
    return dataclasses.replace(grant, transaction=act)


def record_refusal(
    *,
    actor: Actor,
    code: str,
    path_name: str,
    client: UUID | None = None,
    case: UUID | None = None,
    row: UUID | None = None,
    what: str = "",
) -> None:
    """Write that an act was refused, in a transaction of its own after the act rolled back.

    `row` of table `what` is what was asked for, if that is known.
    """
    with db.as_actor(actor):
        record(
            actor=actor,
            kind=domain.REFUSED,
            client=client,
            case=case,
            about=(what, row) if what and row else None,
            rows=[row] if row and not what else [],
            outcome="refused",
            reason=code,
            detail={"page": path_name},
        )


def record_resealing(*, actor: Actor, sealed: Mapping[str, str]) -> UUID:
    """Write which values are sealed anew, as the owner in the owner's transaction (EN-07).

    No other role may seal stored values anew, so no other may tell of it.
    """
    require(actor, Permission.RUN_JOB)
    event = db.uuid7()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT now()")
        said = {
            **{name: word for name, word in _who(actor).items() if word},
            "v": 1,
            "id": str(event),
            "at": domain.instant(cursor.fetchone()[0]),
            "kind": domain.RESEALED.code,
            "act": domain.RESEALED.action.value,
            "outcome": "ok",
            "sealed": dict(sealed),
        }
        cursor.execute(_INSERT, [domain.canonical(said)])
    return event
