"""The newer word wins whatever form it stands on: the same activity, or the same to the same.

Until now only the same form replaced what was signed before. Since recording has a form of its
own, a No there would have stood beside a Yes in an older agreement. A form written here may also
ask what a shipped one asks.
"""

from __future__ import annotations

from typing import Final

from django.db import migrations

from consent.migrations import _replacement


def _replaced(request: str, at: str) -> str:
    """Say which consents a signature under one request, at one instant, ends."""
    return f"""
  public.consent_request asked
  JOIN public.consent_formversion form ON form.id = asked.version_id
  JOIN public.consent_consent given ON given.client_id = asked.client_id
    AND (given.until IS NULL OR given.until > {at})
  JOIN public.consent_signature signed
    ON signed.id = given.signature_id AND signed.signed_at <= {at}
  JOIN public.consent_request earlier
    ON earlier.id = signed.request_id AND earlier.id <> asked.id
  JOIN public.consent_formversion edition ON edition.id = earlier.version_id
WHERE asked.id = {request}
  AND EXISTS (
    SELECT FROM jsonb_array_elements(form.clauses) AS point (said)
    WHERE (given.activity <> '' AND point.said ->> 'activity' = given.activity)
      OR (given.activity = ''
        AND given.recipient_id IS NOT DISTINCT FROM asked.recipient_id
        AND given.purpose = CASE point.said ->> 'purpose'
          WHEN 'as_asked' THEN asked.purpose ELSE point.said ->> 'purpose' END
        AND point.said -> 'categories' ?| given.categories::text[])
      OR (edition.form_id = form.form_id AND point.said ->> 'code' = given.clause
        AND earlier.purpose = asked.purpose
        AND earlier.recipient_id IS NOT DISTINCT FROM asked.recipient_id)
  )
  AND NOT EXISTS (SELECT FROM public.consent_withdrawal w WHERE w.consent_id = given.id)
  AND NOT EXISTS (SELECT FROM public.consent_replacement r WHERE r.consent_id = given.id)
"""


def _function(replaced: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION public.consent_replace() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM public.consent_request r
      WHERE coalesce(r.lead_id, r.id) = (
        SELECT coalesce(asked.lead_id, asked.id) FROM public.consent_request asked
        WHERE asked.id = NEW.request_id)
      AND NOT EXISTS (SELECT FROM public.consent_signature s WHERE s.request_id = r.id)) THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('consent_replace' || NEW.client_id::text, 0));
  PERFORM FROM public.consent_consent WHERE client_id = NEW.client_id ORDER BY id FOR UPDATE;
  INSERT INTO public.consent_replacement (id, consent_id, client_id, signature_id, at)
  SELECT gen_random_uuid(), given.id, NEW.client_id, NEW.id, NEW.signed_at
  FROM {replaced};
  RETURN NULL;
END $$
"""


def _preview(replaced: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION public.consent_replaced_by(request uuid, instant timestamptz)
RETURNS TABLE (consent uuid, clause text, since timestamptz) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT given.id, given.clause::text, given.since FROM {replaced}
  AND asked.client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))
  AND coalesce(asked.id = (SELECT public.link_row()), (SELECT public.link_row()) IS NULL)
ORDER BY given.since DESC, given.clause
$body$
"""


_BY_SIGNATURE: Final = ("NEW.request_id", "NEW.signed_at")
_BY_REQUEST: Final = ("request", "instant")


class Migration(migrations.Migration):
    """What is enforced is what the last page said before the signature: one rule for both."""

    dependencies = [("consent", "0020_nine_forms")]

    operations = [
        migrations.RunSQL(
            _function(_replaced(*_BY_SIGNATURE)),
            _function(_replacement._replaced(*_BY_SIGNATURE)),
        ),
        migrations.RunSQL(
            _preview(_replaced(*_BY_REQUEST)),
            _preview(_replacement._replaced(*_BY_REQUEST)),
        ),
    ]
