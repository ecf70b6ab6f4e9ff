"""Who sees what, as before, asked in a language that keeps its plans: PL/pgSQL.

The words of 0002 hold, level by level. A function in SQL calls the next one, and each is set up
anew for every question; here the actor and the roles are read once, a branch that cannot give
anything is not asked, and each question keeps its plan for as long as the connection lives.
"""

import importlib

from django.db import migrations

from counselling.sql import definer

before = importlib.import_module("clients.migrations.0002_row_security")
rights = importlib.import_module("counselling.accounts.migrations.0002_rights_and_questions")

SERVICE = "'00000000-0000-7000-8000-000000000001'::uuid"
NOW = before.NOW

# a body that is read when it is made needs no fixed search path, and PostgreSQL puts it in place
# of the call
ACTOR = """
CREATE OR REPLACE FUNCTION public.counselling_actor() RETURNS uuid LANGUAGE sql STABLE
RETURN nullif(current_setting('counselling.actor', true), '')::uuid;
CREATE OR REPLACE FUNCTION public.counselling_job_client() RETURNS uuid LANGUAGE sql STABLE
RETURN nullif(current_setting('counselling.job_client', true), '')::uuid
"""
OLD_ACTOR = """
CREATE OR REPLACE FUNCTION public.counselling_actor() RETURNS uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT nullif(current_setting('counselling.actor', true), '')::uuid $$;
CREATE OR REPLACE FUNCTION public.counselling_job_client() RETURNS uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT nullif(current_setting('counselling.job_client', true), '')::uuid $$
"""

# every function starts like this: who acts, and which roles they hold now
DECLARE = """
DECLARE
    me uuid := public.counselling_actor();
    roles text[];
"""
ROLES = """
    roles := ARRAY(
        SELECT held.role::text FROM public.accounts_roleheld held
        JOIN public.accounts_account account
            ON account.id = held.account_id AND account.is_active
        WHERE held.account_id = me
          AND held.since <= now() AND (held.until IS NULL OR held.until > now())
    );
"""
# cases of staff: assigned; offered; taken in by oneself and not yet anybody's; supervised
STAFF = """
    IF roles && '{counsellor,trainee}' AND level IN ('record', 'contact', 'manage') THEN
        RETURN QUERY SELECT mine.case_id FROM public.clients_assignment mine
            WHERE mine.person_id = me AND (
                mine.since <= now() AND (mine.until IS NULL OR mine.until > now())
                OR level = 'contact' AND mine.accepted_at IS NULL
                    AND mine.declined_at IS NULL AND mine.until IS NULL
            );
        IF level <> 'record' THEN
            RETURN QUERY SELECT made.id FROM public.clients_case made
                WHERE made.created_by_id = me AND NOT EXISTS (
                    SELECT FROM public.clients_assignment taken
                    WHERE taken.case_id = made.id AND taken.accepted_at IS NOT NULL
                );
        END IF;
    END IF;
    IF 'supervisor' = ANY (roles) AND level IN ('record', 'contact') THEN
        RETURN QUERY SELECT theirs.case_id FROM public.accounts_supervision arranged
            JOIN public.clients_assignment theirs ON theirs.person_id = arranged.supervisee_id
            WHERE arranged.supervisor_id = me
              AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
              AND (
                theirs.since <= now() AND (theirs.until IS NULL OR theirs.until > now())
                OR level = 'contact' AND theirs.since IS NULL
                    AND theirs.declined_at IS NULL AND theirs.until IS NULL
              );
    END IF;
"""
STAFF_CASES = f"""{DECLARE} BEGIN {ROLES} {STAFF} END"""

VISIBLE_CASES = f"""{DECLARE}
    own uuid;
BEGIN
    {ROLES}
    IF level = 'contact' AND roles && '{{front_desk,privacy_officer}}'
       OR level = 'manage' AND 'front_desk' = ANY (roles) THEN
        RETURN QUERY SELECT every.id FROM public.clients_case every;
        RETURN;
    END IF;
    {STAFF}
    IF me = {SERVICE} AND level IN ('record', 'contact') THEN
        RETURN QUERY SELECT part.case_id FROM public.clients_casemember part
            WHERE part.client_id = public.counselling_job_client() AND {NOW};
    END IF;
    IF level = 'contact' THEN
        own := public.own_client();
        IF own IS NOT NULL THEN
            RETURN QUERY SELECT part.case_id FROM public.clients_casemember part
                WHERE part.client_id = own AND {NOW};
        END IF;
    END IF;
END"""

