"""Sessions of the period that is asked for: the period of the membership has columns of that name."""

import importlib

from django.db import migrations

from counselling.sql import definer

before = importlib.import_module("records.migrations.0033_because_of_a_session")
SIGNATURE = "records_met(person uuid, since timestamptz, until timestamptz)"
MET = before.MET.replace("greatest(since,", "greatest(records_met.since,").replace(
    "least(until,", "least(records_met.until,"
)


def _anew(body: str) -> str:
    made = definer(SIGNATURE, "TABLE (person_id uuid, starts_at timestamptz)", body)
    return str(made.sql).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    """A column wins over an argument of the same name."""

    dependencies = [("records", "0033_because_of_a_session")]

    operations = [migrations.RunSQL(_anew(MET), _anew(before.MET))]
