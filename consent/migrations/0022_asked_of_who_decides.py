"""A form whose signers are not those who decide any more is asked anew, and nobody signs it."""

from django.db import migrations

from counselling.sql import definer

# everybody whom today's decision names is asked, and no guardian whom it does not name
STANDS = """
SELECT coalesce((
    SELECT NOT EXISTS (
        SELECT FROM public.clients_signing_guardians(own.client_id) AS named (guardian)
        WHERE NOT EXISTS (
            SELECT FROM public.consent_request r
            WHERE coalesce(r.lead_id, r.id) = coalesce(own.lead_id, own.id)
              AND r.guardian_id = named.guardian)
    ) AND NOT EXISTS (
        SELECT FROM public.consent_request r
        WHERE coalesce(r.lead_id, r.id) = coalesce(own.lead_id, own.id)
          AND r.guardian_id NOT IN (SELECT public.clients_signing_guardians(own.client_id))
    ) AND (
        EXISTS (
            SELECT FROM public.consent_request r
            WHERE coalesce(r.lead_id, r.id) = coalesce(own.lead_id, own.id)
              AND r.signer = 'client')
        OR EXISTS (
            SELECT FROM public.clients_decided(own.client_id) said
            WHERE said.decides = 'guardian' AND said.until > now())
    )
    FROM public.consent_request own
    WHERE own.id = of_request
      AND own.client_id = ANY (ARRAY(SELECT public.visible_clients('contact')))
), false)
"""


class Migration(migrations.Migration):
    """Said before anybody signs, instead of failing at the last signature."""

    dependencies = [("consent", "0021_the_newer_word")]

    operations = [definer("consent_group_stands(of_request uuid)", "boolean", STANDS)]
