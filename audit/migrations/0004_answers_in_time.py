"""Answer at a million events: by kind, and how far sealing has come."""

from django.db import migrations

# a kind is rare or common, and how many events lie between two of a rare one nobody knows
KIND = "CREATE INDEX audit_event_kind ON public.audit_event (kind, recorded, id)"
# the mark is not known when the plan is made, and a third of all events is then thought to wait:
# so it would read them all, for every page of the trail and every beat of the pulse
STANDING = """
ALTER FUNCTION public.audit_standing() SET enable_seqscan = off;
ALTER FUNCTION public.audit_standing() SET enable_bitmapscan = off
"""


class Migration(migrations.Migration):
    """Nothing that is kept changes."""

    dependencies = [("audit", "0003_resealing")]

    operations = [
        migrations.RunSQL(KIND, "DROP INDEX public.audit_event_kind"),
        migrations.RunSQL(
            STANDING,
            "ALTER FUNCTION public.audit_standing() RESET enable_seqscan;"
            "ALTER FUNCTION public.audit_standing() RESET enable_bitmapscan",
        ),
    ]
