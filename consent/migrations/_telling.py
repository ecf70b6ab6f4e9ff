"""What a client does not know yet is nowhere, and is told them in time, whoever forgets to.

A notice is made with each disclosure on a legal basis, moved with each telling, and told once. Until
then the client's own view holds no row of it and no event of the acts that led to it.
"""

from __future__ import annotations

import datetime
import importlib
from typing import Final

from consent.migrations import _by_whom as by_whom
from consent.migrations._gate import PLANTING
from counselling.sql import APP

guardians = importlib.import_module("clients.migrations.0013_guardians_in_force")

# as `consent.domain.telling` and `records.domain.dangers` say today
LONGEST_DELAY: Final = datetime.timedelta(days=30)

# of danger that did not wait the client is told a day later at most, until a second person looked;
# else that second person agreed to it where they decided about the basis
AGREED: Final = """
  IF NEW.told_at > NEW.at AND NEW.told_at <= NEW.at + interval '24 hours'
    AND NEW.later_by = NEW."by" AND EXISTS (
      SELECT FROM public.consent_legal_basis b WHERE b.id = NEW.basis_id AND b.immediate
        AND b."by" = NEW.later_by AND b.tell_at >= NEW.told_at
        AND NOT EXISTS (SELECT FROM public.consent_basis_decision d WHERE d.basis_id = b.id)) THEN
    RETURN NEW;
  END IF;
  IF NEW.told_at > NEW.at AND NOT EXISTS (
      SELECT FROM public.consent_legal_basis b
      JOIN public.consent_basis_decision d ON d.basis_id = b.id
      WHERE b.id = NEW.basis_id AND d.later AND d."by" = NEW.later_by
        AND b.tell_at >= NEW.told_at) THEN
    RAISE EXCEPTION 'That a client is told later, somebody else agrees to.'
      USING ERRCODE = 'restrict_violation';
  END IF;
"""
_PLACE: Final = "  IF NEW.told_at > NEW.at AND NOT public.consent_is_second("
DISCLOSURE: Final = (
    by_whom.DISCLOSURE[: by_whom.DISCLOSURE.index("CREATE TRIGGER")]
    .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    .replace(_PLACE, AGREED + _PLACE, 1)
)
OLD_DISCLOSURE: Final = by_whom.DISCLOSURE[: by_whom.DISCLOSURE.index("CREATE TRIGGER")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
)

NOTICES: Final = """
CREATE FUNCTION public.consent_disclosure_notice_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  INSERT INTO public.consent_disclosure_notice (
      id, client_id, disclosure_id, state, attempts, due_at, how)
  VALUES (gen_random_uuid(), NEW.client_id, NEW.id, 'waiting', 0, NEW.told_at, '');
  RETURN NULL;
END $$;
CREATE TRIGGER consent_disclosure_noticed AFTER INSERT ON public.consent_disclosure
FOR EACH ROW WHEN (NEW.basis_id IS NOT NULL) EXECUTE FUNCTION public.consent_disclosure_notice_made();
CREATE FUNCTION public.consent_disclosure_notice_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  UPDATE public.consent_disclosure_notice SET due_at = NEW.told_at
  WHERE disclosure_id = NEW.disclosure_id AND state = 'waiting';
  RETURN NULL;
END $$;
CREATE TRIGGER consent_telling_noticed AFTER INSERT ON public.consent_telling
FOR EACH ROW EXECUTE FUNCTION public.consent_disclosure_notice_moved()
"""

