"""Who answers is asked under its own name: `by` is a word of PostgreSQL's."""

import importlib

from django.db import migrations

before = importlib.import_module("clients.migrations.0029_openings_asked_about")


def _anew(whole: str) -> str:
    """Give the first function out of the words of a migration, to be made anew."""
    begin = whole.index("CREATE FUNCTION public.clients_answer_of_another(")
    body = whole[begin : whole.index("END $body$", begin) + len("END $body$")]
    return body.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


OLD = _anew(before.NOT_ONESELF)
QUOTED = OLD.replace("NEW.by ", 'NEW."by" ', 1)


class Migration(migrations.Migration):
    """The trigger stays; what it runs is another."""

    dependencies = [("clients", "0030_let_in_for_once")]

    operations = [migrations.RunSQL(QUOTED, OLD)]
