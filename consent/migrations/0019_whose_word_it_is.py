"""A word counts for several people while everybody whom today's decision names has said it."""

import importlib

from django.db import migrations

from counselling.sql import definer

before = importlib.import_module("consent.migrations.0008_everybodys_word")

# the client, unless guardians decide for them, and every guardian who decides: each has signed it
OF_ALL = """
SELECT coalesce((
    SELECT NOT EXISTS (
        SELECT FROM public.clients_signing_guardians(c.client_id) AS named (guardian)
        WHERE NOT EXISTS (
            SELECT FROM public.consent_request r
            JOIN public.consent_signature s ON s.request_id = r.id
            WHERE coalesce(r.lead_id, r.id) = coalesce(own.lead_id, own.id)
              AND r.guardian_id = named.guardian)
    ) AND (
        EXISTS (
            SELECT FROM public.clients_decided(c.client_id) said
            WHERE said.decides = 'guardian' AND said.until > now())
        OR EXISTS (
            SELECT FROM public.consent_request r
            JOIN public.consent_signature s ON s.request_id = r.id
            WHERE coalesce(r.lead_id, r.id) = coalesce(own.lead_id, own.id)
              AND r.signer = 'client')
    )
    FROM public.consent_consent c
    JOIN public.consent_signature last ON last.id = c.signature_id
    JOIN public.consent_request own ON own.id = last.request_id
    WHERE c.id = of_consent
), false)
"""
HOLDS = before.HOLDS.split("REVOKE ALL", maxsplit=1)[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
)
HOLDS_FOR_ALL = HOLDS.replace(
    "WHERE c.id = one.id AND",
    "WHERE c.id = one.id AND public.consent_of_all_who_decide(c.id) AND",
    1,
)


class Migration(migrations.Migration):
    """What somebody young agreed to alone does not open what is about others, too."""

    dependencies = [("consent", "0018_whose_approval_it_is")]

    operations = [
        definer("consent_of_all_who_decide(of_consent uuid)", "boolean", OF_ALL),
        migrations.RunSQL(HOLDS_FOR_ALL, HOLDS),
    ]
