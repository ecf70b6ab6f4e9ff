"""A client's list holds what stands: no note that still waits for a co-signature, none that ended.

And in a group what everybody shared is read by who was there, or with a part of their own.
"""

import importlib

from django.db import migrations

from counselling.sql import definer, policy

before = importlib.import_module("records.migrations.0008_client_reads")

WAS_THERE = """
SELECT EXISTS (
    SELECT FROM public.records_note_part part
    WHERE part.note_id = of_note AND part.client_id = public.portal_client()
) OR EXISTS (
    SELECT FROM public.records_note note
    JOIN public.records_session_member seat ON seat.session_id = note.session_id
    WHERE note.id = of_note AND seat.client_id = public.portal_client()
      AND seat.attendance = 'attended'
) OR NOT EXISTS (
    SELECT FROM public.records_note note
    JOIN public.records_session_member seat ON seat.session_id = note.session_id
    WHERE note.id = of_note
)
"""
OWN_NOTES = """
BEGIN
    IF public.portal_client() IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT note.id FROM public.records_note note
        JOIN public.clients_case care ON care.id = note.case_id
        WHERE note.id IN (SELECT public.records_open_notes())
          AND public.records_shared_part_goes(note.case_id)
          AND (care.kind <> 'group' OR public.records_was_there(note.id));
END
"""
OPEN_TO_THEM = f"{before.OWN} AND note_id = ANY (ARRAY(SELECT public.records_open_notes()))"


def anew(signature: str, returns: str, body: str, old: str) -> migrations.RunSQL:
    """Give a function of 0008 another body; who may call it and what asks it stays."""
    forward, backward = (
        str(definer(signature, returns, one, "plpgsql").sql).replace(
            "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
        )
        for one in (body, old)
    )
    return migrations.RunSQL(forward, backward)


class Migration(migrations.Migration):
    """What row security lets through is all a page has to ask for."""

    dependencies = [("records", "0008_client_reads")]

    operations = [
        definer("records_was_there(of_note uuid)", "boolean", WAS_THERE),
        anew("records_own_notes()", "SETOF uuid", OWN_NOTES, before.OWN_NOTES),
        policy(
            "records_reading",
            "select",
            f"{before.READS} OR {OPEN_TO_THEM}",
            f"{before.READS} OR {before.OWN}",
        ),
    ]
