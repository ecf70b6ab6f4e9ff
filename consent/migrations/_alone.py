"""A permission is what its form asked: what stands alone is granted by a form that stands alone.

The kind of the form that was read decides (CC-12 to CC-14), and the clause of that very version
says which information it shares; whoever writes the row.
"""

from __future__ import annotations

from typing import Final

ALONE: Final = """
CREATE FUNCTION public.consent_as_asked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  kind text;
  clause jsonb;
  why text;
BEGIN
  SELECT f.kind, c.one INTO kind, clause
    FROM public.consent_signature s
    JOIN public.consent_request r ON r.id = s.request_id
    JOIN public.consent_formversion v ON v.id = r.version_id
    JOIN public.consent_form f ON f.id = v.form_id
    LEFT JOIN LATERAL (SELECT one FROM jsonb_array_elements(v.clauses) one
      WHERE one->>'code' = NEW.clause) c ON true
    WHERE s.id = NEW.signature_id;
  why := CASE
    WHEN clause IS NULL THEN 'The form that was signed has no such clause.'
    WHEN ('process_notes' = ANY (NEW.categories) OR kind = 'psychotherapy_notes')
      AND (kind <> 'psychotherapy_notes' OR NEW.categories::text[] <> ARRAY['process_notes'])
      THEN 'Notes for the author alone are shared by a form that asks for nothing else.'
    WHEN ('sud_notes' = ANY (NEW.categories) OR kind = 'sud_notes')
      AND (kind <> 'sud_notes' OR NEW.categories::text[] <> ARRAY['sud_notes'])
      THEN 'Notes of substance use counselling are shared by a form that asks for nothing else.'
    WHEN (NEW.purpose = 'proceedings') <> (kind = 'proceedings')
      THEN 'For proceedings something is shared by a form that asks for nothing else.'
    WHEN NOT NEW.categories::text[] <@ ARRAY(
        SELECT jsonb_array_elements_text(clause->'categories'))
      THEN 'The clause that was signed does not share this.'
    WHEN NEW.activity <> coalesce(clause->>'activity', '')
      THEN 'The clause that was signed does not allow this.'
    WHEN NEW.purpose <> '' AND clause->>'purpose' NOT IN ('as_asked', NEW.purpose)
      THEN 'The clause that was signed is for another purpose.'
  END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = why, ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.consent_as_asked() FROM PUBLIC;
CREATE TRIGGER consent_consent_that_was_asked BEFORE INSERT ON public.consent_consent
FOR EACH ROW EXECUTE FUNCTION public.consent_as_asked()
"""
NOT_ALONE: Final = """
DROP TRIGGER consent_consent_that_was_asked ON public.consent_consent;
DROP FUNCTION public.consent_as_asked()
"""
