"""What somebody kept out of a file could still learn of it: by a finding, a question, a refusal.

Whoever is kept out of a file reviews no look at it, as they review no emergency of it: somebody else
does, and administrators are told where there is nobody. Whoever is asked about a look of their own
reads what they did, and not by which rule it was found: "the client does not want you to open it"
would be one. What is refused them is refused in the same words, whether or not they are kept out.
"""

import importlib

from django.db import migrations

from counselling.sql import definer, policy

first = importlib.import_module("clients.migrations.0002_row_security")
reviews = importlib.import_module("clients.migrations.0023_who_reviews_whom")
decided = importlib.import_module("clients.migrations.0026_what_is_to_be_decided")
kept = importlib.import_module("clients.migrations.0027_who_is_kept_out")
asked = importlib.import_module("clients.migrations.0029_openings_asked_about")
ME, SERVICE = first.ME, first.SERVICE

# -- whoever took somebody in, and is shut out before there is a case -------------------------------

_FRESH = "WHERE fresh.created_by_id = me AND NOT EXISTS ("
VISIBLE_CLIENTS = kept.VISIBLE_CLIENTS.replace(
    _FRESH, _FRESH.replace("= me", "= me AND fresh.id <> ALL (kept)"), 1
)

# -- findings --------------------------------------------------------------------------------------

TO_REVIEW = f"""
SELECT found.id FROM public.audit_finding found
WHERE found.person_id = ANY (ARRAY(SELECT public.audit_reviewed_people()))
  AND (found.client_id IS NULL
       OR found.client_id <> ALL (ARRAY({kept.KEPT.format("public.counselling_actor()")})))
  AND (found.case_id IS NULL OR found.case_id <> ALL (ARRAY(
       SELECT public.clients_cases_with(ARRAY({kept.KEPT.format("public.counselling_actor()")})))))
"""
_HERE = "ANY (ARRAY(SELECT public.audit_findings_to_review()))"
_REVIEWED = "found.person_id = ANY (ARRAY(SELECT public.audit_reviewed_people()))"
OPEN = decided.OPEN.replace(_REVIEWED, f"found.id = {_HERE}", 1)
REFERENCES = decided.REFERENCES.replace(_REVIEWED, f"found.id = {_HERE}")
_KEEPS = (
    "(public.clients_keeps_out(found.client_id, {0}) IS TRUE "
    "OR public.clients_case_keeps_out(found.case_id, {0}))"
)
_OF_OTHERS = "  AND arranged.supervisor_id <> public.counselling_actor()\n"
LATE = decided.LATE.replace(
    _OF_OTHERS, f"{_OF_OTHERS}  AND NOT {_KEEPS.format('arranged.supervisor_id')}\n", 1
)
# of whom somebody looks, but nobody whom the file does not keep out; told to administrators, who
# see no file
_ABLE = """
    JOIN public.accounts_account able ON able.id = held.account_id AND able.is_active
    WHERE held.since <= now() AND (held.until IS NULL OR held.until > now())
      AND held.account_id <> found.person_id"""
UNREVIEWED = f"""{reviews.UNREVIEWED}
UNION
SELECT found.person_id FROM public.audit_finding found
WHERE public.actor_has_role('administrator') AND found.rule <> 'ordinary'
  AND found.person_id <> {SERVICE} AND {decided._UNDECIDED}
  AND NOT EXISTS (
    SELECT FROM public.accounts_roleheld held {_ABLE}
      AND held.role IN ('privacy_officer', 'outside_reviewer')
      AND NOT {_KEEPS.format("held.account_id")}
  )
  AND NOT EXISTS (
    SELECT FROM public.accounts_supervision arranged
    JOIN public.accounts_roleheld held ON held.account_id = arranged.supervisor_id {_ABLE}
      AND held.role = 'supervisor' AND arranged.supervisee_id = found.person_id
      AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
      AND NOT {_KEEPS.format("held.account_id")}
  )
"""
# what somebody did, for whoever is asked about it; the rules named here tell them nothing new
_OPEN_RULES = (
    "('emergency', 'not-assigned', 'disclosure', 'ended-case', 'print', 'factor-reset', 'sign-in')"
)
ASKED_OF_ME = f"""
SELECT found.id, coalesce((
    SELECT broken.code FROM (
        SELECT found.rule::text AS code, 0 AS place
        UNION ALL
        SELECT signal.code, signal.place::integer
        FROM json_array_elements_text(coalesce(found.facts::json -> 'signals', '[]'))
            WITH ORDINALITY AS signal (code, place)
    ) broken
    WHERE broken.code IN {_OPEN_RULES}
    ORDER BY broken.code <> 'emergency', broken.place LIMIT 1
  ), 'asked'), found.person_id, found.role::text, found.client_id, found.case_id, found.began,
  found.ended, found.count, found.events, '{{}}'::text, found.found_at
FROM public.audit_finding found
WHERE found.id = finding AND found.person_id = public.counselling_actor() AND {decided._ASKED}
"""
_COLUMNS = (
    "TABLE (id uuid, rule text, person_id uuid, role text, client_id uuid, case_id uuid, "
    "began timestamptz, ended timestamptz, count integer, events uuid[], facts text, "
    "found_at timestamptz)"
)
_OLD_FINDING = f"{decided._THEIRS} OR {decided._ASKED_OF_ME} OR {ME} = {SERVICE}"
_OLD_WORD = f"{reviews._THEIRS} OR person_id = {ME} AND kind IN ('asked', 'answered')"
_WORD = f"finding = {_HERE} OR person_id = {ME} AND kind IN ('asked', 'answered')"
_SAYS = (
    f"by_id = {ME} AND at = now() AND CASE kind WHEN 'answered' THEN person_id = {ME} ELSE {{}} END"
)

