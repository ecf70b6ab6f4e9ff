"""Who signs which request, that everybody has signed before anything is allowed, and what it ends.

One request a signer: the first leads, the others follow by their turn. Nobody signs for another;
nobody signs before those who come earlier; a consent is written with the last signature only, and
only if those have signed whom the capacity decision in force names. The rules hold whoever writes.
"""

from __future__ import annotations

import importlib
from typing import Final

from django.db import migrations

from consent.migrations import _replacement
from counselling.sql import APP, another_policy, definer

first = importlib.import_module("consent.migrations.0002_row_security")

GUARDIAN: Final = "(SELECT public.guarding())"

# -- a group is of one piece -----------------------------------------------------------------------

GROUP: Final = """
CREATE FUNCTION public.consent_request_group() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NEW.lead_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.consent_request leads
        WHERE leads.id = NEW.lead_id AND leads.lead_id IS NULL
          AND leads.client_id = NEW.client_id AND leads.version_id = NEW.version_id
          AND leads.purpose = NEW.purpose
          AND leads.recipient_id IS NOT DISTINCT FROM NEW.recipient_id
          AND leads.text_sha256 = NEW.text_sha256 AND leads.state IN ('draft', 'sent')
    ) THEN
        RAISE EXCEPTION 'Who signs together signs the same form of the same client.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.guardian_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.clients_guardian theirs
        WHERE theirs.id = NEW.guardian_id AND theirs.client_id = NEW.client_id
    ) THEN
        RAISE EXCEPTION 'A guardian signs for the client they are the guardian of.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.consent_request_group() FROM PUBLIC;
CREATE TRIGGER consent_request_group BEFORE INSERT ON public.consent_request
    FOR EACH ROW EXECUTE FUNCTION public.consent_request_group()
"""
NO_GROUP: Final = """
DROP TRIGGER consent_request_group ON public.consent_request;
DROP FUNCTION public.consent_request_group()
"""


def _group(request: str) -> str:
    """Write the id by which the requests of one group are known: that of the lead."""
    return (
        "(SELECT coalesce(asked.lead_id, asked.id) FROM public.consent_request asked "
        f"WHERE asked.id = {request})"
    )


# how the others of a group stand, without their answers, links and PINs
STANDS: Final = f"""
SELECT r.id, r.signer::text, r.guardian_id, r.turn::integer, r.state::text, r.expires_at,
    s.signed_at
FROM public.consent_request r
LEFT JOIN public.consent_signature s ON s.request_id = r.id
WHERE coalesce(r.lead_id, r.id) = {_group("of_request")}
  AND r.client_id = ANY (ARRAY(SELECT public.visible_clients('contact')))
  AND coalesce(of_request = (SELECT public.link_row()), (SELECT public.link_row()) IS NULL)
  AND (SELECT public.clients_emergency_client()) IS NULL
ORDER BY r.turn
"""
# the requests of the group of the link that acts: it sees what was signed before it
TOGETHER: Final = f"""
SELECT r.id FROM public.consent_request r
WHERE public.link_row() IS NOT NULL
  AND coalesce(r.lead_id, r.id) = {_group("public.link_row()")}
"""

# -- nobody signs for another, nobody before their turn --------------------------------------------

MAY_SIGN: Final = """
SELECT EXISTS (
    SELECT FROM public.consent_request r
    WHERE r.id = of_request
      AND CASE
        WHEN public.link_row() IS NOT NULL THEN r.id = public.link_row()
        WHEN public.guarding() IS NOT NULL THEN r.guardian_id = public.guarding()
        WHEN public.portal_client() IS NOT NULL
          THEN r.signer = 'client' AND r.client_id = public.portal_client()
        ELSE r.signer = 'witness' AND (
          public.actor_has_role('counsellor') OR public.actor_has_role('trainee')
          OR public.actor_has_role('front_desk'))
      END
      AND NOT EXISTS (
        SELECT FROM public.consent_request earlier
        WHERE coalesce(earlier.lead_id, earlier.id) = coalesce(r.lead_id, r.id)
          AND earlier.turn < r.turn AND NOT EXISTS (
            SELECT FROM public.consent_signature s WHERE s.request_id = earlier.id)
      )
)
"""
SIGNS: Final = f"""
CREATE POLICY consent_signature_by_the_signer ON public.consent_signature AS RESTRICTIVE
    FOR INSERT TO {APP}
    WITH CHECK (public.consent_may_sign(request_id) AND by = (SELECT public.counselling_actor()));
CREATE POLICY consent_request_of_the_signer ON public.consent_request AS RESTRICTIVE
    FOR UPDATE TO {APP} USING (
        ({GUARDIAN} IS NULL OR guardian_id = {GUARDIAN})
        AND ((SELECT public.portal_client()) IS NULL OR signer = 'client')
    );
CREATE POLICY consent_request_no_guardian ON public.consent_request AS RESTRICTIVE
    FOR SELECT TO {APP}
    USING ({GUARDIAN} IS NULL OR guardian_id = {GUARDIAN} OR state = 'signed');
CREATE POLICY consent_question_no_guardian ON public.consent_question AS RESTRICTIVE
    FOR SELECT TO {APP}
    USING ({GUARDIAN} IS NULL OR request_id IN (
        SELECT r.id FROM public.consent_request r WHERE r.guardian_id = {GUARDIAN}));
CREATE POLICY consent_gone_through_no_guardian ON public.consent_gone_through AS RESTRICTIVE
    FOR SELECT TO {APP} USING ({GUARDIAN} IS NULL)
"""
NO_SIGNS: Final = """
DROP POLICY consent_signature_by_the_signer ON public.consent_signature;
DROP POLICY consent_request_of_the_signer ON public.consent_request;
DROP POLICY consent_request_no_guardian ON public.consent_request;
DROP POLICY consent_question_no_guardian ON public.consent_question;
DROP POLICY consent_gone_through_no_guardian ON public.consent_gone_through
"""

