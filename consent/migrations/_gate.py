"""The gate: triggers that decide, whoever writes, whether a disclosure is covered by a live consent.

They run as the owner, so that a withdrawal the writer cannot see still counts. A withdrawal and a
disclosure of one consent wait for each other: each locks the consent's row first.
"""

from __future__ import annotations

from typing import Final

from django.db import migrations

# planting a fictional past is the owner's work; everybody else's instant is the transaction's
PLANTING: Final = (
    "session_user = (SELECT theirs.rolname FROM pg_class gated "
    "JOIN pg_roles theirs ON theirs.oid = gated.relowner WHERE gated.oid = TG_RELID)"
)

GATE: Final = f"""
CREATE FUNCTION public.consent_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c public.consent_consent%ROWTYPE;
  stopped timestamptz;
  replaced timestamptz;
  why text;
BEGIN
  SELECT * INTO c FROM public.consent_consent WHERE id = NEW.consent_id FOR SHARE;
  SELECT at INTO stopped FROM public.consent_withdrawal WHERE consent_id = NEW.consent_id;
  SELECT at INTO replaced FROM public.consent_replacement WHERE consent_id = NEW.consent_id;
  why := CASE
    WHEN c.id IS NULL THEN 'A disclosure needs a consent.'
    WHEN NEW.at <> now() AND NOT ({PLANTING}) THEN 'A disclosure is written at the instant it is made.'
    WHEN c.client_id <> NEW.client_id THEN 'The permission is another client''s.'
    WHEN NOT EXISTS (SELECT FROM public.clients_casemember m WHERE m.case_id = NEW.case_id
      AND m.client_id = NEW.client_id) THEN 'The case is another client''s.'
    WHEN c.recipient_id IS DISTINCT FROM NEW.recipient_id
      THEN 'This client has not agreed to share anything with this recipient.'
    WHEN c.purpose <> NEW.purpose OR c.purpose = '' THEN 'The permission is for another purpose.'
    WHEN NOT NEW.categories <@ c.categories OR cardinality(NEW.categories) = 0
      THEN 'The permission does not cover everything that was picked.'
    WHEN stopped <= NEW.at OR (stopped IS NOT NULL AND NOT ({PLANTING}))
      THEN 'The client has withdrawn this permission. Nothing can be shared under it.'
    WHEN replaced <= NEW.at OR (replaced IS NOT NULL AND NOT ({PLANTING}))
      THEN 'A form the client signed later has replaced this permission.'
    WHEN c.until <= NEW.at
      THEN 'The permission has ended by its date. Nothing can be shared under it.'
    WHEN c.since > NEW.at THEN 'The permission has not begun yet.'
    WHEN NOT EXISTS (SELECT FROM public.consent_document d WHERE d.id = NEW.document_id
      AND d.client_id = NEW.client_id AND d.kind = 'disclosure' AND d.case_id = NEW.case_id)
      THEN 'A disclosure has a document of the same client and case.'
  END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_disclosure_gate BEFORE INSERT ON public.consent_disclosure
FOR EACH ROW EXECUTE FUNCTION public.consent_gate()
"""
UNGATE: Final = """
DROP TRIGGER consent_disclosure_gate ON public.consent_disclosure; DROP FUNCTION public.consent_gate()
"""

ITEM: Final = f"""
CREATE FUNCTION public.consent_item_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NOT EXISTS (SELECT FROM public.consent_disclosure d WHERE d.id = NEW.disclosure_id
      AND d.client_id = NEW.client_id AND d.case_id = NEW.case_id AND (d.at = now() OR {PLANTING})) THEN
    RAISE EXCEPTION 'A disclosure gets nothing added afterwards.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_disclosureitem_gate BEFORE INSERT ON public.consent_disclosureitem
FOR EACH ROW EXECUTE FUNCTION public.consent_item_gate()
"""
UNITEM: Final = """
DROP TRIGGER consent_disclosureitem_gate ON public.consent_disclosureitem;
DROP FUNCTION public.consent_item_gate()
"""

WITHDRAW: Final = """
CREATE FUNCTION public.consent_withdraw_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE c public.consent_consent%ROWTYPE;
BEGIN
  SELECT * INTO c FROM public.consent_consent WHERE id = NEW.consent_id FOR UPDATE;
  IF c.client_id IS DISTINCT FROM NEW.client_id OR c.required
      OR EXISTS (SELECT FROM public.consent_replacement r WHERE r.consent_id = c.id) THEN
    RAISE EXCEPTION 'This cannot be withdrawn here.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_withdrawal_gate BEFORE INSERT ON public.consent_withdrawal
FOR EACH ROW EXECUTE FUNCTION public.consent_withdraw_gate()
"""
UNWITHDRAW: Final = """
DROP TRIGGER consent_withdrawal_gate ON public.consent_withdrawal;
DROP FUNCTION public.consent_withdraw_gate()
"""


def _moves(table: str, thing: str, pairs: list[tuple[str, str]]) -> migrations.RunSQL:
    """Refuse a move that is not in the table of the domain, and every deletion."""
    allowed = ", ".join(f"('{now}', '{then}')" for now, then in pairs)
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION public.{table}_moves() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp AS $$ BEGIN
          IF (OLD.state, NEW.state) NOT IN ({allowed}) THEN
            RAISE EXCEPTION 'A {thing} that is % does not become %.', OLD.state, NEW.state
              USING ERRCODE = 'restrict_violation';
          END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER {table}_moves BEFORE UPDATE ON public.{table}
        FOR EACH ROW EXECUTE FUNCTION public.{table}_moves();
        CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON public.{table}
        FOR EACH ROW EXECUTE FUNCTION public.counselling_refuse_change('A {thing} is never deleted.')
        """,
        f"DROP TRIGGER {table}_moves ON public.{table};"
        f"DROP TRIGGER {table}_never_deleted ON public.{table};"
        f"DROP FUNCTION public.{table}_moves()",
    )


# as the tables of `domain.states` were when this was migrated; a test compares
REQUEST_MOVES: Final = [
    ("draft", "sent"), ("draft", "void"),
    ("sent", "sent"), ("sent", "opened"), ("sent", "void"),
    ("opened", "sent"), ("opened", "opened"), ("opened", "signed"), ("opened", "declined"),
    ("opened", "void"),
]  # fmt: skip
DOCUMENT_MOVES: Final = [
    ("rendering", "rendering"), ("rendering", "sealed"), ("rendering", "failed"),
    ("rendering", "cancelled"), ("failed", "failed"), ("failed", "sealed"),
    ("failed", "cancelled"),
]  # fmt: skip

OPERATIONS: Final = [
    migrations.RunSQL(GATE, UNGATE),
    migrations.RunSQL(ITEM, UNITEM),
    migrations.RunSQL(WITHDRAW, UNWITHDRAW),
    _moves("consent_request", "request", REQUEST_MOVES),
    _moves("consent_document", "document", DOCUMENT_MOVES),
]
