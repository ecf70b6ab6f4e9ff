"""An outside reviewer reads of whom the log tells by reference, and may ask for one; no file opens.

What is sealed, or whose client shut them out, is called nothing to them: as if there were no such.
"""

import importlib

from django.db import migrations

from counselling.sql import definer

kept = importlib.import_module("clients.migrations.0027_who_is_kept_out")

CALLED = f"""
SELECT found.id, found.reference, false FROM public.clients_client found
WHERE public.actor_has_role('outside_reviewer')
  AND (found.id = ANY (ids) OR found.reference = ANY (said))
  AND found.id NOT IN ({kept.KEPT.format(kept.ME)})
  AND found.id NOT IN (SELECT public.clients_sealed_away())
UNION ALL
SELECT found.id, found.reference, true FROM public.clients_case found
WHERE public.actor_has_role('outside_reviewer')
  AND (found.id = ANY (ids) OR found.reference = ANY (said))
  AND found.id NOT IN (SELECT public.clients_cases_away())
"""


class Migration(migrations.Migration):
    """Rests on what keeps somebody out."""

    dependencies = [("clients", "0037_kin_for_the_machine")]

    operations = [
        definer(
            "clients_called_outside(ids uuid[], said text[])",
            "TABLE (id uuid, reference text, is_case boolean)",
            CALLED,
        ),
    ]
