"""Who may not open a file, said where it is said who may: it beats every role (AC-12).

    shut out  by the client's word, or their own file: no case they are in, nothing of them, at any
              level. A group stays with who leads it; who shut them out has left that group.
    sealed    what comes by role is not there: front desk, privacy officer, supervision. What comes
              by name is: assigned, offered, standing in, taken in by oneself and not yet anybody's,
              let in. Where nobody is assigned, privacy officers see it, to find somebody.

An emergency goes past the first and the second, and is a finding; nobody opens their own file so.
Who is kept out is told by no function that the application may ask; what they ask finds nothing.
The body of each function is written out here as it holds from now on.
"""

import importlib

from django.db import migrations

from counselling.sql import APP, definer, grant, not_in_emergency, row_security

first = importlib.import_module("clients.migrations.0002_row_security")
planned = importlib.import_module("clients.migrations.0004_visibility_planned_once")
standing = importlib.import_module("clients.migrations.0007_standing_in_and_emergencies")
guarded = importlib.import_module("clients.migrations.0013_guardians_in_force")
outside = importlib.import_module("clients.migrations.0024_reviewed_from_outside")

ME, NOW = first.ME, first.NOW
SERVICE = first.SERVICE

# -- what only functions of the owner ask ----------------------------------------------------------

KEPT = """
    SELECT said.client_id FROM public.clients_shutout said
    WHERE said.person = {0} AND said.until IS NULL
    UNION ALL
    SELECT theirs.client_id FROM public.clients_sealedfile theirs
    WHERE theirs.person = {0} AND theirs.until IS NULL
"""
KEEPS_OUT = f"SELECT client IN ({KEPT.format('somebody')})"
# a group goes on without who left it
CASES_WITH = """
SELECT part.case_id FROM public.clients_casemember part
JOIN public.clients_case theirs ON theirs.id = part.case_id
WHERE part.client_id = ANY (clients)
  AND (theirs.kind <> 'group' OR part.until IS NULL OR part.until > now())
"""
CASE_KEEPS_OUT = f"""
SELECT EXISTS (
    SELECT FROM public.clients_casemember part
    JOIN public.clients_case theirs ON theirs.id = part.case_id
    WHERE part.case_id = care AND part.client_id IN ({KEPT.format("somebody")})
      AND (theirs.kind <> 'group' OR part.until IS NULL OR part.until > now())
)
"""
SEALED_AWAY = """
SELECT kept.client_id FROM public.clients_sealedfile kept
WHERE kept.until IS NULL AND NOT EXISTS (
    SELECT FROM public.clients_letin let
    WHERE let.client_id = kept.client_id AND let.until IS NULL
      AND let.person = public.counselling_actor()
) AND NOT (public.actor_has_role('privacy_officer') AND NOT EXISTS (
    SELECT FROM public.clients_casemember part
    JOIN public.clients_assignment cares ON cares.case_id = part.case_id
    WHERE part.client_id = kept.client_id AND cares.accepted_at IS NOT NULL
      AND (cares.until IS NULL OR cares.until > now())
))
"""
CASES_AWAY = f"""
SELECT public.clients_cases_with(ARRAY(
    {KEPT.format("public.counselling_actor()")} UNION ALL SELECT public.clients_sealed_away()
))
"""

# -- who sees which case ---------------------------------------------------------------------------

