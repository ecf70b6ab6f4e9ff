"""What the life of a permission needs of the database: switches, what is due to be asked, letters."""

from __future__ import annotations

from typing import Final

from django.db import migrations

from consent.migrations._gate import PLANTING
from consent.migrations._links import acting
from counselling.sql import definer


def _lives(ended: str = "") -> str:
    """Say whether a switch is on; `ended` adds how far back an end must lie to count."""
    return f"""
EXISTS (
    SELECT FROM public.consent_consent c
    WHERE c.client_id = person AND c.activity = switch AND switch <> ''
      AND c.since <= instant AND (c.until IS NULL OR c.until > instant)
      AND NOT EXISTS (SELECT FROM public.consent_withdrawal gone
        WHERE gone.consent_id = c.id {ended})
      AND NOT EXISTS (SELECT FROM public.consent_replacement gone
        WHERE gone.consent_id = c.id {ended})
)
"""


# for triggers, whoever writes: a withdrawal locks the same rows, and what was written while this
# waited for it counts, although it is younger than this act
HOLDS: Final = f"""
CREATE FUNCTION public.consent_switched_on(person uuid, switch text, instant timestamptz)
RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    PERFORM FROM public.consent_consent c
    WHERE c.client_id = person AND c.activity = switch ORDER BY c.id FOR SHARE;
    RETURN {_lives()};
END $body$;
REVOKE ALL ON FUNCTION public.consent_switched_on(uuid, text, timestamptz) FROM PUBLIC
"""
# for whoever may reach a client: whether something is allowed, and not what was signed
ALLOWS: Final = (
    f"SELECT person = ANY (ARRAY(SELECT public.visible_clients('contact'))) "
    f"AND {_lives('AND gone.at <= instant')}"
)

# thirty days before, of a short one its second half: as `domain.ending.asks_from`
DUE_ENDS: Final = """
SELECT DISTINCT c.client_id FROM public.consent_consent c
WHERE c.until > now() AND c.until <= now() + interval '30 days' AND NOT c.required
  AND c.until - least(interval '30 days', (c.until - c.since) / 2) <= now()
  AND NOT EXISTS (SELECT FROM public.consent_withdrawal w WHERE w.consent_id = c.id)
  AND NOT EXISTS (SELECT FROM public.consent_replacement r WHERE r.consent_id = c.id)
  AND NOT EXISTS (SELECT FROM public.consent_end_notice n WHERE n.consent_id = c.id)
LIMIT 500
"""

LETTERS: Final = f"""
CREATE FUNCTION public.consent_letter_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NEW.state IN ('queued', 'sent') AND NOT ({PLANTING}) AND NOT public.consent_switched_on(
        NEW.client_id, CASE NEW.template WHEN 'appointment' THEN 'reminders' ELSE 'email' END, now()
    ) THEN
        RAISE EXCEPTION 'The client''s word for this message does not hold.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.consent_letter_gate() FROM PUBLIC;
CREATE TRIGGER consent_letter_gate BEFORE INSERT OR UPDATE OF state ON public.clients_message
    FOR EACH ROW WHEN (NEW.template IN ('appointment', 'words'))
    EXECUTE FUNCTION public.consent_letter_gate()
"""
NO_LETTERS: Final = """
DROP TRIGGER consent_letter_gate ON public.clients_message;
DROP FUNCTION public.consent_letter_gate()
"""
# a failed letter is tried again by nobody, but its words are still there
DROP: Final = """
UPDATE public.clients_message letter SET state = 'dropped', content = NULL
WHERE letter.client_id = person AND letter.state IN ('queued', 'held', 'failed')
  AND letter.template IN ('appointment', 'words')
  AND NOT public.consent_switched_on(
    person, CASE letter.template WHEN 'appointment' THEN 'reminders' ELSE 'email' END, now())
  AND person = ANY (ARRAY(SELECT public.visible_clients('consent')))
RETURNING letter.id
"""

# one answer of a notice replaces another; whom and what it is about stays
NOTICE: Final = """
CREATE FUNCTION public.consent_end_notice_of_client() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NOT EXISTS (
        SELECT FROM public.consent_consent c
        WHERE c.id = NEW.consent_id AND c.client_id = NEW.client_id
    ) OR NEW.request_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.consent_request r
        WHERE r.id = NEW.request_id AND r.client_id = NEW.client_id
    ) THEN
        RAISE EXCEPTION 'A notice is about a permission of its client.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.consent_end_notice_of_client() FROM PUBLIC;
CREATE TRIGGER consent_end_notice_of_client BEFORE INSERT OR UPDATE ON public.consent_end_notice
    FOR EACH ROW EXECUTE FUNCTION public.consent_end_notice_of_client()
"""
NO_NOTICE: Final = """
DROP TRIGGER consent_end_notice_of_client ON public.consent_end_notice;
DROP FUNCTION public.consent_end_notice_of_client()
"""

OPERATIONS: Final = [
    migrations.RunSQL(HOLDS, "DROP FUNCTION public.consent_switched_on(uuid, text, timestamptz)"),
    definer("consent_allows(person uuid, switch text, instant timestamptz)", "boolean", ALLOWS),
    definer("consent_due_ends()", "SETOF uuid", DUE_ENDS),
    acting("consent_drop_letters(person uuid)", "uuid", "SETOF uuid", DROP),
    migrations.RunSQL(LETTERS, NO_LETTERS),
    migrations.RunSQL(NOTICE, NO_NOTICE),
]
