"""What was found by looking a second time: ways around the second person, and around telling.

A second person who refuses is there to be asked: what they refused does not go at once all the
same. A danger is of these weeks. Letters and notices are the machine's to settle.
"""

from __future__ import annotations

from typing import Final

from consent.migrations import _delivery as delivery
from consent.migrations import _grounds as grounds
from consent.migrations import _telling as telling
from consent.migrations._gate import PLANTING
from consent.migrations._named import inside
from counselling.sql import APP

# as `consent.domain.bases`: how long a refusal counts, and how long a danger
DAY: Final = "interval '24 hours'"
MONTH: Final = "interval '30 days'"
AT_ONCE: Final = "ARRAY['danger', 'child_protection']"

# the same recipient, the same name written down once more, or the same danger told to such another
REFUSED: Final = inside(
    """consent_refused_lately(of_client uuid, to_recipient uuid, of_danger uuid,
    stated timestamptz, instant timestamptz, but uuid)""",
    "boolean",
    f"""
SELECT EXISTS (
    SELECT FROM public.consent_basis_decision d
    JOIN public.consent_legal_basis b ON b.id = d.basis_id
    WHERE b.client_id = of_client AND b.id IS DISTINCT FROM but AND d.answer = 'refuse'
      AND b.kind = ANY ({AT_ONCE}) AND d.at > stated - {DAY} AND d.at <= instant
      AND (
        public.consent_same_recipient(b.recipient_id)
            = public.consent_same_recipient(to_recipient)
        OR public.consent_name_key(to_recipient) <> ''
            AND public.consent_name_key(b.recipient_id) = public.consent_name_key(to_recipient)
        OR b.danger = of_danger AND public.consent_recipient_kinds(b.recipient_id)
            && public.consent_recipient_kinds(to_recipient)
      )
)
""",
)
_UNASKED: Final = "        WHEN d.id IS NULL AND NOT b.immediate THEN"
WHY_NOT: Final = grounds.BASIS.split("REVOKE ALL", maxsplit=1)[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
)
WHY_NOT_NOW: Final = WHY_NOT.replace(
    _UNASKED,
    """        WHEN d.id IS NULL AND NOT planted AND public.consent_refused_lately(
            b.client_id, b.recipient_id, b.danger, b.at, instant, b.id)
            THEN 'A second person refused this today. Ask them: it does not go at once.'
"""
    + _UNASKED,
    1,
)
STATED: Final = f"""
CREATE FUNCTION public.consent_basis_at_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  planted boolean := {PLANTING};
  why text;
BEGIN
  IF NEW.kind = ANY ({AT_ONCE}) THEN
    NEW.valid_until := least(NEW.valid_until, NEW.at + {MONTH});
  END IF;
  why := CASE
    WHEN planted OR NOT NEW.immediate THEN NULL
    WHEN public.consent_recipient_kinds(NEW.recipient_id) && ARRAY['insurer', 'lawyer']
      THEN 'No insurer and no lawyer is told at once: a second person looks at it first.'
    WHEN public.consent_refused_lately(
        NEW.client_id, NEW.recipient_id, NEW.danger, NEW.at, now(), NEW.id)
      THEN 'A second person refused this today. Ask them: it does not go at once.'
  END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.consent_basis_at_once() FROM PUBLIC;
CREATE TRIGGER consent_legal_basis_not_again BEFORE INSERT ON public.consent_legal_basis
FOR EACH ROW EXECUTE FUNCTION public.consent_basis_at_once()
"""
# 45 CFR 164.528(a)(2): what went to an office or to who enforces the law, and nothing else
SUSPENDED: Final = f"""
CREATE FUNCTION public.consent_suspends_official() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NOT {PLANTING} AND EXISTS (SELECT FROM public.consent_disclosure d
      WHERE d.id = ANY (NEW.disclosures) AND NOT coalesce(
        public.consent_recipient_kinds(d.recipient_id)
          && ARRAY['court', 'authority', 'police'], false)) THEN
    RAISE EXCEPTION 'Suspended is only what went to an official: a court, an office, the police.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.consent_suspends_official() FROM PUBLIC;
CREATE TRIGGER consent_accounting_suspension_official
BEFORE INSERT ON public.consent_accounting_suspension
FOR EACH ROW EXECUTE FUNCTION public.consent_suspends_official()
"""

