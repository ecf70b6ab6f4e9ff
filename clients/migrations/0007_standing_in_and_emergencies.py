"""Who stands in, who comes in danger: what the visibility functions say of both.

    cover      between its dates, and while the colleague is assigned, as the colleague: every level.
               Who supervises the one who stands in sees what they see.
    emergency  an hour with one client: levels `record` and `contact` of the cases the client is in,
               and level `contact` of that client and no other. Nothing else, and nothing at all but
               in a transaction that says which access it acts in (`counselling.emergency`): so a
               page, a list, a search, a count or a print that does not say so shows no row more.

Two tables are written at level `contact`; inside an emergency they are not.
"""

import importlib

from django.db import migrations

from counselling.sql import APP, definer, grant, never_changes, policy, row_security

latest = importlib.import_module("clients.migrations.0005_writing_is_a_level")
planned = importlib.import_module("clients.migrations.0004_visibility_planned_once")
first = importlib.import_module("clients.migrations.0002_row_security")
links = importlib.import_module("clients.migrations.0003_links_and_trail")

ME = first.ME
NOW = first.NOW
JOB = "client_id = (SELECT public.clients_job_client())"

# -- cover ----------------------------------------------------------------------------------------

RUNS = """
    standing.since <= now() AND standing.until > now()
    AND (standing.ended_at IS NULL OR standing.ended_at > now())
    AND EXISTS (
        SELECT FROM public.clients_assignment owned
        WHERE owned.case_id = standing.case_id AND owned.person_id = standing.owner_id
          AND owned.since <= now() AND (owned.until IS NULL OR owned.until > now())
    )
"""
COVERED = f"""
    IF roles && '{{counsellor,trainee}}' AND level IN ('record', 'contact', 'manage', 'write') THEN
        RETURN QUERY SELECT standing.case_id FROM public.clients_cover standing
            WHERE standing.person_id = me AND {RUNS};
    END IF;
    IF 'supervisor' = ANY (roles) AND level IN ('record', 'contact') THEN
        RETURN QUERY SELECT standing.case_id FROM public.accounts_supervision arranged
            JOIN public.clients_cover standing ON standing.person_id = arranged.supervisee_id
            WHERE arranged.supervisor_id = me
              AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
              AND {RUNS};
    END IF;
"""
SUPERVISES = """
SELECT public.actor_has_role('supervisor') AND EXISTS (
    SELECT FROM public.accounts_supervision arranged
    WHERE arranged.supervisor_id = public.counselling_actor() AND arranged.supervisee_id = person
      AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
)
"""
# a case is handed over by who is assigned, or for them by who supervises them; to somebody else
# than who hands it over, who may counsel
MAY_COVER = """
SELECT EXISTS (
    SELECT FROM public.clients_assignment owned
    WHERE owned.case_id = care AND owned.person_id = owner
      AND owned.since <= now() AND (owned.until IS NULL OR owned.until > now())
  )
  AND stand_in <> owner AND stand_in <> public.counselling_actor()
  AND EXISTS (
    SELECT FROM public.accounts_roleheld held
    JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
    WHERE held.account_id = stand_in AND held.role IN ('counsellor', 'trainee')
      AND held.since <= now() AND (held.until IS NULL OR held.until > now())
  )
  AND (
    owner = public.counselling_actor() AND public.actor_has_role('counsellor')
    OR public.clients_supervises(owner)
  )
"""
COVER_MOVES = """
CREATE FUNCTION public.clients_cover_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.ended_at > OLD.until THEN
        RAISE EXCEPTION 'Cover ends once, and never later than was arranged.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER clients_cover_moves BEFORE UPDATE ON public.clients_cover
    FOR EACH ROW EXECUTE FUNCTION public.clients_cover_moves()
"""
NO_COVER_MOVES = """
DROP TRIGGER clients_cover_moves ON public.clients_cover;
DROP FUNCTION public.clients_cover_moves()
"""

# -- emergency ------------------------------------------------------------------------------------

