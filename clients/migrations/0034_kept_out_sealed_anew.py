"""What is kept of a sealed file or of who was shut out may be sealed anew; nothing else changes."""

import importlib

from django.db import migrations

kept = importlib.import_module("clients.migrations.0027_who_is_kept_out")

_BEGIN = "AS $body$ BEGIN\n"
# the rule of counselling_refuse_change: the change must be made by the table's owner, whom only
# counselling_reseal lets at stored words
RESEALED = """    IF to_jsonb(NEW) - 'why' - 'words' = to_jsonb(OLD) - 'why' - 'words'
       AND current_setting('counselling.resealing', true) = TG_TABLE_NAME
       AND current_user = (
           SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID
       ) THEN
        RETURN NEW;
    END IF;
"""


def _function() -> str:
    begin = kept.HELD.index("CREATE FUNCTION public.clients_keeps_out_moves(")
    end = kept.HELD.index("END $body$", begin) + len("END $body$")
    return kept.HELD[begin:end].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


OLD = _function()
NEW = OLD.replace(_BEGIN, _BEGIN + RESEALED, 1)


class Migration(migrations.Migration):
    """Without it, new data keys stop at the first file that was sealed."""

    dependencies = [("clients", "0033_around_a_visit")]

    operations = [migrations.RunSQL(NEW, OLD)]
