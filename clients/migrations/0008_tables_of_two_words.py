"""A look at a hidden row is recorded whatever its table is called: names of several words too."""

import importlib

from django.db import migrations

from counselling.sql import definer

before = importlib.import_module("clients.migrations.0003_links_and_trail")

ROW_EXISTS = before.ROW_EXISTS.replace("_[a-z]+$", "(_[a-z]+)+$")


def _anew(body: str) -> str:
    made = definer("row_exists(table_name text, row_id uuid)", "boolean", body, "plpgsql")
    return str(made.sql).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    """Whether a hidden row exists is asked for every table of care."""

    dependencies = [("clients", "0007_standing_in_and_emergencies")]

    operations = [migrations.RunSQL(_anew(ROW_EXISTS), _anew(before.ROW_EXISTS))]