SUSPENDED = """
SELECT EXISTS (
    SELECT FROM public.clients_emergencydecision judged
    JOIN public.clients_emergencyaccess opened ON opened.id = judged.access_id
    WHERE opened.person_id = person AND judged.kind = 'not_justified' AND NOT EXISTS (
        SELECT FROM public.clients_emergencydecision back
        WHERE back.access_id = judged.access_id AND back.kind = 'restored'
    )
) OR EXISTS (
    SELECT FROM public.clients_emergencydecision asked
    JOIN public.clients_emergencyaccess opened ON opened.id = asked.access_id
    WHERE opened.person_id = person AND asked.kind = 'asked'
      AND asked.at <= now() - interval '3 days' AND NOT EXISTS (
        SELECT FROM public.clients_emergencydecision answered
        WHERE answered.access_id = asked.access_id AND answered.kind = 'answered'
          AND answered.at >= asked.at
    )
)
"""
# a trainee never, whatever else they are
MAY_USE = """
SELECT (public.actor_has_role('counsellor') OR public.actor_has_role('supervisor')
        OR public.actor_has_role('privacy_officer'))
   AND NOT public.actor_has_role('trainee')
   AND NOT public.clients_suspended(public.counselling_actor())
"""
CURRENT = """
DECLARE
    said text := current_setting('counselling.emergency', true);
    found uuid;
BEGIN
    IF said IS NULL OR said = '' THEN
        RETURN NULL;
    END IF;
    SELECT opened.client_id INTO found FROM public.clients_emergencyaccess opened
    WHERE opened.id = said::uuid AND opened.person_id = public.counselling_actor()
      AND opened.began_at <= now() AND opened.ends_at > now() AND opened.ended_at IS NULL
      AND public.clients_may_use_emergency();
    RETURN found;
END
"""
IN_DANGER_CASES = f"""
    IF level IN ('record', 'contact') THEN
        danger := public.clients_emergency_client();
        IF danger IS NOT NULL THEN
            RETURN QUERY SELECT part.case_id FROM public.clients_casemember part
                WHERE part.client_id = danger AND {NOW};
        END IF;
    END IF;
"""
IN_DANGER_CLIENTS = """
    IF level = 'contact' THEN
        danger := public.clients_emergency_client();
        IF danger IS NOT NULL THEN
            RETURN NEXT danger;
        END IF;
    END IF;
"""
# by reference, or by name and birth date; nobody if two could be meant
FIND = f"""
DECLARE
    found uuid[];
BEGIN
    IF NOT public.clients_may_use_emergency() THEN
        RETURN NULL;
    END IF;
    found := ARRAY(
        SELECT named.id FROM public.clients_client named WHERE named.reference = ANY (refs)
        UNION
        SELECT part.client_id FROM public.clients_case care
        JOIN public.clients_casemember part ON part.case_id = care.id AND {NOW}
        WHERE care.reference = ANY (refs)
        UNION
        SELECT known.client_id FROM public.clients_foundby known WHERE known.token = ANY (tokens)
        LIMIT 2
    );
    RETURN CASE WHEN cardinality(found) = 1 THEN found[1] END;
END
"""
# who reviews: privacy officers, and who supervises the counsellor whose client it is; never oneself
TO_REVIEW = """
SELECT opened.id FROM public.clients_emergencyaccess opened
WHERE opened.person_id <> public.counselling_actor() AND (
    public.actor_has_role('privacy_officer')
    OR public.actor_has_role('supervisor') AND EXISTS (
        SELECT FROM public.clients_casemember part
        JOIN public.clients_assignment theirs ON theirs.case_id = part.case_id
        JOIN public.accounts_supervision arranged ON arranged.supervisee_id = theirs.person_id
        WHERE part.client_id = opened.client_id
          AND part.since <= opened.began_at AND (part.until IS NULL OR part.until > opened.began_at)
          AND theirs.since <= opened.began_at
          AND (theirs.until IS NULL OR theirs.until > opened.began_at)
          AND arranged.supervisor_id = public.counselling_actor()
          AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
    )
)
"""
# the same, told to the machine that writes to them
REVIEWERS = """
SELECT held.account_id FROM public.accounts_roleheld held
JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
JOIN public.clients_emergencyaccess opened ON opened.id = access
    AND opened.client_id = public.clients_job_client() AND opened.person_id <> held.account_id
WHERE held.since <= now() AND (held.until IS NULL OR held.until > now()) AND (
    held.role = 'privacy_officer'
    OR held.role = 'supervisor' AND EXISTS (
        SELECT FROM public.clients_casemember part
        JOIN public.clients_assignment theirs ON theirs.case_id = part.case_id
        JOIN public.accounts_supervision arranged ON arranged.supervisee_id = theirs.person_id
        WHERE part.client_id = opened.client_id
          AND part.since <= opened.began_at AND (part.until IS NULL OR part.until > opened.began_at)
          AND theirs.since <= opened.began_at
          AND (theirs.until IS NULL OR theirs.until > opened.began_at)
          AND arranged.supervisor_id = held.account_id
          AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
    )
)
"""
USES = """
SELECT count(*)::integer FROM public.clients_emergencyaccess other
JOIN public.clients_emergencyaccess opened ON opened.id = access
    AND opened.client_id = public.clients_job_client()
WHERE other.person_id = opened.person_id AND other.began_at <= opened.began_at
  AND other.began_at > opened.began_at - interval '24 hours'
"""
CARED_FOR = f"""
SELECT part.client_id FROM public.clients_casemember part
WHERE {NOW} AND part.case_id = ANY (ARRAY(SELECT public.clients_staff_cases('write')))
"""
# what was opened in the hour, for who reviews it: ids and codes out of the log
OPENED = """
SELECT e.recorded, e.kind FROM public.audit_event e
JOIN public.clients_emergencyaccess opened ON opened.id = access
WHERE opened.id = ANY (ARRAY(SELECT public.clients_emergencies_to_review()))
  AND e.client = opened.client_id AND e.actor = opened.person_id AND e.outcome = 'ok'
  AND e.recorded BETWEEN opened.began_at AND opened.ends_at
ORDER BY e.recorded LIMIT 500
"""
DUE = """
SELECT opened.client_id, opened.id FROM public.clients_emergencyaccess opened
WHERE opened.alerted_at IS NULL
   OR opened.letter_at IS NULL AND opened.told_at <= now()
   OR opened.escalated_at IS NULL AND opened.began_at <= now() - interval '5 days' AND NOT EXISTS (
        SELECT FROM public.clients_emergencydecision said
        WHERE said.access_id = opened.id AND said.kind IN ('justified', 'not_justified')
   )
ORDER BY opened.began_at LIMIT 200
"""
NOT_FOUND_BY = """
SELECT nobody.id FROM public.clients_client nobody
WHERE NOT EXISTS (SELECT FROM public.clients_foundby known WHERE known.client_id = nobody.id)
ORDER BY nobody.id LIMIT 200
"""
MOVES = """
CREATE FUNCTION public.clients_emergency_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF (NEW.client_id, NEW.person_id, NEW.reason, NEW.began_at, NEW.ends_at)
           IS DISTINCT FROM (OLD.client_id, OLD.person_id, OLD.reason, OLD.began_at, OLD.ends_at)
       OR OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at
       OR NEW.told_at < OLD.told_at
       OR OLD.released_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM OLD.released_at THEN
        RAISE EXCEPTION 'An emergency access ends once, and says what it said.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER clients_emergency_moves BEFORE UPDATE ON public.clients_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION public.clients_emergency_moves();
CREATE TRIGGER clients_emergency_stays BEFORE DELETE ON public.clients_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION
    public.counselling_refuse_change('An emergency access stays.');
CREATE TRIGGER clients_emergency_never_emptied BEFORE TRUNCATE ON public.clients_emergencyaccess
    FOR EACH STATEMENT EXECUTE FUNCTION
    public.counselling_refuse_change('An emergency access stays.');
CREATE FUNCTION public.clients_emergency_decides() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    opened public.clients_emergencyaccess;
BEGIN
    SELECT * INTO opened FROM public.clients_emergencyaccess one
        WHERE one.id = NEW.access_id FOR UPDATE;
    IF opened.client_id IS DISTINCT FROM NEW.client_id THEN
        RAISE EXCEPTION 'A decision is about the client of its access.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.kind = 'postponed' THEN
        IF opened.told_at <= now() OR NEW.until <= opened.told_at
           OR NEW.until > opened.began_at + interval '60 days' THEN
            RAISE EXCEPTION 'Telling the client cannot be put off to then.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        UPDATE public.clients_emergencyaccess SET told_at = NEW.until WHERE id = opened.id;
    ELSIF NEW.kind = 'released' THEN
        UPDATE public.clients_emergencyaccess SET released_at = NEW.at WHERE id = opened.id;
    ELSIF NEW.kind = 'not_justified' THEN
        UPDATE public.clients_emergencyaccess SET ended_at = greatest(NEW.at, began_at)
            WHERE person_id = opened.person_id AND ended_at IS NULL AND ends_at > NEW.at;
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.clients_emergency_decides() FROM PUBLIC;
CREATE TRIGGER clients_emergency_decides BEFORE INSERT ON public.clients_emergencydecision
    FOR EACH ROW EXECUTE FUNCTION public.clients_emergency_decides()
"""
NO_MOVES = """
DROP TRIGGER clients_emergency_moves ON public.clients_emergencyaccess;
DROP TRIGGER clients_emergency_stays ON public.clients_emergencyaccess;
DROP TRIGGER clients_emergency_never_emptied ON public.clients_emergencyaccess;
DROP TRIGGER clients_emergency_decides ON public.clients_emergencydecision;
DROP FUNCTION public.clients_emergency_moves(), public.clients_emergency_decides()
"""
TO_REVIEW_HERE = "= ANY (ARRAY(SELECT public.clients_emergencies_to_review()))"
CARED_FOR_HERE = "client_id = ANY (ARRAY(SELECT public.clients_cared_for()))"
OWN_ACCESS = (
    "access_id IN (SELECT own.id FROM public.clients_emergencyaccess own "
    f"WHERE own.person_id = {ME})"
)
IN_EMERGENCY = "(SELECT public.clients_emergency_client())"
THIS_ACCESS = "nullif(current_setting('counselling.emergency', true), '')::uuid"

