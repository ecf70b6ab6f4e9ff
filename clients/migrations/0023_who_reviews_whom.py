"""Whose accesses somebody reviews: never their own, whatever else they are here."""

import importlib

from django.db import migrations

from counselling.sql import definer, not_in_emergency, row_security

first = importlib.import_module("clients.migrations.0002_row_security")
ME, SERVICE = first.ME, first.SERVICE

_HOLDS = """EXISTS (
    SELECT FROM public.accounts_roleheld held
    JOIN public.accounts_account able ON able.id = held.account_id AND able.is_active
    WHERE held.account_id {whose} AND held.role {roles}
      AND held.since <= now() AND (held.until IS NULL OR held.until > now())
)"""
# privacy officers and outside reviewers: everybody, and what the machine found; supervisors: whom
# they supervise, and a privacy officer where no other and nobody from outside is there to do it
REVIEWED = f"""
SELECT everybody.id FROM public.accounts_account everybody
WHERE (public.actor_has_role('privacy_officer') OR public.actor_has_role('outside_reviewer'))
  AND everybody.id <> public.counselling_actor()
UNION
SELECT {SERVICE}
WHERE public.actor_has_role('privacy_officer') OR public.actor_has_role('outside_reviewer')
UNION
SELECT arranged.supervisee_id FROM public.accounts_supervision arranged
WHERE arranged.supervisor_id = public.counselling_actor()
  AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
  AND arranged.supervisee_id <> public.counselling_actor()
  AND public.actor_has_role('supervisor')
UNION
SELECT officer.account_id FROM public.accounts_roleheld officer
WHERE officer.role = 'privacy_officer' AND public.actor_has_role('supervisor')
  AND officer.account_id <> public.counselling_actor()
  AND officer.since <= now() AND (officer.until IS NULL OR officer.until > now())
  AND NOT {_HOLDS.format(whose="<> officer.account_id", roles="IN ('privacy_officer', 'outside_reviewer')")}
"""
REVIEWS = """
SELECT person IN (SELECT public.audit_reviewed_people())
"""
# who decides what somebody else would not decide alone
ESCALATED_TO = """
SELECT held.account_id FROM public.accounts_roleheld held
JOIN public.accounts_account able ON able.id = held.account_id AND able.is_active
WHERE held.role IN ('privacy_officer', 'outside_reviewer')
  AND held.since <= now() AND (held.until IS NULL OR held.until > now())
  AND held.account_id NOT IN (person, public.counselling_actor())
  AND public.counselling_actor() IS NOT NULL
"""
# of whom nobody is there who may review them: told to who can arrange it
UNREVIEWED = f"""
SELECT DISTINCT works.account_id FROM public.accounts_roleheld works
JOIN public.accounts_account able ON able.id = works.account_id AND able.is_active
WHERE (public.actor_has_role('administrator') OR public.actor_has_role('privacy_officer'))
  AND works.role IN ('counsellor', 'trainee', 'supervisor', 'privacy_officer', 'front_desk')
  AND works.since <= now() AND (works.until IS NULL OR works.until > now())
  AND NOT {_HOLDS.format(whose="<> works.account_id", roles="IN ('privacy_officer', 'outside_reviewer')")}
  AND NOT EXISTS (
    SELECT FROM public.accounts_supervision arranged
    WHERE arranged.supervisee_id = works.account_id
      AND arranged.supervisor_id <> works.account_id
      AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
      AND {_HOLDS.format(whose="= arranged.supervisor_id", roles="= 'supervisor'")}
  )
  AND NOT (EXISTS (
    SELECT FROM public.accounts_roleheld officer
    WHERE officer.account_id = works.account_id AND officer.role = 'privacy_officer'
      AND officer.since <= now() AND (officer.until IS NULL OR officer.until > now())
  ) AND {_HOLDS.format(whose="<> works.account_id", roles="= 'supervisor'")})
"""
_THEIRS = "person_id = ANY (ARRAY(SELECT public.audit_reviewed_people()))"
_OVERSEES = (
    "(SELECT public.actor_has_role('privacy_officer') OR public.actor_has_role('outside_reviewer'))"
)


class Migration(migrations.Migration):
    """Made here since `clients` knows who is who, and `audit` knows nobody."""

    dependencies = [
        ("clients", "0022_decided_and_told_in_time"),
        ("audit", "0007_reviews"),
        ("accounts", "0008_outside_reviewer"),
    ]

    operations = [
        definer("audit_reviewed_people()", "SETOF uuid", REVIEWED),
        definer("audit_reviews(person uuid)", "boolean", REVIEWS),
        definer("audit_escalated_to(person uuid)", "SETOF uuid", ESCALATED_TO),
        definer("audit_unreviewed_people()", "SETOF uuid", UNREVIEWED),
        row_security(
            "audit_findingword",
            # whose access it was sees what they are asked, not what reviewers say to each other
            select=f"{_THEIRS} OR person_id = {ME} AND kind IN ('asked', 'answered')",
            insert=f"by_id = {ME} AND at = now() AND CASE kind "
            f"WHEN 'answered' THEN person_id = {ME} ELSE public.audit_reviews(person_id) END",
        ),
        row_security(
            "audit_review",
            select=f"reviewer_id = {ME} OR {_OVERSEES}",
            insert=f"reviewer_id = {ME} AND signed_at = now() "
            "AND EXISTS (SELECT public.audit_reviewed_people())",
        ),
        not_in_emergency("audit_findingword", "audit_review"),
    ]
