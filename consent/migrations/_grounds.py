"""On what ground something leaves: asked at the insert, by the worker, and when a link is opened.

Everything here runs as the owner, so that a withdrawal the asker cannot see still counts. A consent
is locked before it is judged: whoever ends it locks the same row, and so the two wait for each
other. Each function gives the reason why not in words for people, or nothing.
"""

from __future__ import annotations

from typing import Final

from consent.domain.bases import FACTS
from consent.migrations._gate import PLANTING
from counselling.sql import APP

SAME: Final = """
CREATE FUNCTION public.consent_same_recipient(one uuid) RETURNS uuid LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH RECURSIVE chain (id, depth) AS (
    SELECT one, 0
    UNION ALL
    SELECT m.into_id, chain.depth + 1 FROM public.consent_recipient_merge m
    JOIN chain ON m.gone_id = chain.id WHERE chain.depth < 50
)
SELECT id FROM chain ORDER BY depth DESC LIMIT 1
$body$;
REVOKE ALL ON FUNCTION public.consent_same_recipient(uuid) FROM PUBLIC
"""

# whether one consent stands at an instant for a purpose and some categories
STANDS: Final = """
CREATE FUNCTION public.consent_consent_why_not(
    one uuid, for_purpose text, wanted text[], instant timestamptz, planted boolean
) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    c public.consent_consent%ROWTYPE;
    stopped timestamptz;
    replaced timestamptz;
BEGIN
    SELECT * INTO c FROM public.consent_consent WHERE id = one FOR SHARE;
    SELECT at INTO stopped FROM public.consent_withdrawal WHERE consent_id = one;
    SELECT at INTO replaced FROM public.consent_replacement WHERE consent_id = one;
    RETURN CASE
        WHEN c.id IS NULL THEN 'A disclosure needs a consent.'
        WHEN c.purpose <> for_purpose OR c.purpose = '' THEN 'The permission is for another purpose.'
        WHEN NOT wanted <@ c.categories::text[] OR cardinality(wanted) = 0
            THEN 'The permission does not cover everything that was picked.'
        WHEN stopped <= instant OR (stopped IS NOT NULL AND NOT planted)
            THEN 'The client has withdrawn this permission. Nothing can be shared under it.'
        WHEN replaced <= instant OR (replaced IS NOT NULL AND NOT planted)
            THEN 'A form the client signed later has replaced this permission.'
        WHEN c.until <= instant
            THEN 'The permission has ended by its date. Nothing can be shared under it.'
        WHEN c.since > instant THEN 'The permission has not begun yet.'
    END;
END $body$;
REVOKE ALL ON FUNCTION public.consent_consent_why_not(uuid, text, text[], timestamptz, boolean)
    FROM PUBLIC
"""

_FACTS: Final = " ".join(
    f"WHEN '{kind}' THEN ARRAY[{', '.join(repr(str(one)) for one in sorted(facts))}]"
    for kind, facts in FACTS.items()
)
# process notes are reached by a court's order alone, never by any other basis
BASIS: Final = f"""
CREATE FUNCTION public.consent_basis_why_not(
    one uuid, of_client uuid, of_case uuid, to_recipient uuid, wanted text[],
    instant timestamptz, planted boolean
) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    b public.consent_legal_basis%ROWTYPE;
    d public.consent_basis_decision%ROWTYPE;
BEGIN
    SELECT * INTO b FROM public.consent_legal_basis WHERE id = one FOR SHARE;
    SELECT * INTO d FROM public.consent_basis_decision WHERE basis_id = one;
    RETURN CASE
        WHEN b.id IS NULL THEN 'A disclosure without consent needs a legal basis.'
        WHEN b.client_id <> of_client OR b.case_id <> of_case
            THEN 'The legal basis is about another case.'
        WHEN public.consent_same_recipient(b.recipient_id)
            <> public.consent_same_recipient(to_recipient)
            THEN 'The legal basis names another recipient.'
        WHEN NOT wanted <@ b.categories::text[] OR cardinality(wanted) = 0
            THEN 'The legal basis does not cover everything that was picked.'
        WHEN 'process_notes' = ANY (wanted) AND b.kind <> 'court_order'
            THEN 'Notes for the author alone leave by a court order only.'
        WHEN NOT (CASE b.kind {_FACTS} END)::text[] <@ b.facts_given::text[]
            THEN 'The legal basis is not complete.'
        WHEN b.kind = 'court_order' AND NOT EXISTS (
            SELECT FROM public.consent_basis_paper p WHERE p.basis_id = b.id)
            THEN 'A court order is kept with its document.'
        WHEN b.kind = 'danger' AND NOT EXISTS (
            SELECT FROM public.records_danger r
            WHERE r.id = b.danger AND r.client_id = b.client_id AND r.case_id = b.case_id)
            THEN 'A danger to life is recorded before anything is shared because of it.'
        WHEN b.valid_until <= instant THEN 'The legal basis has ended by its date.'
        WHEN d.answer = 'refuse' THEN 'The second person refused it.'
        WHEN d.id IS NULL AND NOT b.immediate THEN 'A second person has not agreed yet.'
        WHEN d.id IS NULL AND b.at <= instant - interval '24 hours'
            THEN 'The danger was a day ago: a second person has to agree now.'
    END;
END $body$;
REVOKE ALL ON FUNCTION public.consent_basis_why_not(
    uuid, uuid, uuid, uuid, text[], timestamptz, boolean) FROM PUBLIC
"""

