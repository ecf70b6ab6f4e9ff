"""What a new signature replaces: decided in the database, since a link sees nothing signed before.

The newer word wins, Yes or No: what the same form said of the same recipient for the same purpose
ends where it is asked again. Signatures of one client wait for each other, and for a withdrawal or
a disclosure of what they replace.
"""

from __future__ import annotations

from typing import Final

from django.db import migrations

from counselling.sql import definer


def _replaced(request: str, at: str) -> str:
    """Say which consents a signature under one request, at one instant, ends."""
    return f"""
  public.consent_request asked
  JOIN public.consent_formversion form ON form.id = asked.version_id
  JOIN public.consent_request earlier ON earlier.client_id = asked.client_id
    AND earlier.id <> asked.id AND earlier.purpose = asked.purpose
    AND earlier.recipient_id IS NOT DISTINCT FROM asked.recipient_id
  JOIN public.consent_formversion edition
    ON edition.id = earlier.version_id AND edition.form_id = form.form_id
  JOIN public.consent_signature signed
    ON signed.request_id = earlier.id AND signed.signed_at <= {at}
  JOIN public.consent_consent given ON given.signature_id = signed.id
    AND (given.until IS NULL OR given.until > {at})
WHERE asked.id = {request}
  AND EXISTS (SELECT FROM jsonb_array_elements(form.clauses) AS point (said)
    WHERE point.said ->> 'code' = given.clause)
  AND NOT EXISTS (SELECT FROM public.consent_withdrawal w WHERE w.consent_id = given.id)
  AND NOT EXISTS (SELECT FROM public.consent_replacement r WHERE r.consent_id = given.id)
"""


REPLACE: Final = f"""
CREATE FUNCTION public.consent_replace() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('consent_replace' || NEW.client_id::text, 0));
  PERFORM FROM public.consent_consent WHERE client_id = NEW.client_id ORDER BY id FOR UPDATE;
  INSERT INTO public.consent_replacement (id, consent_id, client_id, signature_id, at)
  SELECT gen_random_uuid(), given.id, NEW.client_id, NEW.id, NEW.signed_at
  FROM {_replaced("NEW.request_id", "NEW.signed_at")};
  RETURN NULL;
END $$;
CREATE TRIGGER consent_signature_replaces AFTER INSERT ON public.consent_signature
FOR EACH ROW EXECUTE FUNCTION public.consent_replace()
"""
UNREPLACE: Final = """
DROP TRIGGER consent_signature_replaces ON public.consent_signature;
DROP FUNCTION public.consent_replace()
"""

# what the last page says before the signature, to whoever may sign or ask that one request
PREVIEW: Final = f"""
SELECT given.id, given.clause::text, given.since FROM {_replaced("request", "instant")}
  AND asked.client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))
  AND coalesce(asked.id = (SELECT public.link_row()), (SELECT public.link_row()) IS NULL)
ORDER BY given.since DESC, given.clause
"""

OPERATIONS: Final = [
    migrations.RunSQL(REPLACE, UNREPLACE),
    definer(
        "consent_replaced_by(request uuid, instant timestamptz)",
        "TABLE (consent uuid, clause text, since timestamptz)",
        PREVIEW,
    ),
]
