"""Whoever stood in has seven days as well to finish what they wrote, and owes it as others do."""

import importlib

from django.db import migrations

from counselling.sql import definer

final = importlib.import_module("records.migrations.0007_final")

# cover ends by its date, by a word, or when its owner is assigned no longer
CARED = """(
    SELECT one.case_id, one.person_id, one.since, one.until FROM public.clients_assignment one
    UNION ALL
    SELECT two.case_id, two.person_id, two.since, least(two.until, two.ended_at, (
        SELECT max(owned.until) FROM public.clients_assignment owned
        WHERE owned.case_id = two.case_id AND owned.person_id = two.owner_id
          AND owned.since IS NOT NULL HAVING bool_and(owned.until IS NOT NULL)
    )) FROM public.clients_cover two WHERE two.since <= now()
)"""
FINISHING, FINISHING_CASES = (
    body.replace("FROM public.clients_assignment ended", f"FROM {CARED} ended", 1)
    for body in (final.FINISHING, final.FINISHING_CASES)
)
NEVER_FINISHED = final.NEVER_FINISHED.replace(
    "FROM public.clients_assignment one", f"FROM {CARED} one", 1
)


def anew(signature: str, returns: str, body: str, old: str, language: str) -> migrations.RunSQL:
    """Give a function another body; who may call it and what asks it stays."""
    forward, backward = (
        str(definer(signature, returns, one, language).sql).replace(
            "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
        )
        for one in (body, old)
    )
    return migrations.RunSQL(forward, backward)


class Migration(migrations.Migration):
    """What an assignment leaves behind, cover leaves behind."""

    dependencies = [
        ("records", "0015_parts_of_a_told_past"),
        ("clients", "0007_standing_in_and_emergencies"),
    ]

    operations = [
        anew(
            "records_finishing(signed boolean DEFAULT false)",
            "SETOF uuid",
            FINISHING,
            final.FINISHING,
            "plpgsql",
        ),
        anew(
            "records_finishing_cases()",
            "TABLE (case_id uuid, reference text, until timestamptz, clients uuid[])",
            FINISHING_CASES,
            final.FINISHING_CASES,
            "sql",
        ),
        anew(
            "records_never_finished()",
            "TABLE (person_id uuid, case_id uuid, reference text, until timestamptz, notes bigint)",
            NEVER_FINISHED,
            final.NEVER_FINISHED,
            "sql",
        ),
    ]