# -- what the client does not see yet -------------------------------------------------------------

# every event of somebody's hour with the file, and every event about that access, until the client
# is told; counted, listed and printed pages ask this one policy
UNTOLD = """
SELECT EXISTS (
    SELECT FROM public.clients_emergencyaccess opened
    WHERE opened.client_id = public.portal_client() AND opened.told_at > now()
)
"""
HIDDEN = """
SELECT EXISTS (
    SELECT FROM public.clients_emergencyaccess opened
    WHERE opened.client_id = public.portal_client() AND opened.told_at > now()
      AND (opened.id = about OR opened.person_id = who
           AND instant BETWEEN opened.began_at AND opened.ends_at)
)
"""
TRAIL = """
    actor = ANY (ARRAY(SELECT public.clients_read_actors()))
    OR (SELECT public.actor_has_role('privacy_officer'))
    OR (SELECT public.portal_client()) IS NOT NULL
        AND (client = (SELECT public.portal_client())
             OR clients @> ARRAY[(SELECT public.portal_client())])
        AND (NOT (SELECT public.clients_untold())
             OR NOT public.clients_hidden_event(
                 (payload::json ->> 'row')::uuid, actor, recorded))
    OR client IS NULL AND case_id IS NULL AND clients IS NULL
        AND (SELECT public.actor_has_role('administrator'))
"""
OLD_TRAIL = links.TRAIL.partition("USING (")[2].rpartition(")")[0]