# whether what was disclosed may still be handed out, now; a newer word counts for what it replaced
HOLDS: Final = f"""
CREATE FUNCTION public.consent_disclosure_why_not(one uuid) RETURNS text LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    d public.consent_disclosure%ROWTYPE;
    said uuid;
    why text;
BEGIN
    SELECT * INTO d FROM public.consent_disclosure WHERE id = one;
    IF d.id IS NULL THEN
        RETURN 'Nothing was shared.';
    END IF;
    IF d.basis_id IS NOT NULL THEN
        RETURN public.consent_basis_why_not(
            d.basis_id, d.client_id, d.case_id, d.recipient_id, d.categories::text[], now(), false);
    END IF;
    PERFORM FROM public.consent_consent
        WHERE id = ANY (d.also || d.consent_id) ORDER BY id FOR SHARE;
    FOREACH said IN ARRAY d.also || d.consent_id LOOP
        why := public.consent_consent_why_not(
            said, d.purpose, d.categories::text[], now(), false);
        IF why IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.consent_consent was
            JOIN public.consent_consent c ON c.client_id = was.client_id AND c.id <> was.id
                AND public.consent_same_recipient(c.recipient_id)
                    = public.consent_same_recipient(was.recipient_id)
            WHERE was.id = said
              AND EXISTS (
                SELECT FROM public.consent_replacement r WHERE r.consent_id = was.id)
              AND NOT EXISTS (
                SELECT FROM public.consent_withdrawal w WHERE w.consent_id = was.id)
              AND public.consent_consent_why_not(
                c.id, d.purpose, d.categories::text[], now(), false) IS NULL
        ) THEN
            RETURN why;
        END IF;
    END LOOP;
    RETURN NULL;
END $body$;
REVOKE ALL ON FUNCTION public.consent_disclosure_why_not(uuid) FROM PUBLIC;
CREATE FUNCTION public.consent_disclosures_why_not(asked uuid[])
RETURNS TABLE (disclosure uuid, why text) LANGUAGE sql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT d.id, public.consent_disclosure_why_not(d.id) FROM public.consent_disclosure d
WHERE d.id = ANY (asked) AND d.client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))
$body$;
REVOKE ALL ON FUNCTION public.consent_disclosures_why_not(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.consent_disclosures_why_not(uuid[]) TO {APP}
"""

