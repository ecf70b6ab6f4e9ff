"""A review that holds no finding would only hide that its reviewer is late."""

import importlib

from django.db import migrations

before = importlib.import_module("audit.migrations.0007_reviews")


def _function() -> str:
    begin = before.STANDS.index("CREATE FUNCTION public.audit_review_stands(")
    end = before.STANDS.index("END $body$", begin) + len("END $body$")
    return before.STANDS[begin:end].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


OLD = _function()
NEW = OLD.replace("IF EXISTS (", "IF cardinality(NEW.findings) = 0 OR EXISTS (", 1)


class Migration(migrations.Migration):
    """The trigger stays; what it asks is more."""

    dependencies = [("audit", "0010_finding")]

    operations = [migrations.RunSQL(NEW, OLD)]