# -- the functions that nearly every policy asks --------------------------------------------------

STAFF_CASES = f"{planned.DECLARE} BEGIN {planned.ROLES} {latest.STAFF} {COVERED} END"
VISIBLE_CASES = (
    latest.VISIBLE_CASES.replace(latest.STAFF, latest.STAFF + COVERED)
    .replace("    own uuid;\n", "    own uuid;\n    danger uuid;\n", 1)
    .rpartition("END")[0]
    + IN_DANGER_CASES
    + "END"
)
VISIBLE_CLIENTS = (
    planned.VISIBLE_CLIENTS.replace(
        "    own uuid;\n", "    own uuid;\n    danger uuid;\n", 1
    ).rpartition("END")[0]
    + IN_DANGER_CLIENTS
    + "END"
)
# what ends links and drops letters, it does not inside an emergency
END_LINKS = links.END_LINKS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1).replace(
    "BEGIN\n", "BEGIN\n    IF public.clients_emergency_client() IS NOT NULL THEN\n"
    "        RAISE EXCEPTION 'An emergency is for reading.'\n"
    "            USING ERRCODE = 'insufficient_privilege';\n    END IF;\n", 1,
)  # fmt: skip
OLD_END_LINKS = links.END_LINKS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


def anew(signature: str, returns: str, body: str, old: str) -> migrations.RunSQL:
    """Give a function another body; who may call it and what asks it stays."""
    forward, backward = (
        str(definer(signature, returns, one, "plpgsql").sql).replace(
            "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
        )
        for one in (body, old)
    )
    return migrations.RunSQL(forward, backward)


def only_reading(table: str, command: str) -> migrations.RunSQL:
    """Refuse a command on a table inside an emergency, whatever else would allow it."""
    clause = "WITH CHECK" if command == "insert" else "USING"
    return migrations.RunSQL(
        f"CREATE POLICY {table}_{command}_no_emergency ON public.{table} AS RESTRICTIVE "
        f"FOR {command.upper()} TO {APP} {clause} ({IN_EMERGENCY} IS NULL)",
        f"DROP POLICY {table}_{command}_no_emergency ON public.{table}",
    )


