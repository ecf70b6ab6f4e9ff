"""Whose word the rows around a disclosure are, and when it was said: held whoever writes them.

What names a person names the one who acts, at the instant they do; a second person is somebody
else, and holds the role for it. Planting a fictional past is the owner's work, as at the gate.
"""

from __future__ import annotations

from typing import Final

from consent.migrations._gate import PLANTING

# as `records.domain.dangers.LONGEST_DELAY`: for longer somebody decides it again
LONGEST: Final = "interval '30 days'"

HOLDS_ROLE: Final = """
CREATE FUNCTION public.consent_holds_role(one uuid, wanted text[]) RETURNS boolean LANGUAGE sql
STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT EXISTS (
  SELECT FROM public.accounts_roleheld held
  JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
  WHERE held.account_id = one AND held.role = ANY (wanted)
    AND held.since <= now() AND (held.until IS NULL OR held.until > now())
)
$body$;
REVOKE ALL ON FUNCTION public.consent_holds_role(uuid, text[]) FROM PUBLIC
"""

# somebody else who may release; where nobody else could, whoever is left
SECOND: Final = """
CREATE FUNCTION public.consent_is_second(one uuid, than uuid[]) RETURNS boolean LANGUAGE sql
STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT CASE
  WHEN one IS NULL THEN false
  WHEN one = ANY (than) THEN NOT EXISTS (
    SELECT FROM unnest(than) AS person WHERE public.consent_another_releaser(person))
  ELSE public.consent_holds_role(one, ARRAY['privacy_officer', 'supervisor'])
END
$body$;
REVOKE ALL ON FUNCTION public.consent_is_second(uuid, uuid[]) FROM PUBLIC
"""

DISCLOSURE: Final = f"""
CREATE FUNCTION public.consent_disclosure_by_whom() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  stated uuid := (SELECT b."by" FROM public.consent_legal_basis b WHERE b.id = NEW.basis_id);
BEGIN
  IF {PLANTING} THEN
    RETURN NEW;
  END IF;
  IF NOT public.consent_holds_role(
      NEW."by", ARRAY['counsellor', 'supervisor', 'privacy_officer']) THEN
    RAISE EXCEPTION 'A disclosure is made by somebody who may share.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.told_at > NEW.at AND NOT public.consent_is_second(
      NEW.later_by, array_remove(ARRAY[NEW."by", stated], NULL)) THEN
    RAISE EXCEPTION 'That a client is told later, somebody else agrees to.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.told_at > NEW.at + {LONGEST} THEN
    RAISE EXCEPTION 'A client is told within 30 days, or somebody decides it again.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_disclosure_whose BEFORE INSERT ON public.consent_disclosure
FOR EACH ROW EXECUTE FUNCTION public.consent_disclosure_by_whom()
"""

# told is told; later than said is somebody else's word, given by themselves
TELLING: Final = f"""
CREATE FUNCTION public.consent_telling_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  planted boolean := {PLANTING};
  d public.consent_disclosure%ROWTYPE;
  told timestamptz;
  stated uuid;
  why text;
BEGIN
  SELECT * INTO d FROM public.consent_disclosure WHERE id = NEW.disclosure_id FOR UPDATE;
  told := public.consent_told_at(d.id);
  stated := (SELECT b."by" FROM public.consent_legal_basis b WHERE b.id = d.basis_id);
  why := CASE
    WHEN d.client_id IS DISTINCT FROM NEW.client_id THEN 'The disclosure is another client''s.'
    WHEN told <= NEW.at THEN 'The client has been told.'
    WHEN NEW.at < (SELECT max(t.at) FROM public.consent_telling t WHERE t.disclosure_id = d.id)
      THEN 'A telling is written at the instant it is decided.'
    WHEN planted THEN NULL
    WHEN NEW.at <> now() THEN 'A telling is written at the instant it is decided.'
    WHEN NEW.told_at <= told AND NEW."by" IS DISTINCT FROM public.counselling_actor()
      THEN 'A telling is decided by who acts.'
    WHEN NEW.told_at <= told THEN NULL
    WHEN NEW.approver IS DISTINCT FROM public.counselling_actor() OR NOT public.consent_is_second(
        NEW.approver, array_remove(ARRAY[NEW."by", d."by", stated], NULL))
      THEN 'That a client is told later, somebody else agrees to.'
    WHEN NEW.told_at > NEW.at + {LONGEST}
      THEN 'A client is told within 30 days, or somebody decides it again.'
  END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_telling_gate BEFORE INSERT ON public.consent_telling
FOR EACH ROW EXECUTE FUNCTION public.consent_telling_gate()
"""