# -- a consent is everybody's word -----------------------------------------------------------------

EVERYBODY: Final = """
CREATE FUNCTION public.consent_everybody() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    leads uuid;
    decided text;
    ends timestamptz;
    why text;
BEGIN
    SELECT coalesce(r.lead_id, r.id) INTO leads
    FROM public.consent_signature s JOIN public.consent_request r ON r.id = s.request_id
    WHERE s.id = NEW.signature_id AND s.client_id = NEW.client_id AND r.client_id = NEW.client_id;
    SELECT d.decides, d.until INTO decided, ends FROM public.clients_decided(NEW.client_id) d;
    IF decided IS NULL OR ends IS NOT NULL AND ends <= now() THEN
        decided := 'alone';
    END IF;
    why := CASE
        WHEN leads IS NULL THEN 'A consent rests on a signature of the same client.'
        WHEN EXISTS (
            SELECT FROM public.consent_request r WHERE coalesce(r.lead_id, r.id) = leads
              AND NOT EXISTS (
                SELECT FROM public.consent_signature s WHERE s.request_id = r.id)
        ) THEN 'Not everybody has signed this yet.'
        WHEN decided <> 'guardian' AND NOT EXISTS (
            SELECT FROM public.consent_request r WHERE coalesce(r.lead_id, r.id) = leads
              AND r.signer = 'client'
        ) THEN 'The client has not signed this.'
        WHEN EXISTS (
            SELECT FROM public.clients_signing_guardians(NEW.client_id) AS named (guardian)
            WHERE NOT EXISTS (
                SELECT FROM public.consent_request r WHERE coalesce(r.lead_id, r.id) = leads
                  AND r.guardian_id = named.guardian)
        ) THEN 'Somebody who decides for this client has not signed.'
    END;
    IF why IS NOT NULL THEN
        RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.consent_everybody() FROM PUBLIC;
CREATE TRIGGER consent_consent_of_everybody BEFORE INSERT ON public.consent_consent
    FOR EACH ROW EXECUTE FUNCTION public.consent_everybody()
"""
NO_EVERYBODY: Final = """
DROP TRIGGER consent_consent_of_everybody ON public.consent_consent;
DROP FUNCTION public.consent_everybody()
"""

# -- what is replaced is replaced by the last signature of the group -------------------------------

_BEGIN: Final = "BEGIN\n  PERFORM pg_advisory"
REPLACE: Final = _replacement.REPLACE[: _replacement.REPLACE.index("CREATE TRIGGER")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
)
REPLACE_AT_LAST: Final = REPLACE.replace(
    _BEGIN,
    "BEGIN\n"
    "  IF EXISTS (SELECT FROM public.consent_request r\n"
    f"      WHERE coalesce(r.lead_id, r.id) = {_group('NEW.request_id')}\n"
    "      AND NOT EXISTS (SELECT FROM public.consent_signature s WHERE s.request_id = r.id)) THEN\n"
    "    RETURN NULL;\n"
    "  END IF;\n"
    "  PERFORM pg_advisory",
    1,
)


class Migration(migrations.Migration):
    """The stricter wins: what one of them has not said yes to is not there."""

    dependencies = [
        ("consent", "0010_one_request_a_signer"),
        ("clients", "0013_guardians_in_force"),
    ]

    operations = [
        migrations.RunSQL(GROUP, NO_GROUP),
        definer(
            "consent_group(of_request uuid)",
            "TABLE (request uuid, signer text, guardian uuid, turn integer, state text, "
            "expires_at timestamptz, signed_at timestamptz)",
            STANDS,
        ),
        definer("consent_together()", "SETOF uuid", TOGETHER),
        definer("consent_may_sign(of_request uuid)", "boolean", MAY_SIGN),
        another_policy(
            "consent_signature",
            "consent_signature_together",
            "select",
            f"{first.CONSENT} AND request_id = ANY (ARRAY(SELECT public.consent_together()))",
        ),
        migrations.RunSQL(SIGNS, NO_SIGNS),
        migrations.RunSQL(EVERYBODY, NO_EVERYBODY),
        migrations.RunSQL(REPLACE_AT_LAST, REPLACE),
    ]
