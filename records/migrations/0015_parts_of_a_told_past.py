"""A fictional past may be told with parts of its drafts: planting is the owner's work."""

import importlib

from django.db import migrations

before = importlib.import_module("records.migrations.0007_final")

# the owner writes a draft of long ago in one act, and its parts right after it
PLANTED = """
    IF TG_OP = 'INSERT' AND session_user = (
        SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID
    ) THEN
        RETURN NEW;
    END IF;"""


def locks(planted: str) -> str:
    """Write the trigger's function of 0007, with what is let through before."""
    return f"""
CREATE OR REPLACE FUNCTION public.records_draft_part_locks() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN {before.RESEALED}{planted}
    IF TG_OP <> 'INSERT' AND public.records_draft_locked(OLD.draft_id)
       AND NOT (TG_OP = 'DELETE' AND public.records_draft_signed(OLD.draft_id))
       OR TG_OP <> 'DELETE' AND public.records_draft_locked(NEW.draft_id) THEN {before.REFUSE}
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $body$
"""


class Migration(migrations.Migration):
    """Whoever is not the owner still adds nothing to a locked draft."""

    dependencies = [("records", "0014_answers_under_a_part")]

    operations = [migrations.RunSQL(locks(PLANTED), locks(""))]