# -- refusals, and what is due -----------------------------------------------------------------------

# after the policy, which says the same of everybody: a trigger before it told who is kept out
LATER = """
DROP TRIGGER clients_letin_staff ON public.clients_letin;
CREATE CONSTRAINT TRIGGER clients_letin_staff AFTER INSERT ON public.clients_letin
    FOR EACH ROW EXECUTE FUNCTION public.clients_names_staff()
"""
EARLIER = """
DROP TRIGGER clients_letin_staff ON public.clients_letin;
CREATE TRIGGER clients_letin_staff BEFORE INSERT ON public.clients_letin
    FOR EACH ROW EXECUTE FUNCTION public.clients_names_staff()
"""
# the sweeper asks as nobody, the worker as the machine; a person who asks is told nothing
_MACHINE = f"(public.counselling_actor() IS NULL OR public.counselling_actor() = {SERVICE})"
DUE = asked.DUE.replace("WHERE wish.wish", f"WHERE {_MACHINE} AND wish.wish", 1)
_BEGINS = "WHERE asked.alerted_at IS NULL AND said.id IS NULL"
DUE_QUESTIONS = asked.DUE_QUESTIONS.replace(
    _BEGINS, f"WHERE {_MACHINE} AND ({_BEGINS.removeprefix('WHERE ')}", 1
).replace("AND said.id IS NOT NULL\n", "AND said.id IS NOT NULL)\n", 1)

# -- the log -----------------------------------------------------------------------------------------

# that a file is sealed, and by whom for whom, is the other half of it: without it a reviewer who is
# kept out of a file could tell which of the two it is
_KINDS = ("shutout.said", "shutout.ended", "shutout.read")
_MORE = (*_KINDS, "file.sealed", "file.unsealed", "file.let-in", "file.let-out", "file.seal-read")


def _not_told(kinds: tuple[str, ...]) -> str:
    return f"""
ALTER POLICY audit_event_shut_out ON public.audit_event USING (
    kind NOT IN {kinds} OR actor = {ME} OR {first.clients("contact", "client")}
)
"""


def _anew(signature: str, returns: str, body: str, old: str) -> migrations.RunSQL:
    return kept.anew(signature, returns, body, old)


class Migration(migrations.Migration):
    """Deny when unknown, as 0027 does."""

    dependencies = [
        ("clients", "0034_kept_out_sealed_anew"),
        ("audit", "0010_finding"),
    ]

    operations = [
        kept.anew(
            "visible_clients(level text)",
            "SETOF uuid", VISIBLE_CLIENTS, kept.VISIBLE_CLIENTS, "plpgsql",
        ),
        definer("audit_findings_to_review()", "SETOF uuid", TO_REVIEW),
        definer("audit_asked_of_me(finding uuid)", _COLUMNS, ASKED_OF_ME),
        _anew("audit_open_findings()", "SETOF uuid", OPEN, decided.OPEN),
        _anew(
            "audit_references(ids uuid[])",
            "TABLE (id uuid, reference text)", REFERENCES, decided.REFERENCES,
        ),
        _anew(
            "audit_late_reviewers()",
            "TABLE (person uuid, since timestamptz)", LATE, decided.LATE,
        ),
        _anew("audit_unreviewed_people()", "SETOF uuid", UNREVIEWED, reviews.UNREVIEWED),
        policy("audit_finding", "select", f"id = {_HERE} OR {ME} = {SERVICE}", _OLD_FINDING),
        policy("audit_findingword", "select", _WORD, _OLD_WORD),
        policy(
            "audit_findingword",
            "insert",
            _SAYS.format(f"finding = {_HERE}"),
            _SAYS.format("public.audit_reviews(person_id)"),
        ),
        migrations.RunSQL(LATER, EARLIER),
        _anew("clients_due_tellings()", "SETOF uuid", DUE, asked.DUE),
        _anew(
            "clients_due_questions()",
            "TABLE (client_id uuid, id uuid)", DUE_QUESTIONS, asked.DUE_QUESTIONS,
        ),
        migrations.RunSQL(_not_told(_MORE), _not_told(_KINDS)),
        migrations.RunSQL(
            "DROP FUNCTION public.clients_kept_out_then(uuid[], uuid[], timestamptz[])",
            definer(
                "clients_kept_out_then(people uuid[], clients uuid[], instants timestamptz[])",
                "TABLE (place bigint, shut_out boolean, own boolean, sealed boolean)",
                kept.THEN,
            ).sql,
        ),
    ]  # fmt: skip