BASIS: Final = f"""
CREATE FUNCTION public.consent_basis_by_whom() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NOT {PLANTING} AND NOT public.consent_holds_role(NEW."by", ARRAY['counsellor']) THEN
    RAISE EXCEPTION 'A counsellor states a legal basis.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_legal_basis_by_whom BEFORE INSERT ON public.consent_legal_basis
FOR EACH ROW EXECUTE FUNCTION public.consent_basis_by_whom();
CREATE FUNCTION public.consent_paper_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  b public.consent_legal_basis%ROWTYPE;
BEGIN
  SELECT * INTO b FROM public.consent_legal_basis WHERE id = NEW.basis_id FOR UPDATE;
  IF b.client_id IS DISTINCT FROM NEW.client_id THEN
    RAISE EXCEPTION 'The legal basis is another client''s.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF EXISTS (SELECT FROM public.consent_basis_decision d WHERE d.basis_id = b.id) THEN
    RAISE EXCEPTION 'What was decided about gets no paper afterwards.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_basis_paper_gate BEFORE INSERT ON public.consent_basis_paper
FOR EACH ROW EXECUTE FUNCTION public.consent_paper_gate()
"""

# what is written by somebody names who acts, at the instant they do
OWN: Final = f"""
CREATE FUNCTION public.consent_own_word() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NOT {PLANTING} AND (
      NEW.at <> now() OR NEW."by" IS DISTINCT FROM public.counselling_actor()) THEN
    RAISE EXCEPTION 'It is written by who acts, at the instant they do.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
"""
OWN_TABLES: Final = (
    "consent_recipient_wording", "consent_recipient_merge", "consent_recipient_address",
    "consent_basis_paper",
)  # fmt: skip
OWN_TRIGGERS: Final = ";\n".join(
    f"CREATE TRIGGER {table}_own_word BEFORE INSERT ON public.{table} "
    "FOR EACH ROW EXECUTE FUNCTION public.consent_own_word()"
    for table in OWN_TABLES
)

# an address says whose it is and what it is for ever; verifying and ending it are somebody's own
ADDRESS: Final = f"""
CREATE FUNCTION public.consent_address_by_whom() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  planted boolean := {PLANTING};
  was public.consent_recipient_address%ROWTYPE;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    was := OLD;
  END IF;
  IF NOT planted AND NEW.verified_at IS DISTINCT FROM was.verified_at AND (
      NEW.verified_at <> now() OR NEW.verified_by IS DISTINCT FROM public.counselling_actor())
    OR NOT planted AND NEW.ended_at IS DISTINCT FROM was.ended_at AND (
      NEW.ended_at <> now() OR NEW.ended_by IS DISTINCT FROM public.counselling_actor()) THEN
    RAISE EXCEPTION 'An address is verified and ended by who acts, at the instant they do.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_recipient_address_by_whom
BEFORE INSERT OR UPDATE OF verified_how, verified_by, verified_at, ended_at, ended_by
ON public.consent_recipient_address
FOR EACH ROW EXECUTE FUNCTION public.consent_address_by_whom();
CREATE TRIGGER consent_recipient_address_stays
BEFORE UPDATE OF id, recipient_id, client_id, kind, value, "by", at
ON public.consent_recipient_address
FOR EACH ROW EXECUTE FUNCTION public.counselling_refuse_change('An address never changes.');
CREATE TRIGGER consent_recipient_address_never_emptied BEFORE TRUNCATE
ON public.consent_recipient_address
FOR EACH STATEMENT EXECUTE FUNCTION public.counselling_refuse_change('An address never changes.')
"""

FORWARD: Final = ";\n".join(
    (HOLDS_ROLE, SECOND, DISCLOSURE, TELLING, BASIS, OWN, OWN_TRIGGERS, ADDRESS)
)
BACK: Final = ";\n".join((
    "DROP TRIGGER consent_recipient_address_never_emptied ON public.consent_recipient_address",
    "DROP TRIGGER consent_recipient_address_stays ON public.consent_recipient_address",
    "DROP TRIGGER consent_recipient_address_by_whom ON public.consent_recipient_address",
    "DROP FUNCTION public.consent_address_by_whom()",
    *(f"DROP TRIGGER {table}_own_word ON public.{table}" for table in OWN_TABLES),
    "DROP FUNCTION public.consent_own_word()",
    "DROP TRIGGER consent_basis_paper_gate ON public.consent_basis_paper",
    "DROP FUNCTION public.consent_paper_gate()",
    "DROP TRIGGER consent_legal_basis_by_whom ON public.consent_legal_basis",
    "DROP FUNCTION public.consent_basis_by_whom()",
    "DROP TRIGGER consent_telling_gate ON public.consent_telling",
    "DROP FUNCTION public.consent_telling_gate()",
    "DROP TRIGGER consent_disclosure_whose ON public.consent_disclosure",
    "DROP FUNCTION public.consent_disclosure_by_whom()",
    "DROP FUNCTION public.consent_is_second(uuid, uuid[])",
    "DROP FUNCTION public.consent_holds_role(uuid, text[])",
))  # fmt: skip
