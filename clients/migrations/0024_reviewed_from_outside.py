"""Who reviews an emergency: an outside reviewer too, and whoever reviews the accesses of its person.

An outside reviewer reads why, as every reviewer does, but not the note that was left for the
counsellor of that client; and of the log every event, by reference.
"""

import importlib

from django.db import migrations

from counselling.sql import another_policy, policy

standing = importlib.import_module("clients.migrations.0007_standing_in_and_emergencies")
links = importlib.import_module("clients.migrations.0003_links_and_trail")

_OFFICER = "public.actor_has_role('privacy_officer')\n"
TO_REVIEW = standing.TO_REVIEW.replace(
    _OFFICER,
    "public.actor_has_role('privacy_officer') OR public.actor_has_role('outside_reviewer')\n"
    "    OR opened.person_id IN (SELECT public.audit_reviewed_people())\n",
    1,
)
REVIEWERS = standing.REVIEWERS.replace(
    "held.role = 'privacy_officer'\n", "held.role IN ('privacy_officer', 'outside_reviewer')\n", 1
)
# a privacy officer whom a peer reviews
READ_ACTORS = f"""{links.READ_ACTORS}
UNION
SELECT peer FROM public.audit_reviewed_people() peer
WHERE public.actor_has_role('supervisor')
  AND NOT public.actor_has_role('privacy_officer')
  AND NOT public.actor_has_role('outside_reviewer')
"""
NOTE = (
    f"access_id {standing.TO_REVIEW_HERE} AND NOT (SELECT public.actor_has_role('outside_reviewer'))"
    f" OR {standing.CARED_FOR_HERE} OR client_id = {standing.IN_EMERGENCY}"
)
OLD_NOTE = (
    f"access_id {standing.TO_REVIEW_HERE} OR {standing.CARED_FOR_HERE} "
    f"OR client_id = {standing.IN_EMERGENCY}"
)


def again(signature: str, body: str, old: str) -> migrations.RunSQL:
    """Give a function written in SQL another body."""
    forward, backward = (
        f"CREATE OR REPLACE FUNCTION public.{signature} RETURNS SETOF uuid LANGUAGE sql STABLE "
        f"SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ {one} $body$"
        for one in (body, old)
    )
    return migrations.RunSQL(forward, backward)


class Migration(migrations.Migration):
    """Rests on `audit_reviewed_people`."""

    dependencies = [("clients", "0023_who_reviews_whom")]

    operations = [
        again("clients_emergencies_to_review()", TO_REVIEW, standing.TO_REVIEW),
        again("clients_emergency_reviewers(access uuid)", REVIEWERS, standing.REVIEWERS),
        again("clients_read_actors()", READ_ACTORS, links.READ_ACTORS),
        policy("clients_emergencynote", "select", NOTE, OLD_NOTE),
        another_policy(
            "audit_event",
            "audit_event_outside",
            "select",
            "(SELECT public.actor_has_role('outside_reviewer'))",
        ),
    ]
