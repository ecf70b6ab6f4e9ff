"""What a visit's review is told: who they were to a file then, who reviews, who is kin to whom.

The machine alone is answered: a function that told everybody who was assigned to what would be a
way around row security.
"""

import importlib

from django.db import migrations

from counselling.sql import definer, grant, not_in_emergency, row_security

first = importlib.import_module("clients.migrations.0002_row_security")
standing = importlib.import_module("clients.migrations.0007_standing_in_and_emergencies")
ME, SERVICE = first.ME, first.SERVICE
JOB = "client_id = (SELECT public.clients_job_client())"

_HELD = """EXISTS (
    SELECT FROM public.accounts_roleheld held
    WHERE held.account_id = asked.person AND held.role IN ({roles})
      AND held.since <= asked.at AND (held.until IS NULL OR held.until > asked.at)
)"""
_AT = "{0}.since <= asked.at AND ({0}.until IS NULL OR {0}.until > asked.at)"
# by the rows as they were then; a finding is not to depend on what an event says of itself
AROUND = f"""
WITH asked AS (
    SELECT told.n, told.person, told.client, told.care, told.at
    FROM unnest(people, clients, cases, instants) WITH ORDINALITY
        AS told(person, client, care, at, n)
    WHERE public.counselling_actor() = {SERVICE}
), files AS (
    SELECT asked.n, care.id, care.closed_at FROM asked
    JOIN public.clients_case care ON care.id = asked.care
    UNION
    SELECT asked.n, care.id, care.closed_at FROM asked
    JOIN public.clients_casemember part ON part.client_id = asked.client
    JOIN public.clients_case care ON care.id = part.case_id
    WHERE asked.care IS NULL
), theirs AS (
    SELECT files.n, given.person_id, given.since, given.until, given.offered_at,
        given.accepted_at, given.declined_at
    FROM files JOIN public.clients_assignment given ON given.case_id = files.id
), whom AS (
    SELECT asked.n, asked.client FROM asked WHERE asked.client IS NOT NULL
    UNION
    SELECT asked.n, part.client_id FROM asked
    JOIN public.clients_casemember part ON part.case_id = asked.care
    WHERE asked.client IS NULL
)
SELECT asked.n::integer,
    CASE
        WHEN EXISTS (SELECT FROM theirs WHERE theirs.n = asked.n
            AND theirs.person_id = asked.person AND {_AT.format("theirs")}) THEN 'assigned'
        WHEN EXISTS (SELECT FROM files JOIN public.clients_cover cover ON cover.case_id = files.id
            WHERE files.n = asked.n AND cover.person_id = asked.person AND cover.since <= asked.at
              AND least(cover.until, cover.ended_at) > asked.at) THEN 'cover'
        WHEN EXISTS (SELECT FROM public.clients_emergencyaccess opened
            JOIN whom ON whom.n = asked.n AND whom.client = opened.client_id
            WHERE opened.person_id = asked.person AND opened.began_at <= asked.at
              AND least(opened.ends_at, opened.ended_at) >= asked.at) THEN 'emergency'
        WHEN {_HELD.format(roles="'supervisor'")} AND EXISTS (
            SELECT FROM theirs JOIN public.accounts_supervision arranged
                ON arranged.supervisee_id = theirs.person_id
            WHERE theirs.n = asked.n AND theirs.accepted_at IS NOT NULL
              AND theirs.since <= asked.at AND arranged.supervisor_id = asked.person
              AND {_AT.format("arranged")}) THEN 'supervision'
        WHEN EXISTS (SELECT FROM theirs WHERE theirs.n = asked.n
            AND theirs.person_id = asked.person AND theirs.offered_at <= asked.at
            AND theirs.accepted_at IS NULL AND theirs.declined_at IS NULL
            AND (theirs.until IS NULL OR theirs.until > asked.at)) THEN 'offered'
        WHEN EXISTS (SELECT FROM theirs WHERE theirs.n = asked.n
            AND theirs.person_id = asked.person AND theirs.until <= asked.at
            AND theirs.until > asked.at - interval '7 days') THEN 'finishing'
        WHEN EXISTS (SELECT FROM public.clients_client made
            JOIN whom ON whom.n = asked.n AND whom.client = made.id
            WHERE made.created_by_id = asked.person
              AND made.created_at BETWEEN asked.at - interval '14 days' AND asked.at
        ) THEN 'offered'
        WHEN {_HELD.format(roles="'front_desk', 'privacy_officer', 'outside_reviewer'")}
            THEN 'office'
        ELSE 'none'
    END,
    CASE
        WHEN NOT EXISTS (SELECT FROM files WHERE files.n = asked.n
                AND (files.closed_at IS NULL OR files.closed_at > asked.at))
            THEN asked.at - (SELECT max(files.closed_at) FROM files WHERE files.n = asked.n)
        WHEN NOT EXISTS (SELECT FROM theirs WHERE theirs.n = asked.n
                AND theirs.person_id = asked.person
                AND (theirs.until IS NULL OR theirs.until > asked.at))
            THEN asked.at - (SELECT max(theirs.until) FROM theirs
                WHERE theirs.n = asked.n AND theirs.person_id = asked.person)
    END,
    EXISTS (SELECT FROM public.clients_sealedfile kept JOIN whom
        ON whom.n = asked.n AND whom.client = kept.client_id
        WHERE kept.person = asked.person AND {_AT.format("kept")}),
    EXISTS (SELECT FROM public.clients_shutout kept JOIN whom
        ON whom.n = asked.n AND whom.client = kept.client_id
        WHERE kept.person = asked.person AND {_AT.format("kept")}),
    ARRAY(SELECT kin.token::text FROM public.clients_kin kin
        JOIN whom ON whom.n = asked.n AND whom.client = kin.client_id)
FROM asked
"""
# who draws ordinary visits of whom: what audit_reviewed_people() answers each reviewer for themself
REVIEWERS = f"""
SELECT officer.account_id, works.account_id
FROM public.accounts_roleheld officer
JOIN public.accounts_account able ON able.id = officer.account_id AND able.is_active
JOIN public.accounts_roleheld works ON works.account_id <> officer.account_id
WHERE public.counselling_actor() = {SERVICE}
  AND officer.role IN ('privacy_officer', 'outside_reviewer')
  AND officer.since <= now() AND (officer.until IS NULL OR officer.until > now())
  AND works.since <= now() AND (works.until IS NULL OR works.until > now())
UNION
SELECT arranged.supervisor_id, arranged.supervisee_id FROM public.accounts_supervision arranged
JOIN public.accounts_account able ON able.id = arranged.supervisor_id AND able.is_active
JOIN public.accounts_roleheld held ON held.account_id = able.id AND held.role = 'supervisor'
WHERE public.counselling_actor() = {SERVICE}
  AND held.since <= now() AND (held.until IS NULL OR held.until > now())
  AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
"""
NOT_FOUND_BY = """
SELECT nobody.id FROM public.clients_client nobody
WHERE NOT EXISTS (SELECT FROM public.clients_foundby known WHERE known.client_id = nobody.id)
   OR NOT EXISTS (SELECT FROM public.clients_kin known WHERE known.client_id = nobody.id)
ORDER BY nobody.id LIMIT 200
"""
_REPLACE = (
    "CREATE OR REPLACE FUNCTION public.clients_not_found_by() RETURNS SETOF uuid LANGUAGE sql "
    "STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ {0} $body$"
)
_THEIRS = "person_id = ANY (ARRAY(SELECT public.audit_reviewed_people()))"


