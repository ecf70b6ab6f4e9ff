"""Whoever stands in is reminded of their notes as others are."""

import importlib

from django.db import migrations

final = importlib.import_module("records.migrations.0007_final")
ended = importlib.import_module("records.migrations.0016_standing_in_ends_too")

DUE = final.DUE.replace("FROM public.clients_assignment mine", f"FROM {ended.CARED} mine", 1)


class Migration(migrations.Migration):
    """One function asks of cover, too."""

    dependencies = [("records", "0016_standing_in_ends_too")]

    operations = [
        ended.anew(
            "records_due_reminders()",
            "TABLE (person_id uuid, session_id uuid)",
            DUE,
            final.DUE,
            "sql",
        ),
    ]
