"""A return is answered under the note or under one member's part of it."""

import importlib

from django.db import migrations

before = importlib.import_module("records.migrations.0004_supervision")

_UNDER_NOTE = """                SELECT FROM public.records_addendum answer
                WHERE answer.note_id = judged.id AND answer.author_id = judged.author_id
                  AND answer.signed_at > back.returned_at
"""
_UNDER_PART = """                UNION ALL
                SELECT FROM public.records_part_addendum answer
                JOIN public.records_note_part part ON part.id = answer.part_id
                WHERE part.note_id = judged.id AND answer.author_id = judged.author_id
                  AND answer.signed_at > back.returned_at
"""


def _function(body: str) -> str:
    made = body.split("REVOKE ALL", maxsplit=1)[0]
    return made.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    """The rule of 0004, which knew no parts yet."""

    dependencies = [("records", "0013_shared_by_everybodys_word")]

    operations = [
        migrations.RunSQL(
            _function(before.JUDGED.replace(_UNDER_NOTE, _UNDER_NOTE + _UNDER_PART)),
            _function(before.JUDGED),
        )
    ]