ACTOR = f"""
DECLARE
    me uuid := public.counselling_actor();
    roles text[];
    own uuid;
    danger uuid;
    kept uuid[];
    shut uuid[] := '{{}}';
    away uuid[] := '{{}}';
BEGIN
    {planned.ROLES}
    IF roles <> '{{}}' THEN
        kept := ARRAY({KEPT.format("me")});
        IF roles && '{{front_desk,privacy_officer,supervisor}}' THEN
            away := ARRAY(SELECT public.clients_sealed_away());
        END IF;
"""
# by name: only who is shut out is out; by role: nor is what is sealed there
HIDDEN_CASES = """
        IF kept <> '{}' THEN
            shut := ARRAY(SELECT public.clients_cases_with(kept));
        END IF;
        IF away <> '{}' THEN
            away := ARRAY(SELECT public.clients_cases_with(away));
        END IF;
        away := away || shut;
    END IF;
"""
RUNS = standing.RUNS
STAFF = f"""
    IF roles && '{{counsellor,trainee}}' AND level IN ('record', 'contact', 'manage', 'write') THEN
        RETURN QUERY SELECT mine.case_id FROM public.clients_assignment mine
            WHERE mine.person_id = me AND mine.case_id <> ALL (shut) AND (
                mine.since <= now() AND (mine.until IS NULL OR mine.until > now())
                OR level = 'contact' AND mine.accepted_at IS NULL
                    AND mine.declined_at IS NULL AND mine.until IS NULL
            );
        RETURN QUERY SELECT standing.case_id FROM public.clients_cover standing
            WHERE standing.person_id = me AND standing.case_id <> ALL (shut) AND {RUNS};
    END IF;
    IF roles && '{{counsellor,trainee,front_desk}}' AND level IN ('contact', 'manage') THEN
        RETURN QUERY SELECT made.id FROM public.clients_case made
            WHERE made.created_by_id = me AND made.id <> ALL (shut) AND NOT EXISTS (
                SELECT FROM public.clients_assignment taken
                WHERE taken.case_id = made.id AND taken.accepted_at IS NOT NULL
            );
    END IF;
    IF 'supervisor' = ANY (roles) AND level IN ('record', 'contact') THEN
        RETURN QUERY SELECT theirs.case_id FROM public.accounts_supervision arranged
            JOIN public.clients_assignment theirs ON theirs.person_id = arranged.supervisee_id
            WHERE arranged.supervisor_id = me AND theirs.case_id <> ALL (away)
              AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
              AND (
                theirs.since <= now() AND (theirs.until IS NULL OR theirs.until > now())
                OR level = 'contact' AND theirs.since IS NULL
                    AND theirs.declined_at IS NULL AND theirs.until IS NULL
              );
        RETURN QUERY SELECT standing.case_id FROM public.accounts_supervision arranged
            JOIN public.clients_cover standing ON standing.person_id = arranged.supervisee_id
            WHERE arranged.supervisor_id = me AND standing.case_id <> ALL (away)
              AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
              AND {RUNS};
    END IF;
"""
STAFF_CASES = f"{ACTOR} {HIDDEN_CASES} {STAFF} END"
VISIBLE_CASES = f"""{ACTOR} {HIDDEN_CASES}
    IF level = 'contact' AND roles && '{{front_desk,privacy_officer}}'
       OR level = 'manage' AND 'front_desk' = ANY (roles) THEN
        RETURN QUERY SELECT every.id FROM public.clients_case every WHERE every.id <> ALL (away);
        IF away = '{{}}' THEN
            RETURN;
        END IF;
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
    IF level IN ('record', 'contact') THEN
        danger := public.clients_emergency_client();
        IF danger IS NOT NULL THEN
            RETURN QUERY SELECT part.case_id FROM public.clients_casemember part
                WHERE part.client_id = danger AND {NOW};
        END IF;
    END IF;
END"""

# -- who sees which client -------------------------------------------------------------------------

VISIBLE_CLIENTS = f"""{ACTOR}
        away := away || kept;
    END IF;
    IF level = 'contact' AND roles && '{{front_desk,privacy_officer}}'
       OR level = 'consent' AND 'privacy_officer' = ANY (roles)
       OR level = 'manage' AND 'front_desk' = ANY (roles) THEN
        RETURN QUERY SELECT every.id FROM public.clients_client every WHERE every.id <> ALL (away);
        IF away = '{{}}' THEN
            RETURN;
        END IF;
    END IF;
    IF roles && '{{counsellor,trainee,supervisor,front_desk}}'
       AND level IN ('contact', 'consent', 'manage') THEN
        RETURN QUERY SELECT part.client_id FROM public.clients_casemember part
            WHERE {NOW} AND part.client_id <> ALL (kept) AND part.case_id = ANY (ARRAY(
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
        own := public.guarded_client();
        IF own IS NOT NULL THEN
            RETURN NEXT own;
        END IF;
    END IF;
    IF level = 'contact' THEN
        danger := public.clients_emergency_client();
        IF danger IS NOT NULL THEN
            RETURN NEXT danger;
        END IF;
    END IF;
END"""

# -- who is asked to care, and who comes in --------------------------------------------------------

