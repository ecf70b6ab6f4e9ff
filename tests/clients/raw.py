"""Be somebody in raw SQL, as an injected query would be."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

App = psycopg.Connection[Any]


@contextlib.contextmanager
def acting(application: App, actor: UUID | None, client: UUID | None = None) -> Iterator[App]:
    """Be somebody in raw SQL, as an injected query would be; nothing stays."""
    with application.transaction(force_rollback=True):
        application.execute(
            "SELECT set_config('counselling.actor', %s, true), "
            "set_config('counselling.job_client', %s, true)",
            [str(actor or ""), str(client or "")],
        )
        yield application


def column(application: App, question: str, *asked: object) -> set[Any]:
    return {row[0] for row in application.execute(question, list(asked))}


def insert_assignment(app: App, case: UUID, person: UUID, by: UUID) -> None:
    app.execute(
        "INSERT INTO clients_assignment (id, case_id, person_id, capacity, offered_by_id, "
        "offered_at) VALUES (%s, %s, %s, 'counsellor', %s, now())",
        [uuid4(), case, person, by],
    )


def insert_member(app: App, case: UUID, client: UUID) -> None:
    app.execute(
        "INSERT INTO clients_casemember (id, case_id, client_id, since) VALUES (%s, %s, %s, now())",
        [uuid4(), case, client],
    )