class Migration(migrations.Migration):
    """Deny when unknown: without the setting, the role, the row, the hour, there is nothing."""

    dependencies = [("clients", "0006_cover_and_emergency")]

    operations = [
        # cover
        definer("clients_supervises(person uuid)", "boolean", SUPERVISES),
        definer("clients_may_cover(care uuid, owner uuid, stand_in uuid)", "boolean", MAY_COVER),
        migrations.RunSQL(COVER_MOVES, NO_COVER_MOVES),
        row_security(
            "clients_cover",
            select=f"{ME} IN (owner_id, person_id, arranged_by_id) OR {first.cases('contact')}",
            insert=f"arranged_by_id = {ME} AND ended_at IS NULL "
            "AND public.clients_may_cover(case_id, owner_id, person_id)",
            update=f"{ME} IN (owner_id, person_id, arranged_by_id) "
            "OR public.clients_supervises(owner_id)",
        ),
        grant("clients_cover", "SELECT, INSERT, UPDATE (ended_at)"),
        # emergency
        definer("clients_suspended(person uuid)", "boolean", SUSPENDED),
        definer("clients_may_use_emergency()", "boolean", MAY_USE),
        definer("clients_emergency_client()", "uuid", CURRENT, "plpgsql"),
        definer("clients_find_in_emergency(refs text[], tokens text[])", "uuid", FIND, "plpgsql"),
        definer("clients_emergencies_to_review()", "SETOF uuid", TO_REVIEW),
        definer("clients_emergency_reviewers(access uuid)", "SETOF uuid", REVIEWERS),
        definer("clients_emergency_uses(access uuid)", "integer", USES),
        definer("clients_cared_for()", "SETOF uuid", CARED_FOR),
        definer(
            "clients_emergency_opened(access uuid)",
            "TABLE (recorded timestamptz, kind text)",
            OPENED,
        ),
        definer("clients_due_emergencies()", "TABLE (client_id uuid, id uuid)", DUE),
        definer("clients_not_found_by()", "SETOF uuid", NOT_FOUND_BY),
        migrations.RunSQL(MOVES, NO_MOVES),
        never_changes("clients_emergencydecision", "decision about an emergency access"),
        never_changes("clients_emergencynote", "note left in an emergency"),
        row_security(
            "clients_emergencyaccess",
            select=f"person_id = {ME} OR id {TO_REVIEW_HERE} OR {CARED_FOR_HERE} OR {JOB} "
            "OR client_id = (SELECT public.portal_client()) AND told_at <= now()",
            insert=f"person_id = {ME} AND began_at <= now() AND ended_at IS NULL "
            "AND told_at = began_at + interval '24 hours' AND released_at IS NULL "
            "AND alerted_at IS NULL AND letter_at IS NULL AND escalated_at IS NULL "
            "AND public.clients_may_use_emergency()",
            update=f"person_id = {ME} OR {JOB}",
        ),
        grant(
            "clients_emergencyaccess",
            "SELECT, INSERT, UPDATE (ended_at, alerted_at, letter_at, escalated_at)",
        ),
        row_security(
            "clients_emergencynote",
            select=f"access_id {TO_REVIEW_HERE} OR {CARED_FOR_HERE} OR client_id = {IN_EMERGENCY}",
            insert=f"client_id = {IN_EMERGENCY} AND access_id = {THIS_ACCESS}",
        ),
        grant("clients_emergencynote", "SELECT, INSERT"),
        row_security(
            "clients_emergencydecision",
            select=f"access_id {TO_REVIEW_HERE} OR {OWN_ACCESS} OR {JOB}",
            insert=f"by_id = {ME} AND CASE WHEN kind = 'answered' THEN {OWN_ACCESS} "
            f"ELSE access_id {TO_REVIEW_HERE} END",
        ),
        grant("clients_emergencydecision", "SELECT, INSERT"),
        row_security(
            "clients_foundby",
            select=f"{first.clients('manage')} OR {JOB}",
            insert=f"{first.clients('manage')} OR {JOB}",
            delete=f"{first.clients('manage')} OR {JOB}",
        ),
        grant("clients_foundby", "SELECT, INSERT, DELETE"),
        # the client is told later
        definer("clients_untold()", "boolean", UNTOLD),
        definer(
            "clients_hidden_event(about uuid, who uuid, instant timestamptz)", "boolean", HIDDEN
        ),
        policy("audit_event", "select", TRAIL, OLD_TRAIL),
        # who sees what
        anew(
            "clients_staff_cases(level text)",
            "SETOF uuid",
            STAFF_CASES,
            latest.STAFF_CASES,
        ),
        anew(
            "visible_cases(level text DEFAULT 'record')",
            "SETOF uuid",
            VISIBLE_CASES,
            latest.VISIBLE_CASES,
        ),
        anew("visible_clients(level text)", "SETOF uuid", VISIBLE_CLIENTS, planned.VISIBLE_CLIENTS),
        # an emergency is for reading
        only_reading("clients_message", "insert"),
        migrations.RunSQL(END_LINKS, OLD_END_LINKS),
    ]