MAY_OFFER = first.MAY_OFFER + " AND NOT public.clients_case_keeps_out(care, person)"
MAY_COVER = standing.MAY_COVER + " AND NOT public.clients_case_keeps_out(care, stand_in)"
MAY_JOIN = """
SELECT care = ANY (ARRAY(SELECT public.visible_cases('manage'))) AND (
    public.clients_knows(person)
    OR public.actor_has_role('front_desk')
    AND person = ANY (ARRAY(SELECT public.visible_clients('contact'))) AND NOT EXISTS (
        SELECT FROM public.clients_assignment mine
        WHERE mine.case_id = care AND mine.person_id = public.counselling_actor()
          AND mine.declined_at IS NULL AND mine.until IS NULL
    )
) AND NOT EXISTS (
    SELECT FROM public.clients_assignment cares
    WHERE cares.case_id = care AND cares.until IS NULL AND cares.declined_at IS NULL
      AND public.clients_keeps_out(person, cares.person_id)
)
"""
# whom not to offer a case to, for who arranges it; why is not said
NOT_OFFERED = """
SELECT works.id FROM public.accounts_account works
WHERE works.kind = 'staff' AND care = ANY (ARRAY(SELECT public.visible_cases('manage')))
  AND public.clients_case_keeps_out(care, works.id)
"""
TO_REVIEW = f"""
SELECT seen.id FROM ({outside.TO_REVIEW}) seen (id)
JOIN public.clients_emergencyaccess looked ON looked.id = seen.id
WHERE NOT public.clients_keeps_out(looked.client_id, public.counselling_actor())
"""
REVIEWERS = f"""
SELECT told.person FROM ({outside.REVIEWERS}) told (person)
WHERE NOT public.clients_keeps_out(public.clients_job_client(), told.person)
"""
# nobody opens their own file as staff, whatever they say the danger is
FIND = standing.FIND.replace(
    "RETURN CASE WHEN cardinality(found) = 1 THEN found[1] END;",
    """RETURN CASE WHEN cardinality(found) = 1 AND NOT EXISTS (
        SELECT FROM public.clients_sealedfile theirs WHERE theirs.client_id = found[1]
          AND theirs.person = public.counselling_actor() AND theirs.until IS NULL
    ) THEN found[1] END;""",
    1,
)
# what was opened of whom by somebody kept out then, or of their own file: for the finder of looks
THEN = f"""
SELECT asked.place, EXISTS (
    SELECT FROM public.clients_shutout said
    WHERE said.client_id = asked.client AND said.person = asked.person
      AND said.since <= asked.instant AND (said.until IS NULL OR said.until > asked.instant)
), EXISTS (
    SELECT FROM public.clients_sealedfile theirs
    WHERE theirs.client_id = asked.client AND theirs.person = asked.person
      AND (theirs.until IS NULL OR theirs.until > asked.instant)
), EXISTS (
    SELECT FROM public.clients_sealedfile kept
    WHERE kept.client_id = asked.client
      AND kept.since <= asked.instant AND (kept.until IS NULL OR kept.until > asked.instant)
)
FROM unnest(people, clients, instants) WITH ORDINALITY AS asked (person, client, instant, place)
WHERE public.counselling_actor() = {SERVICE}
"""

# -- what the rows themselves hold to --------------------------------------------------------------