# what goes by itself goes in the name of somebody who could still send it: asked as that person
FOR_WHOM: Final = f"""
CREATE FUNCTION public.consent_disclosure_for_whom() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  acts text := current_setting('counselling.actor', true);
  sees boolean;
BEGIN
  IF {PLANTING} OR public.counselling_actor() IS DISTINCT FROM {delivery.SERVICE} THEN
    RETURN NEW;
  END IF;
  PERFORM set_config('counselling.actor', NEW."by"::text, true);
  sees := NEW.case_id IN (SELECT public.visible_cases('record'));
  PERFORM set_config('counselling.actor', acts, true);
  IF NOT sees THEN
    RAISE EXCEPTION 'Who prepared this no longer cares for the client. Somebody who does sends it.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.consent_disclosure_for_whom() FROM PUBLIC;
CREATE TRIGGER consent_disclosure_for_whom BEFORE INSERT ON public.consent_disclosure
FOR EACH ROW EXECUTE FUNCTION public.consent_disclosure_for_whom()
"""

_MACHINE: Final = f"public.counselling_actor() IS NOT DISTINCT FROM {delivery.SERVICE}"
_NOTICE: Final = telling.TOLD_ONCE[: telling.TOLD_ONCE.index("CREATE TRIGGER")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
)
_PLANTED: Final = "    WHEN planted THEN NULL\n"
# a day that is moved by a word about telling is moved by that word's own trigger
NOTICE: Final = _NOTICE.replace(
    _PLANTED,
    _PLANTED
    + f"""    WHEN pg_trigger_depth() = 1 AND NOT ({_MACHINE}) AND (
        (NEW.due_at, NEW.attempts) IS DISTINCT FROM (OLD.due_at, OLD.attempts)
        OR NEW.how = 'letter' OR NEW.state IN ('person', 'nothing'))
      THEN 'When a client is written to is for the machine to settle.'
""",
    1,
)
OLD_NOTICE: Final = _NOTICE

_OLD_LETTER: Final = """
CREATE OR REPLACE FUNCTION public.consent_recipient_letter_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF OLD.state IN ('sent', 'unsure', 'dropped') THEN
    RAISE EXCEPTION 'A letter that went does not come back.' USING ERRCODE = 'restrict_violation';
  END IF;{more}
  RETURN NEW;
END $$
"""
OLD_LETTER: Final = _OLD_LETTER.format(more="")
LETTER: Final = _OLD_LETTER.format(
    more=f"""
  IF NOT ({_MACHINE}) AND current_user = '{APP}' AND (
      NEW.state <> OLD.state AND NEW.state <> 'dropped'
      OR (NEW.attempts, NEW.due_at, NEW.sent_at)
        IS DISTINCT FROM (OLD.attempts, OLD.due_at, OLD.sent_at)) THEN
    RAISE EXCEPTION 'Whether a letter went is for the machine to say.'
      USING ERRCODE = 'restrict_violation';
  END IF;"""
)

FORWARD: Final = ";\n".join((REFUSED, WHY_NOT_NOW, STATED, SUSPENDED, FOR_WHOM, NOTICE, LETTER))
BACK: Final = ";\n".join((
    OLD_LETTER,
    OLD_NOTICE,
    "DROP TRIGGER consent_disclosure_for_whom ON public.consent_disclosure",
    "DROP FUNCTION public.consent_disclosure_for_whom()",
    "DROP TRIGGER consent_accounting_suspension_official ON public.consent_accounting_suspension",
    "DROP FUNCTION public.consent_suspends_official()",
    "DROP TRIGGER consent_legal_basis_not_again ON public.consent_legal_basis",
    "DROP FUNCTION public.consent_basis_at_once()",
    WHY_NOT,
    "DROP FUNCTION public.consent_refused_lately("
    "uuid, uuid, uuid, timestamptz, timestamptz, uuid)",
))  # fmt: skip
