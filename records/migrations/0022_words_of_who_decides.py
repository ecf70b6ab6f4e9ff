"""What is about all of them is read with the word of those who decide for each of them."""

import importlib

from django.db import migrations

from counselling.sql import definer

before = importlib.import_module("records.migrations.0013_shared_by_everybodys_word")

ALL_AGREE = before.ALL_AGREE.replace(
    "          AND 'session_notes' = ANY (agreed.categories)",
    "          AND public.consent_of_all_who_decide(agreed.id)\n"
    "          AND 'session_notes' = ANY (agreed.categories)",
    1,
)


def _anew(body: str) -> str:
    made = str(definer("records_all_agree(of_note uuid, reader uuid)", "boolean", body).sql)
    return made.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    """Guardians of somebody young agree for them, or with them."""

    dependencies = [
        ("records", "0021_only_while_allowed"),
        ("consent", "0019_whose_word_it_is"),
    ]

    operations = [migrations.RunSQL(_anew(ALL_AGREE), _anew(before.ALL_AGREE))]
