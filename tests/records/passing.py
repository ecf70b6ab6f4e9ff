"""What the stories of unfinished notes have in common: time passes, a case is left."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import clients.actions
import clients.queries
from counselling.db import as_actor
from tests.people import sign_in_browserless
from tests.records.writing import hold_session, type_draft
from tests.web.browsing import browser

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

    from counselling.access import Actor
    from tests.world import World


def let_pass(root: psycopg.Connection[Any], **time: float) -> None:
    """Let time pass: all that is about care happened that much earlier."""
    columns = root.execute(
        "SELECT c.table_name, array_agg(c.column_name::text) FROM information_schema.columns c "
        "JOIN pg_class t ON t.oid = to_regclass('public.' || c.table_name) AND t.relkind = 'r' "
        "WHERE c.table_schema = 'public' AND c.data_type = 'timestamp with time zone' "
        "AND (c.table_name LIKE 'records%' "
        "OR c.table_name LIKE 'clients%' OR c.table_name = 'accounts_roleheld') GROUP BY 1"
    ).fetchall()
    root.execute("SET session_replication_role = replica")
    for table, names in columns:
        earlier = ", ".join(f"{name} = {name} - %(time)s" for name in names)
        root.execute(f"UPDATE {table} SET {earlier}", {"time": datetime.timedelta(**time)})
    root.execute("SET session_replication_role = origin")


def begun(world: World, text: str = "Half a note.", **said: Any) -> UUID:
    """Have Dana hold a session with Mara and begin its note."""
    session = hold_session(world.dana, world.mara_case, hours_ago=3)
    type_draft(world.dana, session, text, **said)
    return session


def end(world: World) -> None:
    """End Dana's assignment to Mara's case."""
    with as_actor(world.fred):
        row = clients.queries.case_row(world.mara_case).assignments[0]
        clients.actions.end_assignment(actor=world.fred, assignment_id=row.id)


def seen(actor: Actor, path: str) -> str:
    page = browser()
    sign_in_browserless(page, actor)
    answer = page.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()