VISIBLE_CLIENTS = f"""{DECLARE}
    own uuid;
BEGIN
    {ROLES}
    IF level = 'contact' AND roles && '{{front_desk,privacy_officer}}'
       OR level = 'consent' AND 'privacy_officer' = ANY (roles)
       OR level = 'manage' AND 'front_desk' = ANY (roles) THEN
        RETURN QUERY SELECT every.id FROM public.clients_client every;
        RETURN;
    END IF;
    IF roles && '{{counsellor,trainee,supervisor}}'
       AND level IN ('contact', 'consent', 'manage') THEN
        RETURN QUERY SELECT part.client_id FROM public.clients_casemember part
            WHERE {NOW} AND part.case_id = ANY (ARRAY(
                SELECT public.clients_staff_cases(
                    CASE level WHEN 'consent' THEN 'record' ELSE level END
                )
            ));
    END IF;
    IF level IN ('contact', 'manage') THEN
        RETURN QUERY SELECT fresh.id FROM public.clients_client fresh
            WHERE fresh.created_by_id = me AND NOT EXISTS (
                SELECT FROM public.clients_casemember part WHERE part.client_id = fresh.id
            );
    END IF;
    IF level IN ('contact', 'consent') THEN
        own := CASE me WHEN {SERVICE} THEN public.counselling_job_client()
            ELSE public.own_client() END;
        IF own IS NOT NULL THEN
            RETURN NEXT own;
        END IF;
    END IF;
END"""

OWN_CLIENT = """
DECLARE
    me uuid := public.counselling_actor();
    found uuid;
BEGIN
    SELECT own.client_id INTO found FROM public.clients_portalaccess own
    JOIN public.accounts_account account ON account.id = own.account_id AND account.is_active
    WHERE own.account_id = me;
    IF found IS NULL THEN
        SELECT link.client_id INTO found FROM public.clients_linkactor link
        WHERE link.id = me
          AND link.expires_at > now() AND link.seen_at > now() - interval '10 minutes';
    END IF;
    RETURN found;
END
"""

HAS_ROLE = """
BEGIN
    RETURN EXISTS (
        SELECT FROM public.accounts_roleheld held
        JOIN public.accounts_account account ON account.id = held.account_id
        WHERE held.account_id = public.counselling_actor()
          AND held.role = wanted AND account.is_active
          AND held.since <= now() AND (held.until IS NULL OR held.until > now())
    );
END
"""


def anew(signature: str, returns: str, body: str, old: str) -> migrations.RunSQL:
    """Give a function of 0002 another body; who may call it and what asks it stays."""
    pair = definer(signature, returns, body, "plpgsql"), definer(signature, returns, old)
    forward, backward = (
        str(one.sql).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1) for one in pair
    )
    return migrations.RunSQL(forward, backward)


class Migration(migrations.Migration):
    """The functions that nearly every policy asks."""

    dependencies = [
        ("clients", "0003_links_and_trail"),
        ("accounts", "0002_rights_and_questions"),
        ("counselling", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(ACTOR, OLD_ACTOR),
        anew("actor_has_role(wanted text)", "boolean", HAS_ROLE, rights.HAS_ROLE),
        anew("own_client()", "uuid", OWN_CLIENT, before.OWN_CLIENT),
        anew("clients_staff_cases(level text)", "SETOF uuid", STAFF_CASES, before.STAFF_CASES),
        anew(
            "visible_cases(level text DEFAULT 'record')",
            "SETOF uuid",
            VISIBLE_CASES,
            before.VISIBLE_CASES,
        ),
        anew("visible_clients(level text)", "SETOF uuid", VISIBLE_CLIENTS, before.VISIBLE_CLIENTS),
    ]
