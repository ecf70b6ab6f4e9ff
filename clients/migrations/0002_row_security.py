"""Who sees which client and which case, said once, and the policies of the tables of care.

Levels of `visible_cases`:   record   assigned and accepted, between the dates; their supervisor;
                                      a job for the case's client
                             contact  also: offered, taken in by oneself and not yet anybody's,
                                      front desk, privacy officer, the client's own
                             manage   assigned, taken in by oneself and not yet anybody's, front desk
Levels of `visible_clients`: contact  who takes part in those cases now, and oneself
                             consent  the same without front desk and without merely offered cases
                             manage   whose details and cases the actor may change
A level that is not known shows nothing. A part in a case counts between its dates: who has left is
out of sight, and what was done in the case stays with the case.
"""

from django.db import migrations

from counselling.sql import definer, grant, never_changes, row_security

SERVICE = "'00000000-0000-7000-8000-000000000001'::uuid"
ME = "(SELECT public.counselling_actor())"

# a part in a case counts between its dates, for every question below
NOW = "part.since <= now() AND (part.until IS NULL OR part.until > now())"
TAKES_PART = """
SELECT EXISTS (
    SELECT FROM public.clients_casemember part
    WHERE part.case_id = care AND part.client_id = person
      AND part.since <= instant AND (part.until IS NULL OR part.until > instant)
)
"""

# the client whose own sign-in, or whose passed link, is acting; an account that ended shows nothing
PORTAL_CLIENT = """
SELECT own.client_id FROM public.clients_portalaccess own
JOIN public.accounts_account account ON account.id = own.account_id AND account.is_active
WHERE own.account_id = public.counselling_actor()
"""
OWN_CLIENT = """
SELECT public.portal_client() WHERE public.portal_client() IS NOT NULL
UNION ALL
SELECT link.client_id FROM public.clients_linkactor link
WHERE link.id = public.counselling_actor()
  AND link.expires_at > now() AND link.seen_at > now() - interval '10 minutes'
LIMIT 1
"""
LINK_ROW = """
SELECT link.row FROM public.clients_linkactor link
WHERE link.id = public.counselling_actor()
  AND link.expires_at > now() AND link.seen_at > now() - interval '10 minutes'
"""

# counselling roles are asked again here, so that a role that ended acts at once
ASSIGNED = """
SELECT mine.case_id FROM public.clients_assignment mine
WHERE mine.person_id = public.counselling_actor()
  AND mine.since <= now() AND (mine.until IS NULL OR mine.until > now())
  AND (public.actor_has_role('counsellor') OR public.actor_has_role('trainee'))
"""
STAFF_CASES = """
SELECT public.clients_assigned() WHERE level IN ('record', 'contact', 'manage')
UNION
SELECT theirs.case_id FROM public.accounts_supervision arranged
JOIN public.clients_assignment theirs ON theirs.person_id = arranged.supervisee_id
WHERE arranged.supervisor_id = public.counselling_actor()
  AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
  AND public.actor_has_role('supervisor')
  AND (
    level IN ('record', 'contact')
        AND theirs.since <= now() AND (theirs.until IS NULL OR theirs.until > now())
    OR level = 'contact'
        AND theirs.since IS NULL AND theirs.declined_at IS NULL AND theirs.until IS NULL
  )
UNION
SELECT offered.case_id FROM public.clients_assignment offered
WHERE level = 'contact' AND offered.person_id = public.counselling_actor()
  AND offered.accepted_at IS NULL AND offered.declined_at IS NULL AND offered.until IS NULL
  AND (public.actor_has_role('counsellor') OR public.actor_has_role('trainee'))
UNION
SELECT made.id FROM public.clients_case made
WHERE level IN ('contact', 'manage') AND made.created_by_id = public.counselling_actor()
  AND NOT EXISTS (
    SELECT FROM public.clients_assignment taken
    WHERE taken.case_id = made.id AND taken.accepted_at IS NOT NULL
  )
  AND (public.actor_has_role('counsellor') OR public.actor_has_role('trainee'))
"""
SEES_ALL = """
SELECT CASE level
    WHEN 'contact' THEN public.actor_has_role('front_desk')
        OR public.actor_has_role('privacy_officer')
    WHEN 'consent' THEN public.actor_has_role('privacy_officer')
    WHEN 'manage' THEN public.actor_has_role('front_desk')
    ELSE false
END
"""
JOB_CLIENT = f"""
SELECT public.counselling_job_client() WHERE public.counselling_actor() = {SERVICE}
"""

