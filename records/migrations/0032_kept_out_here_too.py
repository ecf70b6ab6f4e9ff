"""Who is kept out of a file is kept out of what reached them here by role, not by case (AC-12).

What a client says is not right reaches privacy officers, a trainee's note that waits its supervisor,
notes never finished both. What an author had begun stays theirs to finish: they see their own words
and no name.
"""

import importlib

from django.db import migrations

from counselling.sql import APP, definer

standing = importlib.import_module("records.migrations.0016_standing_in_ends_too")
waiting = importlib.import_module("records.migrations.0018_left_with_supervisors")

AWAY = "<> ALL (ARRAY(SELECT public.clients_cases_away()))"
_BY_SUPERVISION = f"WHERE {waiting.UNDECIDED} AND {waiting.HIDDEN};"
LEFT = waiting.LEFT.replace(
    _BY_SUPERVISION, _BY_SUPERVISION.replace(";", f" AND note.case_id {AWAY};"), 1
)
_GROUPED = "GROUP BY ended.person_id, kept.id"
NEVER_FINISHED = standing.NEVER_FINISHED.replace(_GROUPED, f"AND kept.id {AWAY}\n{_GROUPED}", 1)
TABLES = (
    "records_amendment",
    "records_amendment_step",
    "records_amendment_named",
    "records_amendment_told",
)
SEEN = (
    "case_id = ANY (ARRAY(SELECT public.visible_cases('record'))) "
    "OR client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))"
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
    """`clients_cases_away` is asked by functions of the owner only."""

    dependencies = [
        ("records", "0031_letters_by_an_act"),
        ("clients", "0027_who_is_kept_out"),
    ]

    operations = [
        anew(
            "records_left_waiting()",
            "TABLE (note_id uuid, session_id uuid, case_id uuid, own boolean)",
            LEFT,
            waiting.LEFT,
            "plpgsql",
        ),
        anew(
            "records_never_finished()",
            "TABLE (person_id uuid, case_id uuid, reference text, until timestamptz, notes bigint)",
            NEVER_FINISHED,
            standing.NEVER_FINISHED,
            "sql",
        ),
        *(
            migrations.RunSQL(
                f"CREATE POLICY {table}_not_kept_out ON public.{table} AS RESTRICTIVE "
                f"FOR SELECT TO {APP} USING ({SEEN})",
                f"DROP POLICY {table}_not_kept_out ON public.{table}",
            )
            for table in TABLES
        ),
    ]