GATE: Final = f"""
CREATE OR REPLACE FUNCTION public.consent_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  planted boolean := {PLANTING};
  c public.consent_consent%ROWTYPE;
  said uuid;
  why text;
BEGIN
  PERFORM FROM public.consent_consent
    WHERE id = ANY (NEW.also || NEW.consent_id) ORDER BY id FOR SHARE;
  SELECT * INTO c FROM public.consent_consent WHERE id = NEW.consent_id;
  why := CASE
    WHEN NEW.at <> now() AND NOT planted THEN 'A disclosure is written at the instant it is made.'
    WHEN NEW."by" IS DISTINCT FROM public.counselling_actor() AND NOT planted
      AND public.counselling_actor() <> '00000000-0000-7000-8000-000000000001'::uuid
      THEN 'A disclosure is made by who acts.'
    WHEN NEW.consent_id IS NULL AND NEW.basis_id IS NULL
      THEN 'A disclosure needs a consent or a legal basis.'
    WHEN c.client_id <> NEW.client_id THEN 'The permission is another client''s.'
    WHEN NOT EXISTS (SELECT FROM public.clients_casemember m WHERE m.case_id = NEW.case_id
      AND m.client_id = NEW.client_id) THEN 'The case is another client''s.'
    WHEN NEW.basis_id IS NULL
      AND NOT public.clients_takes_part(NEW.case_id, NEW.client_id, NEW.at)
      THEN 'Their part in this case has ended. Nothing can be shared from it.'
    WHEN NEW.consent_id IS NOT NULL AND public.consent_same_recipient(c.recipient_id)
        IS DISTINCT FROM public.consent_same_recipient(NEW.recipient_id)
      THEN 'This client has not agreed to share anything with this recipient.'
    WHEN NOT EXISTS (SELECT FROM public.consent_document d WHERE d.id = NEW.document_id
      AND d.client_id = NEW.client_id AND d.kind = 'disclosure' AND d.case_id = NEW.case_id)
      THEN 'A disclosure has a document of the same client and case.'
    WHEN NOT EXISTS (SELECT FROM public.consent_recipient r WHERE r.id = NEW.recipient_id
      AND r.client_id = NEW.client_id) THEN 'The recipient is another client''s.'
    WHEN NEW.wording_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM public.consent_recipient_wording w WHERE w.id = NEW.wording_id
      AND public.consent_same_recipient(w.recipient_id)
        = public.consent_same_recipient(NEW.recipient_id))
      THEN 'The wording is another recipient''s.'
    WHEN NEW.address_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM public.consent_recipient_address a WHERE a.id = NEW.address_id
      AND a.verified_at <= NEW.at AND (a.ended_at IS NULL OR a.ended_at > NEW.at)
      AND public.consent_same_recipient(a.recipient_id)
        = public.consent_same_recipient(NEW.recipient_id))
      THEN 'The address is not verified as this recipient''s.'
  END;
  IF why IS NULL AND NEW.basis_id IS NOT NULL THEN
    why := public.consent_basis_why_not(NEW.basis_id, NEW.client_id, NEW.case_id,
      NEW.recipient_id, NEW.categories::text[], NEW.at, planted);
  ELSIF why IS NULL THEN
    FOREACH said IN ARRAY NEW.also || NEW.consent_id LOOP
      why := coalesce(why, public.consent_consent_why_not(
        said, NEW.purpose, NEW.categories::text[], NEW.at, planted));
    END LOOP;
  END IF;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
"""

# whether there is anybody who could be the second person; nobody's name, only yes or no
ANOTHER: Final = f"""
CREATE FUNCTION public.consent_another_releaser(than uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT EXISTS (
  SELECT FROM public.accounts_roleheld held
  JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
  WHERE held.role IN ('privacy_officer', 'supervisor')
    AND held.since <= now() AND (held.until IS NULL OR held.until > now())
    AND held.account_id <> than
)
$body$;
REVOKE ALL ON FUNCTION public.consent_another_releaser(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.consent_another_releaser(uuid) TO {APP}
"""

DECIDES: Final = f"""
CREATE FUNCTION public.consent_basis_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  planted boolean := {PLANTING};
BEGIN
  IF NOT planted AND (NEW.at <> now() OR NEW."by" IS DISTINCT FROM public.counselling_actor()) THEN
    RAISE EXCEPTION 'A legal basis is stated by who acts, at the instant they do.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT EXISTS (SELECT FROM public.clients_casemember m WHERE m.case_id = NEW.case_id
      AND m.client_id = NEW.client_id) OR NOT EXISTS (SELECT FROM public.consent_recipient r
      WHERE r.id = NEW.recipient_id AND r.client_id = NEW.client_id) THEN
    RAISE EXCEPTION 'A legal basis is about one client''s case and recipient.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_legal_basis_gate BEFORE INSERT ON public.consent_legal_basis
FOR EACH ROW EXECUTE FUNCTION public.consent_basis_gate();
CREATE FUNCTION public.consent_decision_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  planted boolean := {PLANTING};
  b public.consent_legal_basis%ROWTYPE;
BEGIN
  SELECT * INTO b FROM public.consent_legal_basis WHERE id = NEW.basis_id FOR UPDATE;
  IF b.client_id IS DISTINCT FROM NEW.client_id THEN
    RAISE EXCEPTION 'The legal basis is another client''s.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT planted AND (NEW.at <> now() OR NEW."by" IS DISTINCT FROM public.counselling_actor()) THEN
    RAISE EXCEPTION 'A decision is somebody''s own, at the instant they take it.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF (NEW."by" = b."by") IS DISTINCT FROM NEW.alone OR NEW."by" = b."by" AND NOT planted AND (
      public.consent_another_releaser(NEW."by") OR NEW.at < b.at + interval '72 hours') THEN
    RAISE EXCEPTION 'Somebody else than who states a legal basis decides about it.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT planted AND NEW."by" <> b."by" AND NOT (
      public.actor_has_role('privacy_officer') OR public.actor_has_role('supervisor')) THEN
    RAISE EXCEPTION 'A supervisor or privacy officer decides about a legal basis.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_basis_decision_gate BEFORE INSERT ON public.consent_basis_decision
FOR EACH ROW EXECUTE FUNCTION public.consent_decision_gate()
"""

