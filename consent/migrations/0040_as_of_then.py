"""A fictional past is asked as of then whether it may be handed out; everybody else's instant is now.

The worker of a planted story runs long after the hour it tells of: what had ended meanwhile was
cancelled, though it had gone.
"""

from typing import Final

from django.db import migrations

from consent.migrations import _grounds as grounds

# planting is the owner's work, as at the gate; here there is no trigger to ask whose table it is
PLANTED: Final = (
    "session_user = (SELECT theirs.rolname FROM pg_catalog.pg_class gated "
    "JOIN pg_catalog.pg_roles theirs ON theirs.oid = gated.relowner "
    "WHERE gated.oid = 'public.consent_disclosure'::pg_catalog.regclass)"
)
BEFORE: Final = (
    grounds.HOLDS.split("REVOKE ALL", maxsplit=1)[0]
    .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    .replace("consent_disclosure_why_not(one uuid)", "consent_ground_why_not(one uuid)")
)
NOW: Final = (
    BEFORE.replace("now(), false", "instant, planted")
    .replace("    why text;\n", f"    why text;\n    planted boolean := {PLANTED};\n"
             "    instant timestamptz := now();\n")
    .replace("    IF d.basis_id IS NOT NULL THEN", "    IF planted THEN\n        instant := d.at;\n"
             "    END IF;\n    IF d.basis_id IS NOT NULL THEN")
)  # fmt: skip


class Migration(migrations.Migration):
    """The demo's first share went while its permission lived."""

    dependencies = [("consent", "0039_what_led_to_it")]

    operations = [migrations.RunSQL(NOW, BEFORE)]
