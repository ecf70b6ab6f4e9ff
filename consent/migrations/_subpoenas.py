"""Holds, subpoenas and accountings: whose word each row is, and what the database asks of it.

What names a person names the one who acts, at the instant they do; a second person is somebody
else, and holds the role for it. Planting a fictional past is the owner's work, as at the gate.
"""

from __future__ import annotations

from typing import Final

from consent.domain.subpoenas import OVER
from consent.migrations._gate import PLANTING
from counselling.sql import APP

_OVER: Final = ", ".join(f"'{one.value}'" for one in sorted(OVER))
_BEGIN: Final = f"""
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  planted boolean := {PLANTING};
"""


def _why(function: str, declared: str, before: str, cases: str, *tables: str) -> str:
    """Make a trigger that refuses a row with the first reason that applies."""
    triggers = "".join(
        f"CREATE TRIGGER {table}_gate BEFORE INSERT ON public.{table} "
        f"FOR EACH ROW EXECUTE FUNCTION public.{function}();"
        for table in tables
    )
    return f"""
CREATE FUNCTION public.{function}() {_BEGIN}{declared}
  why text;
BEGIN
  {before}
  why := CASE
    WHEN NOT planted AND (NEW.at <> now()
        OR NEW."by" IS DISTINCT FROM public.counselling_actor())
      THEN 'This is written by who acts, at the instant they do.'
    {cases}
  END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
{triggers}
"""


HELD: Final = f"""
CREATE FUNCTION public.consent_hold_stands(one uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT NOT EXISTS (
  SELECT FROM public.consent_hold_ending e
  JOIN public.consent_hold_decision d ON d.ending_id = e.id AND d.answer = 'end'
  WHERE e.hold_id = one
)
$body$;
REVOKE ALL ON FUNCTION public.consent_hold_stands(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.consent_hold_stands(uuid) TO {APP};
CREATE FUNCTION public.consent_held(of_client uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT EXISTS (SELECT FROM public.consent_legal_hold h
  WHERE h.client_id = of_client AND public.consent_hold_stands(h.id))
$body$;
REVOKE ALL ON FUNCTION public.consent_held(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.consent_held(uuid) TO {APP};
CREATE FUNCTION public.consent_subpoena_is_over(one uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT EXISTS (SELECT FROM public.consent_subpoena_step s
  WHERE s.subpoena_id = one AND s.kind IN ({_OVER}))
$body$;
REVOKE ALL ON FUNCTION public.consent_subpoena_is_over(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.consent_subpoena_is_over(uuid) TO {APP}
"""

HOLDS: Final = ";\n".join(
    (
        _why("consent_by_who_acts", "", "", "WHEN false THEN ''", "consent_legal_hold",
             "consent_accounting_request"),
        _why(
            "consent_hold_ending_gate",
            "h public.consent_legal_hold%ROWTYPE;",
            "SELECT * INTO h FROM public.consent_legal_hold WHERE id = NEW.hold_id FOR UPDATE;",
            """WHEN h.client_id IS DISTINCT FROM NEW.client_id THEN 'The hold is another client''s.'
    WHEN NOT public.consent_hold_stands(h.id) THEN 'The hold has ended.'
    WHEN EXISTS (SELECT FROM public.consent_subpoena s WHERE s.hold_id = h.id
      AND NOT public.consent_subpoena_is_over(s.id))
      THEN 'A subpoena still asks for this file. The hold stays until that is over.'""",
            "consent_hold_ending",
        ),
        _why(
            "consent_hold_decision_gate",
            "e public.consent_hold_ending%ROWTYPE;",
            "SELECT * INTO e FROM public.consent_hold_ending WHERE id = NEW.ending_id FOR UPDATE;",
            """WHEN e.client_id IS DISTINCT FROM NEW.client_id THEN 'The hold is another client''s.'
    WHEN NOT public.consent_hold_stands(e.hold_id) THEN 'The hold has ended.'
    WHEN (NEW."by" = e."by") IS DISTINCT FROM NEW.alone
      OR NEW."by" = e."by" AND NOT planted AND NEW.at < e.at + interval '72 hours'
      OR NOT planted AND NOT public.consent_is_second(NEW."by", ARRAY[e."by"])
      THEN 'That a hold ends, somebody else agrees to: a supervisor or privacy officer.'
    WHEN NEW.answer = 'end' AND EXISTS (SELECT FROM public.consent_subpoena s
      WHERE s.hold_id = e.hold_id AND NOT public.consent_subpoena_is_over(s.id))
      THEN 'A subpoena still asks for this file. The hold stays until that is over.'""",
            "consent_hold_decision",
        ),
    )
)  # fmt: skip

