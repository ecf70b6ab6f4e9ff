"""A guardian sees what guardians were asked and signed; what they allow ends with their say.

Not: what the client allowed alone, what went to whom, whom else the client was asked about.
"""

import importlib

from django.db import migrations

from counselling.sql import definer

guardians = importlib.import_module("clients.migrations.0013_guardians_in_force")

GUARDIAN = "(SELECT public.guarding())"
# every request of a group in which a guardian signs, once it is signed: of the one client
ASKED = """
SELECT r.id FROM public.consent_request r
WHERE r.client_id = public.guarded_client() AND r.state = 'signed' AND EXISTS (
    SELECT FROM public.consent_request theirs
    WHERE theirs.signer = 'guardian'
      AND coalesce(theirs.lead_id, theirs.id) = coalesce(r.lead_id, r.id)
)
"""
SIGNED = """
SELECT s.id FROM public.consent_signature s
WHERE s.request_id IN (SELECT public.consent_asked_of_guardians())
"""
# what they signed themselves, and confirmations of the end of nothing else than what they may see
PAPERS = """
SELECT d.id FROM public.consent_document d
JOIN public.consent_request r ON r.id = d.request_id
WHERE d.client_id = public.guarded_client() AND r.guardian_id = public.guarding()
UNION
SELECT d.id FROM public.consent_document d
WHERE d.client_id = public.guarded_client() AND d.kind = 'withdrawal'
  AND EXISTS (SELECT FROM public.consent_withdrawal w WHERE w.certificate_id = d.id)
  AND NOT EXISTS (
    SELECT FROM public.consent_withdrawal w
    JOIN public.consent_consent c ON c.id = w.consent_id
    JOIN public.consent_signature s ON s.id = c.signature_id
    WHERE w.certificate_id = d.id
      AND s.request_id NOT IN (SELECT public.consent_asked_of_guardians())
  )
"""
_SEEN = "ARRAY(SELECT public.consent_asked_of_guardians())"
ONLY = {
    "consent_signature": f"request_id = ANY ({_SEEN})",
    "consent_consent": "signature_id = ANY (ARRAY(SELECT public.consent_signed_for_guardians()))",
    "consent_withdrawal": "consent_id IN (SELECT c.id FROM public.consent_consent c)",
    "consent_document": "id = ANY (ARRAY(SELECT public.consent_papers_of_guardians()))",
    "consent_onlineacceptance": f"guardian_id = {GUARDIAN}",
    "consent_recipient": "false",
    "consent_disclosure": "false",
    "consent_disclosureitem": "false",
}
REQUEST = (
    f"ALTER POLICY consent_request_no_guardian ON public.consent_request "
    f"USING ({GUARDIAN} IS NULL OR guardian_id = {GUARDIAN} OR {{}})"
)

# the clock and not a job ends what guardians allowed; who is asked decides at the last signature
ENDS = """
CREATE FUNCTION public.consent_ends_with_decision() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE ends timestamptz;
BEGIN
    SELECT said.until INTO ends FROM public.clients_decided(NEW.client_id) said
    WHERE said.decides = 'guardian' AND said.until > now();
    IF ends IS NOT NULL AND (NEW.until IS NULL OR NEW.until > ends) THEN
        RAISE EXCEPTION 'What guardians allow for somebody ends when they decide no more.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF ends IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.clients_signing_guardians(NEW.client_id)
    ) THEN
        RAISE EXCEPTION 'Nobody decides for this client.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.consent_ends_with_decision() FROM PUBLIC;
CREATE TRIGGER consent_consent_ends_with_decision BEFORE INSERT ON public.consent_consent
    FOR EACH ROW EXECUTE FUNCTION public.consent_ends_with_decision()
"""
NO_END = """
DROP TRIGGER consent_consent_ends_with_decision ON public.consent_consent;
DROP FUNCTION public.consent_ends_with_decision()
"""


class Migration(migrations.Migration):
    """Deny when unknown: what a guardian did not sign is not theirs to read."""

    dependencies = [
        ("consent", "0014_life_of_a_permission"),
        ("clients", "0014_letters_to_guardians"),
    ]

    operations = [
        definer("consent_asked_of_guardians()", "SETOF uuid", ASKED),
        definer("consent_signed_for_guardians()", "SETOF uuid", SIGNED),
        definer("consent_papers_of_guardians()", "SETOF uuid", PAPERS),
        *(guardians.not_for_guardians(table, unless=one) for table, one in ONLY.items()),
        migrations.RunSQL(
            REQUEST.format(f"id = ANY ({_SEEN})"), REQUEST.format("state = 'signed'")
        ),
        migrations.RunSQL(ENDS, NO_END),
    ]
