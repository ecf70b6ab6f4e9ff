"""Seal and export whatever the application's role can write, also by SQL injected into it.

An id that is another event's stopped the sealer for good, since a leaf had to be the only one of
its id; a line break in an event made one line of an export two.
"""

from django.db import migrations

LEAF = """
ALTER TABLE public.audit_leaf DROP CONSTRAINT audit_leaf_event_id_key,
    ADD CONSTRAINT audit_leaf_event_key UNIQUE (event_id, recorded)
"""
OLD_LEAF = """
ALTER TABLE public.audit_leaf DROP CONSTRAINT audit_leaf_event_key,
    ADD CONSTRAINT audit_leaf_event_id_key UNIQUE (event_id)
"""
ONE_LINE = """
ALTER TABLE public.audit_event ADD CONSTRAINT audit_event_is_one_line
    CHECK (strpos(payload, chr(10)) = 0)
"""


class Migration(migrations.Migration):
    """Nothing that is kept changes."""

    dependencies = [("audit", "0004_answers_in_time")]

    operations = [
        migrations.RunSQL(LEAF, OLD_LEAF),
        migrations.RunSQL(
            ONE_LINE, "ALTER TABLE public.audit_event DROP CONSTRAINT audit_event_is_one_line"
        ),
    ]