SUBPOENAS: Final = ";\n".join(
    (
        _why(
            "consent_subpoena_gate",
            "h public.consent_legal_hold%ROWTYPE;",
            "SELECT * INTO h FROM public.consent_legal_hold WHERE id = NEW.hold_id FOR UPDATE;",
            """WHEN h.client_id IS DISTINCT FROM NEW.client_id THEN 'The hold is another client''s.'
    WHEN NOT public.consent_hold_stands(h.id) THEN 'The hold has ended.'""",
            "consent_subpoena",
        ),
        _why(
            "consent_of_subpoena_gate",
            "s public.consent_subpoena%ROWTYPE;",
            "SELECT * INTO s FROM public.consent_subpoena WHERE id = NEW.subpoena_id FOR UPDATE;",
            """WHEN s.client_id IS DISTINCT FROM NEW.client_id
      THEN 'The subpoena is about another client.'
    WHEN public.consent_subpoena_is_over(s.id) THEN 'This subpoena is over.'""",
            "consent_subpoena_paper",
            "consent_subpoena_step",
        ),
        _why(
            "consent_subpoena_release_gate",
            "s public.consent_subpoena%ROWTYPE;",
            "SELECT * INTO s FROM public.consent_subpoena WHERE id = NEW.subpoena_id FOR UPDATE;",
            """WHEN s.client_id IS DISTINCT FROM NEW.client_id
      THEN 'The subpoena is about another client.'
    WHEN public.consent_subpoena_is_over(s.id) THEN 'This subpoena is over.'
    WHEN NOT planted AND NOT public.consent_is_second(NEW."by", ARRAY[]::uuid[])
      THEN 'A supervisor or privacy officer lets go what a subpoena asks for.'""",
            "consent_subpoena_release",
        ),
    )
)

# a notice goes forward only; told is told
NOTICE: Final = f"""
CREATE FUNCTION public.consent_subpoena_notice_moves() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF OLD.told_at IS NOT NULL OR (NEW.id, NEW.subpoena_id, NEW.client_id)
      IS DISTINCT FROM (OLD.id, OLD.subpoena_id, OLD.client_id)
     OR OLD.state <> 'waiting' AND NEW.state = 'waiting' THEN
    RAISE EXCEPTION 'What a client was told is never untold.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.told_at IS NOT NULL AND NOT ({PLANTING}) AND (NEW.told_at <> now()
      OR coalesce(NEW.told_by, NEW.client_id) IS DISTINCT FROM
         coalesce(public.portal_client(), public.counselling_actor())) THEN
    RAISE EXCEPTION 'Who told a client says so themselves, at the instant they do.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_subpoena_notice_moves BEFORE UPDATE ON public.consent_subpoena_notice
FOR EACH ROW EXECUTE FUNCTION public.consent_subpoena_notice_moves();
CREATE TRIGGER consent_subpoena_notice_never_deleted BEFORE DELETE
ON public.consent_subpoena_notice
FOR EACH ROW EXECUTE FUNCTION public.counselling_refuse_change('A notice is never deleted.');
CREATE FUNCTION public.consent_subpoena_notice_of() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NOT EXISTS (SELECT FROM public.consent_subpoena s
      WHERE s.id = NEW.subpoena_id AND s.client_id = NEW.client_id)
     OR NEW.told_at IS NOT NULL AND NOT ({PLANTING}) THEN
    RAISE EXCEPTION 'A notice is about one client''s subpoena, and not given yet.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_subpoena_notice_of BEFORE INSERT ON public.consent_subpoena_notice
FOR EACH ROW EXECUTE FUNCTION public.consent_subpoena_notice_of()
"""

