"""While the log is found not to be whole nothing leaves, but what an immediate danger asks for.

What is asked is `audit_frozen()`: a break that a second verification confirmed and nobody lifted.
"""

from __future__ import annotations

from typing import Final

from consent.domain.delivery import FROZEN
from consent.migrations._gate import PLANTING
from counselling.sql import APP, another_policy, definer, grant

_DANGER: Final = """EXISTS (SELECT FROM public.consent_legal_basis b
    WHERE b.id = {} AND b.kind = 'danger' AND b.immediate)"""

WHY: Final = f"""
CREATE FUNCTION public.consent_frozen_why_not(on_basis uuid) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT CASE WHEN public.audit_frozen() IS NOT NULL AND NOT {_DANGER.format("on_basis")}
    THEN '{FROZEN}' END
$body$;
REVOKE ALL ON FUNCTION public.consent_frozen_why_not(uuid) FROM PUBLIC;
CREATE FUNCTION public.consent_handed_out_why_not(one uuid) RETURNS text LANGUAGE sql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT coalesce(public.consent_disclosure_why_not(one), (
    SELECT public.consent_frozen_why_not(d.basis_id)
    FROM public.consent_disclosure d WHERE d.id = one))
$body$;
REVOKE ALL ON FUNCTION public.consent_handed_out_why_not(uuid) FROM PUBLIC;
CREATE FUNCTION public.consent_disclosures_frozen(asked uuid[]) RETURNS SETOF uuid LANGUAGE sql
STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT d.id FROM public.consent_disclosure d
WHERE d.id = ANY (asked) AND d.client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))
  AND public.consent_frozen_why_not(d.basis_id) IS NOT NULL
$body$;
REVOKE ALL ON FUNCTION public.consent_disclosures_frozen(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.consent_disclosures_frozen(uuid[]) TO {APP}
"""
WHY_BACK: Final = """
DROP FUNCTION public.consent_disclosures_frozen(uuid[]);
DROP FUNCTION public.consent_handed_out_why_not(uuid);
DROP FUNCTION public.consent_frozen_why_not(uuid)
"""

# the disclosure itself, and a letter of a link the moment it would go
GATES: Final = f"""
CREATE FUNCTION public.consent_disclosure_frozen() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  why text := public.consent_frozen_why_not(NEW.basis_id);
BEGIN
  IF why IS NOT NULL AND NOT {PLANTING} THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_disclosure_frozen BEFORE INSERT ON public.consent_disclosure
FOR EACH ROW EXECUTE FUNCTION public.consent_disclosure_frozen();
CREATE FUNCTION public.consent_recipient_letter_frozen() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  why text;
BEGIN
  IF NEW.state = 'sending' AND OLD.state <> 'sending' AND NEW.link_id IS NOT NULL THEN
    SELECT public.consent_frozen_why_not(d.basis_id) INTO why
      FROM public.consent_disclosure d WHERE d.id = NEW.disclosure_id;
    IF why IS NOT NULL AND NOT {PLANTING} THEN
      RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_recipient_letter_frozen BEFORE UPDATE ON public.consent_recipient_letter
FOR EACH ROW EXECUTE FUNCTION public.consent_recipient_letter_frozen()
"""
GATES_BACK: Final = """
DROP TRIGGER consent_recipient_letter_frozen ON public.consent_recipient_letter;
DROP FUNCTION public.consent_recipient_letter_frozen();
DROP TRIGGER consent_disclosure_frozen ON public.consent_disclosure;
DROP FUNCTION public.consent_disclosure_frozen()
"""

# what hands something out asks the wider question; what ends something asks the narrow one, so that
# a freeze ends no link and drops no letter
_HANDING_OUT: Final = (
    "consent_share_link_gate()", "consent_share_knock(text)", "consent_share_shown()",
)  # fmt: skip


def _asking(was: str, becomes: str) -> str:
    return "".join(
        f"EXECUTE replace(pg_get_functiondef('public.{one}'::regprocedure), '{was}', '{becomes}');"
        for one in _HANDING_OUT
    )


_NARROW, _WIDE = "public.consent_disclosure_why_not(", "public.consent_handed_out_why_not("
ASK: Final = f"DO $do$ BEGIN {_asking(_NARROW, _WIDE)} END $do$"
ASK_BACK: Final = f"DO $do$ BEGIN {_asking(_WIDE, _NARROW)} END $do$"

# who may agree that disclosures go on: two of these, or after three days the only one there is
THEIRS: Final = ("privacy_officer", "administrator", "outside_reviewer")
WAIT: Final = "interval '72 hours'"
_ANOTHER: Final = f"""
SELECT EXISTS (
    SELECT FROM public.accounts_roleheld held
    JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
    WHERE held.role IN {THEIRS} AND held.account_id <> than
      AND held.since <= now() AND (held.until IS NULL OR held.until > now())
)
"""
_ROLES: Final = " OR ".join(f"public.actor_has_role('{one}')" for one in THEIRS)
_MAY: Final = f"""
"by" = public.counselling_actor() AND at = now() AND ({_ROLES})
AND freeze_id = public.audit_frozen()
AND (NOT alone OR NOT public.consent_another_lifter("by") AND EXISTS (
    SELECT FROM public.audit_freeze f WHERE f.id = freeze_id AND f.at <= now() - {WAIT}))
"""
LIFTING: Final = [
    definer("consent_another_lifter(than uuid)", "boolean", _ANOTHER),
    another_policy("audit_thaw", "audit_thaw_people", "insert", _MAY),
    grant("audit_thaw", 'INSERT (id, freeze_id, "by", why, alone)'),
]