VISIBLE_CASES = f"""
SELECT public.clients_staff_cases(level)
UNION
SELECT part.case_id FROM public.clients_casemember part
WHERE level IN ('record', 'contact') AND part.client_id = public.clients_job_client()
  AND {NOW}
UNION
SELECT part.case_id FROM public.clients_casemember part
WHERE level = 'contact' AND part.client_id = public.own_client() AND {NOW}
UNION
SELECT every.id FROM public.clients_case every
WHERE level <> 'consent' AND public.clients_sees_all(level)
"""
# members come from the cases of staff only: a couple or family never see each other through a case
VISIBLE_CLIENTS = f"""
SELECT part.client_id FROM public.clients_casemember part
WHERE level IN ('contact', 'consent', 'manage') AND {NOW} AND part.case_id = ANY (ARRAY(
    SELECT public.clients_staff_cases(CASE level WHEN 'consent' THEN 'record' ELSE level END)
))
UNION
SELECT own.id FROM (VALUES (public.own_client()), (public.clients_job_client())) own (id)
WHERE level IN ('contact', 'consent') AND own.id IS NOT NULL
UNION
SELECT fresh.id FROM public.clients_client fresh
WHERE level IN ('contact', 'manage') AND fresh.created_by_id = public.counselling_actor()
  AND NOT EXISTS (SELECT FROM public.clients_casemember part WHERE part.client_id = fresh.id)
UNION
SELECT every.id FROM public.clients_client every WHERE public.clients_sees_all(level)
"""

# whom somebody already cares for, or took in and nobody else has ever cared for: only these may
# come into a case of one's own, so that nobody assigns themselves a hidden client
KNOWS = f"""
SELECT EXISTS (
    SELECT FROM public.clients_casemember part
    WHERE part.client_id = person AND {NOW}
      AND part.case_id = ANY (ARRAY(SELECT public.clients_assigned()))
) OR EXISTS (
    SELECT FROM public.clients_client taken_in
    WHERE taken_in.id = person AND taken_in.created_by_id = public.counselling_actor()
) AND NOT EXISTS (
    SELECT FROM public.clients_casemember part
    JOIN public.clients_assignment other ON other.case_id = part.case_id
    WHERE part.client_id = person AND other.accepted_at IS NOT NULL
      AND other.person_id <> public.counselling_actor()
)
"""
MAY_JOIN = """
SELECT care = ANY (ARRAY(SELECT public.visible_cases('manage'))) AND (
    public.clients_knows(person)
    OR public.actor_has_role('front_desk') AND NOT EXISTS (
        SELECT FROM public.clients_assignment mine
        WHERE mine.case_id = care AND mine.person_id = public.counselling_actor()
          AND mine.declined_at IS NULL AND mine.until IS NULL
    )
)
"""
MAY_OFFER = """
SELECT care = ANY (ARRAY(SELECT public.visible_cases('manage')))
  AND (public.actor_has_role('front_desk') OR public.actor_has_role('counsellor'))
  AND EXISTS (
    SELECT FROM public.accounts_roleheld held
    JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
    WHERE held.account_id = person AND held.role = in_capacity
      AND held.since <= now() AND (held.until IS NULL OR held.until > now())
  )
  AND (
    person <> public.counselling_actor()
    OR EXISTS (
        SELECT FROM public.clients_case made
        JOIN public.clients_casemember part ON part.case_id = made.id
        WHERE made.id = care AND made.created_by_id = person
    ) AND NOT EXISTS (
        SELECT FROM public.clients_casemember part
        WHERE part.case_id = care AND NOT public.clients_knows(part.client_id)
    )
  )
"""
IS_CLIENT_ACCOUNT = """
SELECT EXISTS (
    SELECT FROM public.accounts_account account
    WHERE account.id = person AND account.kind = 'client'
)
"""

