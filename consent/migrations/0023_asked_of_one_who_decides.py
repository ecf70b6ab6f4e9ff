"""Who decides alone has no guardian to be named: of the requests to guardians only it is asked."""

import importlib

from django.db import migrations

from counselling.sql import definer

before = importlib.import_module("consent.migrations.0022_asked_of_who_decides")

STANDS = before.STANDS.replace(
    "          AND r.guardian_id NOT IN",
    "          AND r.guardian_id IS NOT NULL AND r.guardian_id NOT IN",
    1,
)


def _anew(body: str) -> str:
    made = str(definer("consent_group_stands(of_request uuid)", "boolean", body).sql)
    return made.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    """Nothing is not among nobody, says SQL."""

    dependencies = [("consent", "0022_asked_of_who_decides")]

    operations = [migrations.RunSQL(_anew(STANDS), _anew(before.STANDS))]
