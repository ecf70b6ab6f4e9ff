"""Every table of care says what an emergency may do with it: read it of one client, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import psycopg

pytestmark = [pytest.mark.django_db, pytest.mark.req("AU-16")]

# the rows of the access itself; each has policies of its own
OWN = {"clients_emergencyaccess", "clients_emergencynote"}
# by their case: whoever is in it, it is one thing
BY_CASE = {
    "clients_case", "clients_casechange", "clients_assignment", "clients_cover",
    "records_session", "records_note", "records_addendum",
}  # fmt: skip


def test_every_table_of_care_is_shut_or_read_only_inside_an_emergency(
    root: psycopg.Connection[Any],
) -> None:
    """A new table? counselling.sql: `not_in_emergency`, or `read_in_emergency` of one client."""
    tables = {
        row[0]
        for row in root.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity "
            "AND relname ~ '^(clients|consent|records)_'"
        )
    }
    shut: dict[str, set[str]] = {}
    for table, command in root.execute(
        "SELECT tablename, cmd FROM pg_policies WHERE permissive = 'RESTRICTIVE' "
        "AND coalesce(qual, with_check) LIKE '%clients_emergency_client%'"
    ):
        shut.setdefault(table, set()).add(command)
    open_ = {
        table
        for table in tables - OWN
        if "ALL" not in shut.get(table, set())
        and shut.get(table, set()) | ({"SELECT"} if table in BY_CASE else set())
        != {"SELECT", "INSERT", "UPDATE", "DELETE"}
    }
    assert open_ == set()