# thirty days more are taken in time; what is given answers the same client
ACCOUNTINGS: Final = ";\n".join(
    (
        _why(
            "consent_accounting_extension_gate",
            "r public.consent_accounting_request%ROWTYPE;",
            "SELECT * INTO r FROM public.consent_accounting_request WHERE id = NEW.request_id;",
            """WHEN r.client_id IS DISTINCT FROM NEW.client_id
      THEN 'The request is another client''s.'
    WHEN NEW.at::date > r.asked_on + 60 THEN 'More time is taken before the first has run out.'""",
            "consent_accounting_extension",
        ),
        _why(
            "consent_accounting_given_gate",
            "r public.consent_accounting_request%ROWTYPE;",
            "SELECT * INTO r FROM public.consent_accounting_request WHERE id = NEW.request_id;",
            """WHEN NEW.request_id IS NOT NULL AND r.client_id IS DISTINCT FROM NEW.client_id
      THEN 'The request is another client''s.'""",
            "consent_accounting_given",
        ),
        _why(
            "consent_accounting_suspension_gate",
            "people uuid[];",
            """PERFORM FROM public.clients_client WHERE id = NEW.client_id FOR SHARE;
  people := ARRAY(SELECT d."by" FROM public.consent_disclosure d WHERE d.id = ANY (NEW.disclosures)
    UNION SELECT b."by" FROM public.consent_legal_basis b JOIN public.consent_disclosure d
      ON d.basis_id = b.id WHERE d.id = ANY (NEW.disclosures));""",
            """WHEN (SELECT count(*) FROM public.consent_disclosure d
        WHERE d.id = ANY (NEW.disclosures) AND d.client_id = NEW.client_id
          AND d.basis_id IS NOT NULL) <> cardinality(NEW.disclosures)
      THEN 'Suspended is only what went to an official by law, of this client.'
    WHEN NOT planted AND EXISTS (SELECT FROM public.consent_disclosure d
        WHERE d.id = ANY (NEW.disclosures) AND public.consent_told_at(d.id) <= NEW.at)
      THEN 'What a client was told is never untold.'
    WHEN NOT planted AND NOT public.consent_is_second(NEW."by", people)
      THEN 'That a client is not told, somebody else than who shared it writes down.'
    WHEN NEW.statement = 'oral' AND NEW.until > NEW.at + interval '30 days'
      THEN 'What was only said holds for 30 days at most.'
    WHEN NEW.until > NEW.at + interval '1095 days'
      THEN 'Three years at most; it can be stated again.'""",
            "consent_accounting_suspension",
        ),
    )
)

# the notice of what is suspended waits as long
LATER: Final = """
CREATE FUNCTION public.consent_suspension_puts_off() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  UPDATE public.consent_disclosure_notice SET due_at = greatest(due_at, NEW.until)
  WHERE disclosure_id = ANY (NEW.disclosures) AND state = 'waiting';
  RETURN NULL;
END $$;
CREATE TRIGGER consent_accounting_suspension_puts_off
AFTER INSERT ON public.consent_accounting_suspension
FOR EACH ROW EXECUTE FUNCTION public.consent_suspension_puts_off()
"""

# the newest word about when a client is told, and never before an official's statement has ended
_NEWEST: Final = """coalesce(
    (SELECT t.told_at FROM public.consent_telling t
     WHERE t.disclosure_id = d.id ORDER BY t.at DESC, t.id DESC LIMIT 1), d.told_at)"""


def _told(body: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION public.consent_told_at(one uuid) RETURNS timestamptz LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT {body}
FROM public.consent_disclosure d WHERE d.id = one
$body$
"""


TOLD: Final = _told(f"""greatest({_NEWEST},
    (SELECT max(s.until) FROM public.consent_accounting_suspension s
     WHERE s.client_id = d.client_id AND d.id = ANY (s.disclosures)))""")
TOLD_BEFORE: Final = _told(_NEWEST)

# 42 CFR 2.61 to 2.67, 45 CFR 164.508(a)(2): an ordinary order reaches neither; a law that is no
# order reaches records of substance use only for a child or a life
SPECIAL: Final = """
CREATE FUNCTION public.consent_special_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NEW.categories::text[] && ARRAY['sud_notes', 'process_notes'] AND NEW.kind = 'court_order'
     AND NOT 'special_order' = ANY (NEW.facts_given) THEN
    RAISE EXCEPTION 'These notes need an order made for them: say which, with its document.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF 'sud_notes' = ANY (NEW.categories) AND NEW.kind = 'statute' THEN
    RAISE EXCEPTION 'Notes of substance use counselling leave by a special order of a court only.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_legal_basis_special BEFORE INSERT ON public.consent_legal_basis
FOR EACH ROW EXECUTE FUNCTION public.consent_special_order()
"""

FORWARD: Final = ";\n".join((HELD, HOLDS, SUBPOENAS, NOTICE, ACCOUNTINGS, LATER, TOLD, SPECIAL))
_FUNCTIONS: Final = (
    "consent_by_who_acts", "consent_hold_ending_gate", "consent_hold_decision_gate",
    "consent_subpoena_gate", "consent_of_subpoena_gate", "consent_subpoena_release_gate",
    "consent_subpoena_notice_moves", "consent_subpoena_notice_of",
    "consent_accounting_extension_gate", "consent_accounting_given_gate",
    "consent_accounting_suspension_gate", "consent_suspension_puts_off",
    "consent_special_order",
)  # fmt: skip
BACK: Final = ";\n".join(
    (
        "DROP TRIGGER consent_subpoena_notice_never_deleted ON public.consent_subpoena_notice",
        TOLD_BEFORE,
        *(f"DROP FUNCTION public.{one}() CASCADE" for one in _FUNCTIONS),
        "DROP FUNCTION public.consent_subpoena_is_over(uuid)",
        "DROP FUNCTION public.consent_held(uuid)",
        "DROP FUNCTION public.consent_hold_stands(uuid)",
    )
)