# told is told; nobody is told by a letter before their instant, or in another's name
TOLD_ONCE: Final = f"""
CREATE FUNCTION public.consent_disclosure_notice_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  planted boolean := {PLANTING};
  why text;
BEGIN
  why := CASE
    WHEN OLD.state IN ('told', 'nothing') THEN 'The client has been told.'
    WHEN (NEW.id, NEW.client_id, NEW.disclosure_id)
        IS DISTINCT FROM (OLD.id, OLD.client_id, OLD.disclosure_id)
      THEN 'A notice is about one disclosure.'
    WHEN planted THEN NULL
    WHEN NEW.state = 'told' AND NEW.told_at <> now()
      THEN 'A client is told at the instant it is written down.'
    WHEN NEW.told_by IS NOT NULL AND NEW.told_by <> public.counselling_actor()
      THEN 'Who told a client says so themselves.'
    WHEN NEW.state <> 'waiting' AND public.consent_told_at(NEW.disclosure_id) > now()
      THEN 'The client is not to be told yet.'
    WHEN NEW.state = 'nothing' AND NOT EXISTS (
        SELECT FROM public.consent_disclosure s
        JOIN public.consent_document d ON d.id = s.document_id
        WHERE s.id = NEW.disclosure_id AND d.state = 'cancelled')
      THEN 'What went is told.'
  END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_disclosure_notice_gate BEFORE UPDATE ON public.consent_disclosure_notice
FOR EACH ROW EXECUTE FUNCTION public.consent_disclosure_notice_moves();
CREATE TRIGGER consent_disclosure_notice_never_deleted
BEFORE DELETE ON public.consent_disclosure_notice
FOR EACH ROW EXECUTE FUNCTION public.counselling_refuse_change('A notice is never deleted.');
CREATE TRIGGER consent_disclosure_notice_never_emptied
BEFORE TRUNCATE ON public.consent_disclosure_notice
FOR EACH STATEMENT EXECUTE FUNCTION public.counselling_refuse_change('A notice is never deleted.')
"""
DUE: Final = """
SELECT n.id, n.client_id FROM public.consent_disclosure_notice n
WHERE n.state = 'waiting' AND n.due_at <= now() ORDER BY n.due_at LIMIT 500
"""