# an address is verified once and ended once; everything else of it stays
ADDRESS: Final = """
CREATE FUNCTION public.consent_address_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF current_setting('counselling.resealing', true) = TG_TABLE_NAME AND current_user = (
      SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    RETURN NEW;
  END IF;
  IF OLD.ended_at IS NOT NULL
     OR OLD.verified_at IS NOT NULL AND (NEW.verified_at, NEW.verified_by, NEW.verified_how)
        IS DISTINCT FROM (OLD.verified_at, OLD.verified_by, OLD.verified_how) THEN
    RAISE EXCEPTION 'An address is verified once, and ended once.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_recipient_address_moves BEFORE UPDATE ON public.consent_recipient_address
FOR EACH ROW EXECUTE FUNCTION public.consent_address_moves();
CREATE TRIGGER consent_recipient_address_never_deleted BEFORE DELETE
ON public.consent_recipient_address
FOR EACH ROW EXECUTE FUNCTION public.counselling_refuse_change('An address is never deleted.')
"""

# what belongs to a recipient is of the recipient's client; a chain of merges has no circle
OF_RECIPIENT: Final = """
CREATE FUNCTION public.consent_of_recipient() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NOT EXISTS (SELECT FROM public.consent_recipient r
      WHERE r.id = NEW.recipient_id AND r.client_id = NEW.client_id) THEN
    RAISE EXCEPTION 'The recipient is another client''s.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_recipient_wording_of BEFORE INSERT ON public.consent_recipient_wording
FOR EACH ROW EXECUTE FUNCTION public.consent_of_recipient();
CREATE TRIGGER consent_recipient_address_of BEFORE INSERT ON public.consent_recipient_address
FOR EACH ROW EXECUTE FUNCTION public.consent_of_recipient();
CREATE FUNCTION public.consent_merge_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  PERFORM FROM public.consent_recipient r WHERE r.id IN (NEW.gone_id, NEW.into_id)
    ORDER BY r.id FOR UPDATE;
  IF (SELECT count(*) FROM public.consent_recipient r
      WHERE r.id IN (NEW.gone_id, NEW.into_id) AND r.client_id = NEW.client_id) <> 2
     OR public.consent_same_recipient(NEW.into_id) <> NEW.into_id
     OR public.consent_same_recipient(NEW.gone_id) <> NEW.gone_id THEN
    RAISE EXCEPTION 'Two recipients of one client become one, once.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_recipient_merge_gate BEFORE INSERT ON public.consent_recipient_merge
FOR EACH ROW EXECUTE FUNCTION public.consent_merge_gate()
"""

# the client's own page, counts and copies go by the newest word about when they are told
TOLD: Final = f"""
CREATE FUNCTION public.consent_told_at(one uuid) RETURNS timestamptz LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT coalesce(
    (SELECT t.told_at FROM public.consent_telling t
     WHERE t.disclosure_id = d.id ORDER BY t.at DESC, t.id DESC LIMIT 1), d.told_at)
FROM public.consent_disclosure d WHERE d.id = one
$body$;
REVOKE ALL ON FUNCTION public.consent_told_at(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.consent_told_at(uuid) TO {APP}
"""
BACK: Final = """
DROP FUNCTION public.consent_told_at(uuid);
DROP TRIGGER consent_recipient_merge_gate ON public.consent_recipient_merge;
DROP FUNCTION public.consent_merge_gate();
DROP TRIGGER consent_recipient_wording_of ON public.consent_recipient_wording;
DROP TRIGGER consent_recipient_address_of ON public.consent_recipient_address;
DROP FUNCTION public.consent_of_recipient();
DROP TRIGGER consent_recipient_address_never_deleted ON public.consent_recipient_address;
DROP TRIGGER consent_recipient_address_moves ON public.consent_recipient_address;
DROP FUNCTION public.consent_address_moves();
DROP TRIGGER consent_basis_decision_gate ON public.consent_basis_decision;
DROP FUNCTION public.consent_decision_gate();
DROP TRIGGER consent_legal_basis_gate ON public.consent_legal_basis;
DROP FUNCTION public.consent_basis_gate();
DROP FUNCTION public.consent_another_releaser(uuid);
DROP FUNCTION public.consent_disclosures_why_not(uuid[]);
DROP FUNCTION public.consent_disclosure_why_not(uuid);
DROP FUNCTION public.consent_basis_why_not(uuid, uuid, uuid, uuid, text[], timestamptz, boolean);
DROP FUNCTION public.consent_consent_why_not(uuid, text, text[], timestamptz, boolean);
DROP FUNCTION public.consent_same_recipient(uuid)
"""
FORWARD: Final = ";\n".join(
    (SAME, STANDS, BASIS, HOLDS, GATE, ANOTHER, DECIDES, ADDRESS, OF_RECIPIENT, TOLD)
)
