"""Who writes in a case is asked apart from who reads in it: a level `write` of `visible_cases`.

    write   assigned and accepted, between the dates

Supervisors read at level `record`; so does who comes in an emergency. Neither writes.
"""

import importlib

from django.db import migrations

from counselling.sql import definer

latest = importlib.import_module("clients.migrations.0004_visibility_planned_once")

STAFF = latest.STAFF.replace(
    "AND level IN ('record', 'contact', 'manage') THEN",
    "AND level IN ('record', 'contact', 'manage', 'write') THEN",
).replace("IF level <> 'record' THEN", "IF level IN ('contact', 'manage') THEN")
STAFF_CASES = latest.STAFF_CASES.replace(latest.STAFF, STAFF)
VISIBLE_CASES = latest.VISIBLE_CASES.replace(latest.STAFF, STAFF)


def anew(signature: str, returns: str, body: str, old: str) -> migrations.RunSQL:
    """Give a function of 0004 another body; who may call it and what asks it stays."""
    forward, backward = (
        str(definer(signature, returns, one, "plpgsql").sql).replace(
            "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
        )
        for one in (body, old)
    )
    return migrations.RunSQL(forward, backward)


class Migration(migrations.Migration):
    """The two functions that list cases learn one more level."""

    dependencies = [("clients", "0004_visibility_planned_once")]

    operations = [
        anew("clients_staff_cases(level text)", "SETOF uuid", STAFF_CASES, latest.STAFF_CASES),
        anew(
            "visible_cases(level text DEFAULT 'record')",
            "SETOF uuid",
            VISIBLE_CASES,
            latest.VISIBLE_CASES,
        ),
    ]
