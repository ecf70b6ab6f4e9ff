"""What is kept of a guardian who ended may be sealed anew; nothing else of them changes."""

from django.db import migrations

# the rule of counselling_refuse_change: the change must be made by the table's owner, whom only
# counselling_reseal lets at stored words
MOVES = """
CREATE OR REPLACE FUNCTION public.clients_guardian_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN{before}
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'A guardian who ended stays ended.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$
"""
RESEALED = """
    IF NEW.ended_at IS NOT DISTINCT FROM OLD.ended_at
       AND current_setting('counselling.resealing', true) = TG_TABLE_NAME
       AND current_user = (
           SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID
       ) THEN
        RETURN NEW;
    END IF;"""


class Migration(migrations.Migration):
    """Without it, new data keys stop at the first guardian who ended."""

    dependencies = [("clients", "0019_guardians_letters_go_on")]

    operations = [
        migrations.RunSQL(MOVES.replace("{before}", RESEALED), MOVES.replace("{before}", ""))
    ]