HELD = """
CREATE FUNCTION public.clients_keeps_out_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF OLD.until IS NOT NULL OR NEW.until IS DISTINCT FROM now()
       OR NEW.ended_by IS DISTINCT FROM public.counselling_actor()
       OR to_jsonb(NEW) - 'until' - 'ended_by' - 'why' - 'words'
          <> to_jsonb(OLD) - 'until' - 'ended_by' - 'why' - 'words' THEN
        RAISE EXCEPTION 'Who is kept out of a file is let in once, by whoever says so then.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
-- whoever is kept out from now on cares for them no more: at once, whoever wrote it down
CREATE FUNCTION public.clients_keeps_out_now() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    groups uuid[];
    others uuid[];
BEGIN
    IF NEW.person IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(array_agg(theirs.id) FILTER (WHERE theirs.kind = 'group'), '{}'),
           coalesce(array_agg(theirs.id) FILTER (WHERE theirs.kind <> 'group'), '{}')
        INTO groups, others
        FROM public.clients_casemember part
        JOIN public.clients_case theirs ON theirs.id = part.case_id
        WHERE part.client_id = NEW.client_id
          AND (theirs.kind <> 'group' OR part.until IS NULL OR part.until > now());
    UPDATE public.clients_assignment cares SET until = greatest(now(), cares.offered_at)
        WHERE cares.person_id = NEW.person AND cares.case_id = ANY (others)
          AND cares.until IS NULL AND cares.declined_at IS NULL;
    UPDATE public.clients_cover stands SET ended_at = now()
        WHERE NEW.person IN (stands.person_id, stands.owner_id) AND stands.case_id = ANY (others)
          AND stands.ended_at IS NULL AND stands.until > now();
    UPDATE public.clients_casemember part SET until = greatest(now(), part.since)
        WHERE part.client_id = NEW.client_id AND part.until IS NULL AND part.case_id = ANY (groups)
          AND (EXISTS (
            SELECT FROM public.clients_assignment cares
            WHERE cares.case_id = part.case_id AND cares.person_id = NEW.person
              AND cares.until IS NULL AND cares.declined_at IS NULL
          ) OR EXISTS (
            SELECT FROM public.clients_cover stands
            WHERE stands.case_id = part.case_id AND stands.person_id = NEW.person
              AND stands.ended_at IS NULL AND stands.until > now()
          ));
    RETURN NULL;
END $body$;
REVOKE ALL ON FUNCTION public.clients_keeps_out_now() FROM PUBLIC;
-- only staff are named, a sealed file alone lets in, and nobody whom it keeps out
CREATE FUNCTION public.clients_names_staff() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NEW.person IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.accounts_account works
        WHERE works.id = NEW.person AND works.kind = 'staff'
    ) OR TG_TABLE_NAME = 'clients_letin' AND (
        public.clients_keeps_out(NEW.client_id, NEW.person) OR NOT EXISTS (
            SELECT FROM public.clients_sealedfile kept
            WHERE kept.client_id = NEW.client_id AND kept.until IS NULL
        )
    ) THEN
        RAISE EXCEPTION 'This person cannot be named here.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.clients_names_staff() FROM PUBLIC
"""
TABLES = ("clients_shutout", "clients_sealedfile", "clients_letin")
NOT_HELD = """
DROP FUNCTION public.clients_keeps_out_moves(), public.clients_keeps_out_now(),
    public.clients_names_staff()
"""


def held(table: str) -> migrations.RunSQL:
    """Let a row end once and never be another; name staff only."""
    made = (
        ("moves", "BEFORE UPDATE", "clients_keeps_out_moves()"),
        ("staff", "BEFORE INSERT", "clients_names_staff()"),
        ("stays", "BEFORE DELETE", "counselling_refuse_change('Who was kept out stays known.')"),
    )
    return migrations.RunSQL(
        ";\n".join(
            f"CREATE TRIGGER {table}_{name} {when} ON public.{table} "
            f"FOR EACH ROW EXECUTE FUNCTION public.{what}"
            for name, when, what in made
        ),
        ";\n".join(f"DROP TRIGGER {table}_{name} ON public.{table}" for name, _, _ in made),
    )


