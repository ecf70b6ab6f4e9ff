"""Name the column that says whose an approval is as PL/pgSQL reads it: "by" is a word of its own."""

from __future__ import annotations

from django.db import migrations

from consent.migrations import _writing as writing

FUNCTION = writing.APPROVES[: writing.APPROVES.index("CREATE TRIGGER")]
AGAIN = FUNCTION.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    """The rule is the same; before, every approval was refused."""

    dependencies = [("consent", "0017_notice_seen")]

    operations = [migrations.RunSQL(AGAIN.replace("NEW.by", 'NEW."by"'), AGAIN)]
