"""Writers of events: as an app would, and as an injected query would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from audit import domain
from audit.actions import record
from audit.domain import Act, EventKind
from counselling.access import Actor, ActorKind, Role
from counselling.db import as_actor, uuid7

if TYPE_CHECKING:
    import datetime

    import psycopg

TOUCHED = EventKind("tests.thing.touched", Act.UPDATE, "touched a thing")
OPENED = EventKind("tests.thing.opened", Act.READ, "opened a thing")
ERASED = EventKind("tests.thing.erased", Act.DELETE, "erased a thing")
domain.register(TOUCHED, OPENED, ERASED)


def somebody(*roles: Role, kind: ActorKind = ActorKind.STAFF) -> Actor:
    """Make an actor nobody else is."""
    return Actor(uuid4(), kind, frozenset(roles or {Role.COUNSELLOR}), session="s", request="r")


def act(actor: Actor | None = None, kind: EventKind = TOUCHED, **said: Any) -> UUID:
    """Do one act that leaves its event; give the event's id."""
    actor = actor or somebody()
    with as_actor(actor):
        return record(actor=actor, kind=kind, **said).event


def begin(connection: psycopg.Connection[Any], actor: UUID | str) -> datetime.datetime:
    """Begin an act on a raw connection; give its instant."""
    found = connection.execute(
        "SELECT set_config('counselling.actor', %s, true), now()", [str(actor)]
    ).fetchone()
    assert found
    instant: datetime.datetime = found[1]
    return instant


def payload(actor: UUID, at: datetime.datetime, /, **other: Any) -> str:
    """Compose a payload by hand."""
    said = {
        "v": 1, "id": str(uuid7()), "at": domain.instant(at), "kind": "tests.raw", "act": "U",
        "outcome": "ok", "actor": str(actor), "actor_kind": "staff", "role": "counsellor",
    }  # fmt: skip
    return domain.canonical({name: v for name, v in (said | other).items() if v is not None})


INSERT = "INSERT INTO audit_event (payload) VALUES (%s)"


def write(connection: psycopg.Connection[Any], actor: UUID) -> UUID:
    """Write one event within the running transaction of a raw connection."""
    text = payload(actor, begin(connection, actor))
    connection.execute(INSERT, [text])
    return domain.entry(text).id
