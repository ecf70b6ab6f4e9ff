"""An order made for it reaches records of substance use; any order with its paper, other notes."""

from django.db import migrations

from consent.migrations import _subpoenas as subpoenas

_BOTH = "ARRAY['sud_notes', 'process_notes']"
_OLD = subpoenas.SPECIAL[: subpoenas.SPECIAL.index("CREATE TRIGGER")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
)


class Migration(migrations.Migration):
    """Notes for oneself alone are reached by a court's order, which the gate asks for (DS-05)."""

    dependencies = [("consent", "0035_kept_back")]

    operations = [migrations.RunSQL(_OLD.replace(_BOTH, "ARRAY['sud_notes']", 1), _OLD)]