class Migration(migrations.Migration):
    """Tokens are written by whoever may write the name, and read by the machine alone."""

    dependencies = [("clients", "0032_kin"), ("audit", "0010_finding")]

    operations = [
        row_security(
            "clients_kin",
            select=f"{first.clients('manage')} OR {JOB}",
            insert=f"{first.clients('manage')} OR {JOB}",
            delete=f"{first.clients('manage')} OR {JOB}",
        ),
        grant("clients_kin", "SELECT, INSERT, DELETE"),
        not_in_emergency("clients_kin"),
        definer(
            "clients_around(people uuid[], clients uuid[], cases uuid[], instants timestamptz[])",
            "TABLE (n integer, relation text, ended interval, own boolean, shut_out boolean, "
            "kin text[])",
            AROUND,
        ),
        migrations.RunSQL(_REPLACE.format(NOT_FOUND_BY), _REPLACE.format(standing.NOT_FOUND_BY)),
        definer("audit_reviewers()", "TABLE (reviewer uuid, person uuid)", REVIEWERS),
        row_security(
            "audit_plannedwork",
            select=f"person_id = {ME} OR {_THEIRS} OR {ME} = {SERVICE}",
            insert=f"person_id = {ME}",
            update=f"person_id = {ME}",
        ),
        not_in_emergency("audit_plannedwork"),
    ]
