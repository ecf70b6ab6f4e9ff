"""What a reviewer has to decide, what of it somebody is asked, and who is late with it."""

import importlib

from django.db import migrations

from counselling.sql import definer, not_in_emergency, row_security

first = importlib.import_module("clients.migrations.0002_row_security")
ME, SERVICE = first.ME, first.SERVICE

_ENDED = """EXISTS (
    SELECT FROM public.audit_review signed
    WHERE signed.findings @> ARRAY[found.id]
      AND (signed.reviewer_id = {reviewer} OR EXISTS (
        SELECT FROM public.audit_findingword ended
        WHERE ended.finding = found.id AND ended.by_id = signed.reviewer_id
          AND ended.kind IN ('explained', 'in_order', 'not_justified')))
)"""
# ordinary visits are drawn for one reviewer each
_MINE = (
    "(found.rule <> 'ordinary' "
    "OR (found.facts::json ->> 'reviewer')::uuid = public.counselling_actor())"
)
OPEN = f"""
SELECT found.id FROM public.audit_finding found
WHERE found.person_id = ANY (ARRAY(SELECT public.audit_reviewed_people())) AND {_MINE}
  AND NOT {_ENDED.format(reviewer="public.counselling_actor()")}
"""
_ASKED = """EXISTS (
    SELECT FROM public.audit_findingword asked
    WHERE asked.finding = found.id AND asked.kind = 'asked'
)"""
_KNOWN = f"""EXISTS (
    SELECT FROM public.audit_finding found
    WHERE {{column}} = one.id AND (
        found.person_id = ANY (ARRAY(SELECT public.audit_reviewed_people()))
        OR found.person_id = public.counselling_actor() AND {_ASKED})
)"""
# by reference, for who reviews an access to it or is asked about one; nothing else of it
REFERENCES = f"""
SELECT one.id, one.reference::text FROM public.clients_case one
WHERE one.id = ANY (ids) AND {_KNOWN.format(column="found.case_id")}
UNION ALL
SELECT one.id, one.reference::text FROM public.clients_client one
WHERE one.id = ANY (ids) AND {_KNOWN.format(column="found.client_id")}
"""
_UNDECIDED = """NOT EXISTS (
    SELECT FROM public.audit_findingword said
    WHERE said.finding = found.id
      AND said.kind IN ('explained', 'escalated', 'in_order', 'not_justified')
)"""
# eight days for oneself; a supervisor who is a fortnight late is told to who oversees the log
LATE = f"""
SELECT public.counselling_actor(), min(found.found_at) FROM public.audit_finding found
WHERE found.id IN (SELECT public.audit_open_findings()) AND {_UNDECIDED}
  AND NOT EXISTS (
    SELECT FROM public.audit_review signed
    WHERE signed.reviewer_id = public.counselling_actor()
      AND signed.signed_at > now() - interval '8 days'
  )
HAVING min(found.found_at) <= now() - interval '8 days'
UNION ALL
SELECT arranged.supervisor_id, min(found.found_at) FROM public.accounts_supervision arranged
JOIN public.audit_finding found ON found.person_id = arranged.supervisee_id
WHERE (public.actor_has_role('privacy_officer') OR public.actor_has_role('outside_reviewer'))
  AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
  AND arranged.supervisor_id <> public.counselling_actor()
  AND (found.rule <> 'ordinary'
       OR (found.facts::json ->> 'reviewer')::uuid = arranged.supervisor_id)
  AND {_UNDECIDED}
  AND NOT EXISTS (
    SELECT FROM public.audit_review signed
    WHERE signed.reviewer_id = arranged.supervisor_id
      AND signed.signed_at > now() - interval '14 days'
  )
GROUP BY arranged.supervisor_id HAVING min(found.found_at) <= now() - interval '14 days'
"""
# what is said is said of a finding that is there, of its person and whose file it is
OF_ITS_FINDING = """
CREATE FUNCTION public.audit_word_of_its_finding() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NOT EXISTS (
        SELECT FROM public.audit_finding found
        WHERE found.id = NEW.finding AND found.person_id = NEW.person_id
          AND found.client_id IS NOT DISTINCT FROM NEW.client_id
          AND found.case_id IS NOT DISTINCT FROM NEW.case_id
    ) THEN
        RAISE EXCEPTION 'A word is about what was found.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.audit_word_of_its_finding() FROM PUBLIC;
CREATE TRIGGER audit_word_of_its_finding BEFORE INSERT ON public.audit_findingword
    FOR EACH ROW EXECUTE FUNCTION public.audit_word_of_its_finding()
"""
OF_NOTHING = """
DROP TRIGGER audit_word_of_its_finding ON public.audit_findingword;
DROP FUNCTION public.audit_word_of_its_finding()
"""
_THEIRS = "person_id = ANY (ARRAY(SELECT public.audit_reviewed_people()))"
_ASKED_OF_ME = (
    f"person_id = {ME} AND id IN (SELECT asked.finding FROM public.audit_findingword asked "
    f"WHERE asked.person_id = {ME} AND asked.kind = 'asked')"
)


class Migration(migrations.Migration):
    """The machine finds; nobody else writes a finding."""

    dependencies = [("clients", "0025_keeping_out"), ("audit", "0008_findings")]

    operations = [
        definer("audit_open_findings()", "SETOF uuid", OPEN),
        definer("audit_references(ids uuid[])", "TABLE (id uuid, reference text)", REFERENCES),
        definer("audit_late_reviewers()", "TABLE (person uuid, since timestamptz)", LATE),
        migrations.RunSQL(OF_ITS_FINDING, OF_NOTHING),
        row_security(
            "audit_finding",
            select=f"{_THEIRS} OR {_ASKED_OF_ME} OR {ME} = {SERVICE}",
            insert=f"{ME} = {SERVICE} AND found_at = now()",
        ),
        not_in_emergency("audit_finding"),
    ]
