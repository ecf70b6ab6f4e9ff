"""What ends with a client's choice of nothing online is theirs: a guardian's letters go on."""

import importlib

from django.db import migrations

before = importlib.import_module("clients.migrations.0016_news_of_the_space")

_LETTERS = "letter.client_id = person AND"
CLOSE = before.CLOSE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1).replace(
    _LETTERS, f"{_LETTERS} letter.guardian_id IS NULL AND", 1
)


class Migration(migrations.Migration):
    """By their own card: what guardians want is asked of them."""

    dependencies = [("clients", "0018_own_language")]

    operations = [
        migrations.RunSQL(
            CLOSE, before.CLOSE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
        )
    ]