# what the client who asks is not to know of yet: bases with something untold on them, and for as
# long as a delay may last those on which nothing has gone
_UNTOLD: Final = """
SELECT b.id, b.case_id, b.recipient_id, b."by", b.at,
    (SELECT max(d.at) FROM public.consent_disclosure d WHERE d.basis_id = b.id) AS last,
    EXISTS (SELECT FROM public.consent_disclosure d WHERE d.basis_id = b.id
        AND public.consent_told_at(d.id) <= now()) AS known
FROM public.consent_legal_basis b
WHERE b.client_id = public.portal_client() AND (
    EXISTS (SELECT FROM public.consent_disclosure d
        WHERE d.basis_id = b.id AND public.consent_told_at(d.id) > now())
    OR b.at > now() - interval '30 days'
        AND NOT EXISTS (SELECT FROM public.consent_disclosure d WHERE d.basis_id = b.id))
"""
UNTOLD: Final = f"SELECT EXISTS ({_UNTOLD})"
HIDDEN: Final = f"""
WITH untold AS ({_UNTOLD}),
things AS (
    SELECT id FROM untold WHERE NOT known
    UNION ALL SELECT p.id FROM public.consent_basis_paper p
        JOIN untold u ON u.id = p.basis_id AND NOT u.known
    UNION ALL SELECT c.id FROM public.consent_basis_decision c
        JOIN untold u ON u.id = c.basis_id AND NOT u.known
    UNION ALL SELECT u.recipient_id FROM untold u
        WHERE u.recipient_id NOT IN (SELECT public.consent_known_recipients())
    UNION ALL SELECT unnest(ARRAY[d.id, d.document_id, n.id]) FROM public.consent_disclosure d
        JOIN untold u ON u.id = d.basis_id
        LEFT JOIN public.consent_disclosure_notice n ON n.disclosure_id = d.id
        WHERE public.consent_told_at(d.id) > now()
)
SELECT EXISTS (
    SELECT FROM things WHERE things.id = (said::json ->> 'row')::uuid
        OR things.id::text IN (SELECT json_array_elements_text(said::json -> 'rows'))
) OR EXISTS (
    SELECT FROM untold u
    WHERE who = u."by" AND instant = u.at
        OR EXISTS (SELECT FROM public.consent_disclosure d
            WHERE d.basis_id = u.id AND d.at = instant AND public.consent_told_at(d.id) > now())
        OR EXISTS (SELECT FROM public.consent_basis_decision c
            WHERE c.basis_id = u.id AND c."by" = who AND c.at = instant)
        OR (what = 'notes.composed' OR what LIKE 'share.%')
            AND (said::json ->> 'case')::uuid = u.case_id
            AND instant BETWEEN u.at - interval '1 day'
                AND coalesce(u.last + interval '1 hour', 'infinity')
)
"""
# a guardian knows as recipients whom they are asked about
KNOWN_ONLY: Final = f"""
CREATE POLICY consent_recipient_guarded ON public.consent_recipient AS RESTRICTIVE FOR SELECT
TO {APP} USING ((SELECT public.guarding()) IS NULL
    OR id IN (SELECT r.recipient_id FROM public.consent_request r))
"""
NOT_KNOWN_ONLY: Final = "DROP POLICY consent_recipient_guarded ON public.consent_recipient"
EVENTS: Final = f"""
CREATE POLICY audit_event_once_told ON public.audit_event AS RESTRICTIVE FOR SELECT TO {APP} USING (
    (SELECT public.portal_client()) IS NULL OR NOT (SELECT public.consent_untold())
    OR NOT public.consent_hidden_event(payload, kind, actor, recorded)
)
"""
NO_EVENTS: Final = "DROP POLICY audit_event_once_told ON public.audit_event"
# the function that finds events is the owner's: it asks what the policy asks
ABOUT: Final = guardians.ABOUT.replace(
    "e.payload::json ->> 'row')::uuid, e.actor, e.recorded)))",
    "e.payload::json ->> 'row')::uuid, e.actor, e.recorded))\n"
    "            AND (NOT (SELECT public.consent_untold())\n"
    "                 OR NOT public.consent_hidden_event(\n"
    "                     e.payload, e.kind, e.actor, e.recorded)))",
)
BACK_NOTICES: Final = """
DROP TRIGGER consent_disclosure_notice_never_emptied ON public.consent_disclosure_notice;
DROP TRIGGER consent_disclosure_notice_never_deleted ON public.consent_disclosure_notice;
DROP TRIGGER consent_disclosure_notice_gate ON public.consent_disclosure_notice;
DROP FUNCTION public.consent_disclosure_notice_moves();
DROP TRIGGER consent_telling_noticed ON public.consent_telling;
DROP FUNCTION public.consent_disclosure_notice_moved();
DROP TRIGGER consent_disclosure_noticed ON public.consent_disclosure;
DROP FUNCTION public.consent_disclosure_notice_made()
"""
# of a basis that the client knows, what was said before they knew it stays told
STILL_TOLD: Final = (
    HIDDEN.replace(
        'WHERE who = u."by" AND instant = u.at\n',
        'WHERE NOT u.known AND who = u."by" AND instant = u.at\n',
    )
    .replace(
        'WHERE c.basis_id = u.id AND c."by" = who AND c.at = instant)',
        'WHERE NOT u.known AND c.basis_id = u.id AND c."by" = who AND c.at = instant)',
    )
    .replace(
        "instant BETWEEN u.at - interval '1 day'\n",
        "instant BETWEEN CASE WHEN u.known THEN (SELECT min(d.at) FROM public.consent_disclosure d\n"
        "                WHERE d.basis_id = u.id AND public.consent_told_at(d.id) > now())\n"
        "            ELSE u.at END - interval '1 day'\n",
    )
)
# whom it goes to was written down and reached on the way, by acts that name no case; what the client
# could see before there was a basis they still see
LED_TO: Final = STILL_TOLD.replace(
    "(what = 'notes.composed' OR what LIKE 'share.%')\n"
    "            AND (said::json ->> 'case')::uuid = u.case_id\n",
    "what LIKE 'delivery.%' AND instant >= u.at\n"
    "        OR (what LIKE 'recipient.%' OR (what = 'notes.composed' OR what LIKE 'share.%')\n"
    "                AND (said::json ->> 'case')::uuid = u.case_id)\n",
).replace("ELSE u.at END - interval '1 day'\n", "ELSE u.at END\n")