def at_once(table: str) -> migrations.RunSQL:
    """End what somebody does for a client the moment they are kept out."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_now AFTER INSERT ON public.{table} "
        "FOR EACH ROW EXECUTE FUNCTION public.clients_keeps_out_now()",
        f"DROP TRIGGER {table}_now ON public.{table}",
    )


def unasked(signature: str, returns: str, body: str) -> list[migrations.RunSQL]:
    """Make a function that only other functions of the owner ask, never the application."""
    made = definer(signature, returns, body)
    granted = str(made.sql).rpartition("GRANT EXECUTE ON ")[2].removesuffix(f" TO {APP}")
    return [
        made,
        migrations.RunSQL(f"REVOKE EXECUTE ON {granted} FROM {APP}", migrations.RunSQL.noop),
    ]


def anew(
    signature: str, returns: str, body: str, old: str, language: str = "sql"
) -> migrations.RunSQL:
    """Give a function another body; who may call it and what asks it stays."""
    forward, backward = (
        str(definer(signature, returns, one, language).sql).replace(
            "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
        )
        for one in (body, old)
    )
    return migrations.RunSQL(forward, backward)


# -- who reads and writes these rows ---------------------------------------------------------------

CARES = "client_id = ANY (ARRAY(SELECT public.clients_cared_for()))"
SEES = first.clients("contact")
OFFICER = f"{first.role('privacy_officer')} AND {SEES}"
OWN = "client_id = (SELECT public.portal_client())"
# the person it names never sees that they are named
NOT_ME = f"person IS DISTINCT FROM {ME}"
FRESH = f"by = {ME} AND since = now() AND until IS NULL AND ended_by IS NULL AND {NOT_ME}"
SEALS = first.role("counsellor", "front_desk", "privacy_officer")
HEARS = first.role("counsellor", "trainee", "front_desk", "privacy_officer")
SEALED_BY_ME = (
    "EXISTS (SELECT FROM public.clients_sealedfile kept "
    f"WHERE kept.client_id = clients_letin.client_id AND kept.until IS NULL AND kept.by = {ME})"
)
# that somebody was shut out is told of who sees the client only: a reviewer who is would know
NOT_TOLD = f"""
CREATE POLICY audit_event_shut_out ON public.audit_event AS RESTRICTIVE FOR SELECT TO {APP} USING (
    kind NOT IN ('shutout.said', 'shutout.ended', 'shutout.read') OR actor = {ME} OR {first.clients("contact", "client")}
)
"""


class Migration(migrations.Migration):
    """Deny when unknown: a role that is not named above shows what it showed, and never more."""

    dependencies = [("clients", "0026_what_is_to_be_decided")]

    operations = [
        *unasked("clients_keeps_out(client uuid, somebody uuid)", "boolean", KEEPS_OUT),
        *unasked("clients_cases_with(clients uuid[])", "SETOF uuid", CASES_WITH),
        *unasked("clients_case_keeps_out(care uuid, somebody uuid)", "boolean", CASE_KEEPS_OUT),
        *unasked("clients_sealed_away()", "SETOF uuid", SEALED_AWAY),
        *unasked("clients_cases_away()", "SETOF uuid", CASES_AWAY),
        anew(
            "clients_staff_cases(level text)",
            "SETOF uuid", STAFF_CASES, standing.STAFF_CASES, "plpgsql",
        ),
        anew(
            "visible_cases(level text DEFAULT 'record')",
            "SETOF uuid", VISIBLE_CASES, standing.VISIBLE_CASES, "plpgsql",
        ),
        anew(
            "visible_clients(level text)",
            "SETOF uuid", VISIBLE_CLIENTS, guarded.VISIBLE_CLIENTS, "plpgsql",
        ),
        anew(
            "clients_may_offer(care uuid, person uuid, in_capacity text)",
            "boolean", MAY_OFFER, first.MAY_OFFER,
        ),
        anew(
            "clients_may_cover(care uuid, owner uuid, stand_in uuid)",
            "boolean", MAY_COVER, standing.MAY_COVER,
        ),
        anew("clients_may_join(care uuid, person uuid)", "boolean", MAY_JOIN, first.MAY_JOIN),
        anew("clients_emergencies_to_review()", "SETOF uuid", TO_REVIEW, outside.TO_REVIEW),
        anew(
            "clients_emergency_reviewers(access uuid)", "SETOF uuid", REVIEWERS, outside.REVIEWERS
        ),
        anew(
            "clients_find_in_emergency(refs text[], tokens text[])",
            "uuid", FIND, standing.FIND, "plpgsql",
        ),
        definer("clients_not_offered(care uuid)", "SETOF uuid", NOT_OFFERED),
        definer(
            "clients_kept_out_then(people uuid[], clients uuid[], instants timestamptz[])",
            "TABLE (place bigint, shut_out boolean, own boolean, sealed boolean)",
            THEN,
        ),
        migrations.RunSQL(HELD, NOT_HELD),
        *(held(table) for table in TABLES),
        *(at_once(table) for table in TABLES[:2]),
        row_security(
            "clients_shutout",
            select=f"({OWN} OR by = {ME} OR {CARES} OR {OFFICER}) AND {NOT_ME}",
            insert=f"{FRESH} AND ({OWN} OR {SEES} AND {HEARS})",
            update=f"({OWN} OR by = {ME} AND {SEES} OR {CARES} OR {OFFICER}) AND {NOT_ME}",
        ),
        row_security(
            "clients_sealedfile",
            select=f"({CARES} OR by = {ME} OR {OFFICER}) AND {NOT_ME}",
            insert=f"{FRESH} AND {SEES} AND {SEALS}",
            update=f"({CARES} OR {OFFICER}) AND {NOT_ME}",
        ),
        row_security(
            "clients_letin",
            select=f"{CARES} OR by = {ME} OR {OFFICER}",
            insert=f"{FRESH} AND ({CARES} OR {OFFICER} OR {SEALED_BY_ME})",
            update=f"({CARES} OR {OFFICER}) AND {NOT_ME}",
        ),
        *(grant(table, "SELECT, INSERT, UPDATE (until, ended_by)") for table in TABLES),
        not_in_emergency(*TABLES),
        migrations.RunSQL(NOT_TOLD, "DROP POLICY audit_event_shut_out ON public.audit_event"),
    ]  # fmt: skip