# what was answered or ended stays so; only who was offered a case accepts or declines it; closing
# a case ends its assignments and offers, whoever closes it
MOVES = """
CREATE FUNCTION public.clients_assignment_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF OLD.until IS NOT NULL OR OLD.declined_at IS NOT NULL
       OR OLD.accepted_at IS NOT NULL AND (
           NEW.accepted_at IS DISTINCT FROM OLD.accepted_at
           OR NEW.since IS DISTINCT FROM OLD.since OR NEW.declined_at IS NOT NULL
       ) THEN
        RAISE EXCEPTION 'An answered or ended assignment stays as it is.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.accepted_at IS NULL AND (NEW.accepted_at IS NOT NULL OR NEW.declined_at IS NOT NULL)
       AND public.counselling_actor() IS DISTINCT FROM OLD.person_id THEN
        RAISE EXCEPTION 'Only who was offered a case accepts or declines it.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE FUNCTION public.clients_member_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF OLD.until IS NOT NULL THEN
        RAISE EXCEPTION 'A part in a case that ended stays ended.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE FUNCTION public.clients_case_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF OLD.state = 'closed' THEN
        RAISE EXCEPTION 'A closed case stays closed; coming back starts a new one.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE FUNCTION public.clients_case_closes() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    UPDATE public.clients_assignment SET until = greatest(NEW.closed_at, offered_at)
    WHERE case_id = NEW.id AND until IS NULL AND declined_at IS NULL;
    RETURN NULL;
END $body$;
REVOKE ALL ON FUNCTION public.clients_case_closes() FROM PUBLIC;
CREATE TRIGGER clients_case_closes AFTER UPDATE OF state ON public.clients_case
    FOR EACH ROW WHEN (NEW.state = 'closed')
    EXECUTE FUNCTION public.clients_case_closes();
CREATE TRIGGER clients_assignment_moves BEFORE UPDATE ON public.clients_assignment
    FOR EACH ROW EXECUTE FUNCTION public.clients_assignment_moves();
CREATE TRIGGER clients_member_moves BEFORE UPDATE ON public.clients_casemember
    FOR EACH ROW EXECUTE FUNCTION public.clients_member_moves();
CREATE TRIGGER clients_case_moves BEFORE UPDATE ON public.clients_case
    FOR EACH ROW EXECUTE FUNCTION public.clients_case_moves()
"""
NO_MOVES = """
DROP TRIGGER clients_assignment_moves ON public.clients_assignment;
DROP TRIGGER clients_member_moves ON public.clients_casemember;
DROP TRIGGER clients_case_moves ON public.clients_case;
DROP TRIGGER clients_case_closes ON public.clients_case;
DROP FUNCTION public.clients_assignment_moves(), public.clients_member_moves(),
    public.clients_case_moves(), public.clients_case_closes()
"""


def role(*names: str) -> str:
    """Write that the actor holds one of the roles."""
    return "(" + " OR ".join(f"(SELECT public.actor_has_role('{name}'))" for name in names) + ")"


def clients(level: str, column: str = "client_id") -> str:
    """Write that the client is visible at a level, in the form the planner asks once per query."""
    return f"{column} = ANY (ARRAY(SELECT public.visible_clients('{level}')))"


def cases(level: str, column: str = "case_id") -> str:
    """Write that the case is visible at a level."""
    return f"{column} = ANY (ARRAY(SELECT public.visible_cases('{level}')))"


