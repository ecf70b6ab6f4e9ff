"""Who ends that a file is sealed is let into no later seal; supervisors ask whom not to ask, too."""

import importlib

from django.db import migrations

from counselling.sql import policy

kept = importlib.import_module("clients.migrations.0027_who_is_kept_out")

ENDS = f"{kept.CARES} OR {kept.OFFICER}"
ASKS = kept.first.role("counsellor", "trainee", "supervisor", "front_desk", "privacy_officer")
NOT_OFFERED = kept.NOT_OFFERED.replace(
    "visible_cases('manage')))", f"visible_cases('contact'))) AND {ASKS}", 1
)


class Migration(migrations.Migration):
    """Partners of a client see no name of this: they hold no role."""

    dependencies = [("clients", "0029_openings_asked_about")]

    operations = [
        policy("clients_letin", "update", ENDS, f"({ENDS}) AND {kept.NOT_ME}"),
        kept.anew("clients_not_offered(care uuid)", "SETOF uuid", NOT_OFFERED, kept.NOT_OFFERED),
    ]