class Migration(migrations.Migration):
    """Python never repeats who sees which row."""

    dependencies = [
        ("clients", "0001_initial"),
        ("accounts", "0002_rights_and_questions"),
        ("counselling", "0001_initial"),
    ]

    operations = [
        definer("portal_client()", "uuid", PORTAL_CLIENT),
        definer("own_client()", "uuid", OWN_CLIENT),
        definer("link_row()", "uuid", LINK_ROW),
        definer("clients_job_client()", "uuid", JOB_CLIENT),
        definer("clients_assigned()", "SETOF uuid", ASSIGNED),
        definer("clients_staff_cases(level text)", "SETOF uuid", STAFF_CASES),
        definer("clients_sees_all(level text)", "boolean", SEES_ALL),
        definer("visible_cases(level text DEFAULT 'record')", "SETOF uuid", VISIBLE_CASES),
        definer("visible_clients(level text)", "SETOF uuid", VISIBLE_CLIENTS),
        definer(
            "clients_takes_part(care uuid, person uuid, instant timestamptz)", "boolean", TAKES_PART
        ),
        definer("clients_knows(person uuid)", "boolean", KNOWS),
        definer("clients_may_join(care uuid, person uuid)", "boolean", MAY_JOIN),
        definer(
            "clients_may_offer(care uuid, person uuid, in_capacity text)", "boolean", MAY_OFFER
        ),
        definer("clients_is_client_account(person uuid)", "boolean", IS_CLIENT_ACCOUNT),
        migrations.RunSQL(MOVES, NO_MOVES),
        never_changes("clients_casechange", "change of a case"),
        row_security(
            "clients_client",
            select=clients("contact", "id"),
            insert=f"created_by_id = {ME} AND {role('front_desk', 'counsellor')}",
            update=clients("manage", "id"),
        ),
        row_security(
            "clients_contactcard",
            select=clients("contact"),
            insert=clients("manage"),
            update=clients("manage"),
        ),
        row_security(
            "clients_case",
            select=cases("contact", "id"),
            insert=f"created_by_id = {ME} AND state = 'enquiry' "
            f"AND {role('front_desk', 'counsellor', 'trainee')}",
            update=cases("manage", "id"),
        ),
        row_security(
            "clients_casechange",
            select=cases("contact"),
            insert=f"by_id = {ME} AND {cases('manage')}",
        ),
        row_security(
            "clients_casemember",
            # who cares for a case still sees that somebody left it, and not who that was
            select=f"{cases('contact')} AND ({clients('contact')} OR "
            "case_id = ANY (ARRAY(SELECT public.clients_staff_cases('contact'))))",
            insert="public.clients_may_join(case_id, client_id)",
            update=cases("manage"),
        ),
        row_security(
            "clients_assignment",
            select=cases("contact"),
            insert=f"offered_by_id = {ME} AND accepted_at IS NULL AND declined_at IS NULL "
            "AND until IS NULL AND public.clients_may_offer(case_id, person_id, capacity)",
            update=f"person_id = {ME} OR {cases('manage')} "
            f"AND ({role('front_desk')} OR offered_by_id = {ME})",
        ),
        row_security(
            "clients_portalaccess",
            select=f"account_id = {ME} OR {clients('contact')}",
            insert=f"given_by_id = {ME} AND {clients('manage')} "
            "AND public.clients_is_client_account(account_id)",
        ),
        row_security(
            "clients_message",
            select=clients("contact"),
            insert=f"queued_by = {ME} AND {clients('contact')}",
            update=f"client_id = (SELECT public.clients_job_client()) OR {clients('manage')}",
        ),
        grant("clients_client", "SELECT, INSERT, UPDATE (language, identity, contact)"),
        grant("clients_contactcard", "SELECT, INSERT, UPDATE (card, answered_at, updated_at)"),
        grant("clients_case", "SELECT, INSERT, UPDATE (state, closed_at)"),
        grant("clients_casechange", "SELECT, INSERT"),
        grant("clients_casemember", "SELECT, INSERT, UPDATE (until)"),
        grant(
            "clients_assignment",
            "SELECT, INSERT, UPDATE (accepted_at, declined_at, since, until)",
        ),
        grant("clients_portalaccess", "SELECT, INSERT"),
        grant(
            "clients_message",
            "SELECT, INSERT, UPDATE (content, state, attempts, due_at, sent_at)",
        ),
    ]
