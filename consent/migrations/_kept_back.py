"""What a client wants kept back is kept back, whoever writes; the law alone reaches over it.

Asked at the insert of a disclosure and of each note in it, and again by the worker and when a link
is opened. What goes all the same on a legal basis leaves a row that nobody else can write.
"""

from __future__ import annotations

from typing import Final

from consent.migrations._gate import PLANTING
from consent.migrations._named import inside
from counselling.sql import APP

# on these a restriction is no bar: a life, a child, what a court orders
OVER: Final = "('danger', 'child_protection', 'court_order')"
SENTENCE: Final = "The client wants this kept back from them, and that was agreed."

# `before`: the practice told that it ends, so it holds for what was written until then
KEPT: Final = inside(
    "consent_kept_back(of_client uuid, to_recipient uuid, instant timestamptz)",
    """TABLE (restriction uuid, what text, category text, note uuid, session uuid,
    before timestamptz)""",
    """
SELECT r.id, r.what::text, r.category::text, r.note_id, r.session_id,
    CASE WHEN e.way = 'practice_tells' AND e.at <= instant THEN e.at END
FROM public.consent_restriction r
LEFT JOIN public.consent_restriction_answer a ON a.restriction_id = r.id
LEFT JOIN public.consent_restriction_end e ON e.restriction_id = r.id
WHERE r.client_id = of_client AND r.what <> 'address'
  AND (a.answer = 'agreed' AND a.at <= instant OR r.paid AND r.at <= instant)
  AND (e.id IS NULL OR e.at > instant OR e.way = 'practice_tells')
  AND (
    r.recipient_id IS NULL AND r.recipient_kind = ''
    OR public.consent_same_recipient(r.recipient_id)
        = public.consent_same_recipient(to_recipient)
    OR r.recipient_kind = ANY (public.consent_recipient_kinds(to_recipient))
  )
""",
)
# what of a disclosure as a whole is kept back; attendance says of which sessions it is
WHOLE: Final = inside(
    """consent_kept_back_whole(of_client uuid, to_recipient uuid, wanted text[], told_of uuid[],
    instant timestamptz)""",
    "SETOF uuid",
    """
SELECT k.restriction FROM public.consent_kept_back(of_client, to_recipient, instant) k
WHERE k.before IS NULL
    AND (k.what = 'everything' OR k.what = 'category' AND k.category = ANY (wanted))
  OR k.what = 'session' AND 'attendance' = ANY (wanted)
    AND (told_of IS NULL OR k.session = ANY (told_of))
""",
)
# what of one note is kept back; a note that cannot be found is one of them
ITEM: Final = """
CREATE FUNCTION public.consent_kept_back_note(
    of_client uuid, to_recipient uuid, wanted text[], one uuid, instant timestamptz
) RETURNS SETOF uuid LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
RETURN QUERY
SELECT k.restriction FROM public.consent_kept_back(of_client, to_recipient, instant) k
LEFT JOIN public.records_note n ON n.id = one
WHERE k.what = 'note' AND k.note = one
  OR k.what = 'session' AND (n.id IS NULL OR k.session = n.session_id)
  OR k.before IS NOT NULL AND (n.id IS NULL OR n.written_at < k.before)
    AND (k.what = 'everything' OR k.what = 'category' AND k.category = ANY (wanted));
END $body$;
REVOKE ALL ON FUNCTION public.consent_kept_back_note(uuid, uuid, text[], uuid, timestamptz)
    FROM PUBLIC
"""
_OVER_THE_LAW: Final = f"""EXISTS (
    SELECT FROM public.consent_legal_basis b WHERE b.id = {{}}.basis_id AND b.kind IN {OVER})"""
AGAIN: Final = f"""
CREATE FUNCTION public.consent_restricted_why_not(one uuid) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT '{SENTENCE}' FROM public.consent_disclosure d
WHERE d.id = one AND NOT {_OVER_THE_LAW.format("d")} AND (
    EXISTS (SELECT FROM public.consent_kept_back_whole(
        d.client_id, d.recipient_id, d.categories::text[], d.sessions, now()))
    OR EXISTS (SELECT FROM public.consent_disclosureitem i
        CROSS JOIN LATERAL public.consent_kept_back_note(
            d.client_id, d.recipient_id, d.categories::text[], i.note_id, now()) k
        WHERE i.disclosure_id = d.id)
)
$body$;
REVOKE ALL ON FUNCTION public.consent_restricted_why_not(uuid) FROM PUBLIC
"""
_HOLDS: Final = """
CREATE OR REPLACE FUNCTION public.consent_disclosure_why_not(one uuid) RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT coalesce(public.consent_ground_why_not(one), (
    SELECT public.consent_name_why_not(d.recipient_id, d.wording_id)
    FROM public.consent_disclosure d WHERE d.id = one){})
$body$
"""
HOLDS: Final = _HOLDS.format(", public.consent_restricted_why_not(one)")
HOLDS_BACK: Final = _HOLDS.format("")

GATES: Final = f"""
CREATE FUNCTION public.consent_disclosure_restricted() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NOT {_OVER_THE_LAW.format("NEW")} AND EXISTS (SELECT FROM public.consent_kept_back_whole(
      NEW.client_id, NEW.recipient_id, NEW.categories::text[], NEW.sessions, NEW.at)) THEN
    RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_disclosure_restricted BEFORE INSERT ON public.consent_disclosure
FOR EACH ROW EXECUTE FUNCTION public.consent_disclosure_restricted();
CREATE FUNCTION public.consent_disclosure_overrides() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  INSERT INTO public.consent_restriction_override
    (id, restriction_id, disclosure_id, basis_id, client_id, "by", at)
  SELECT gen_random_uuid(), k, NEW.id, NEW.basis_id, NEW.client_id, NEW."by", NEW.at
  FROM public.consent_kept_back_whole(
    NEW.client_id, NEW.recipient_id, NEW.categories::text[], NEW.sessions, NEW.at) k;
  RETURN NULL;
END $$;
CREATE TRIGGER consent_disclosure_overrides AFTER INSERT ON public.consent_disclosure
FOR EACH ROW EXECUTE FUNCTION public.consent_disclosure_overrides();
CREATE FUNCTION public.consent_item_restricted() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d public.consent_disclosure%ROWTYPE;
  kept uuid[];
BEGIN
  SELECT * INTO d FROM public.consent_disclosure WHERE id = NEW.disclosure_id;
  kept := ARRAY(SELECT public.consent_kept_back_note(
    d.client_id, d.recipient_id, d.categories::text[], NEW.note_id, d.at));
  IF cardinality(kept) = 0 THEN
    RETURN NEW;
  END IF;
  IF NOT {_OVER_THE_LAW.format("d")} THEN
    RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation';
  END IF;
  INSERT INTO public.consent_restriction_override
    (id, restriction_id, disclosure_id, basis_id, client_id, "by", at)
  SELECT gen_random_uuid(), k, d.id, d.basis_id, d.client_id, d."by", d.at FROM unnest(kept) k
  ON CONFLICT DO NOTHING;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_disclosureitem_restricted BEFORE INSERT ON public.consent_disclosureitem
FOR EACH ROW EXECUTE FUNCTION public.consent_item_restricted()
"""

_ITEM_OF: Final = """
SELECT FROM public.clients_casemember m
WHERE m.client_id = NEW.client_id AND m.case_id = coalesce(
    (SELECT n.case_id FROM public.records_note n WHERE n.id = NEW.note_id),
    (SELECT s.case_id FROM public.records_session s WHERE s.id = NEW.session_id))
"""
ASKED: Final = f"""
CREATE FUNCTION public.consent_restriction_gate() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NEW.recipient_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.consent_recipient r
      WHERE r.id = NEW.recipient_id AND r.client_id = NEW.client_id)
    OR coalesce(NEW.note_id, NEW.session_id) IS NOT NULL AND NOT EXISTS ({_ITEM_OF}) THEN
    RAISE EXCEPTION 'What is kept back is of one client.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_restriction_gate BEFORE INSERT ON public.consent_restriction
FOR EACH ROW EXECUTE FUNCTION public.consent_restriction_gate()
"""
_MAY_ANSWER: Final = "ARRAY['counsellor', 'trainee', 'privacy_officer']"
ANSWERED: Final = f"""
CREATE FUNCTION public.consent_restriction_moves() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  r public.consent_restriction%ROWTYPE;
  said text;
  why text;
BEGIN
  SELECT * INTO r FROM public.consent_restriction WHERE id = NEW.restriction_id FOR UPDATE;
  said := (SELECT a.answer FROM public.consent_restriction_answer a WHERE a.restriction_id = r.id);
  why := CASE
    WHEN r.client_id IS DISTINCT FROM NEW.client_id THEN 'What is kept back is of one client.'
    WHEN NOT {PLANTING} AND NOT public.consent_holds_role(NEW."by", {_MAY_ANSWER})
      THEN 'Who cares for the client, or the privacy officer, answers.'
    WHEN TG_TABLE_NAME = 'consent_restriction_answer' THEN
      CASE WHEN r.paid AND to_jsonb(NEW) ->> 'answer' <> 'agreed'
        THEN 'What was paid in full is kept from the insurer: it cannot be refused.' END
    WHEN said IS DISTINCT FROM 'agreed' AND NOT r.paid THEN 'Only what was agreed ends.'
    WHEN r.paid AND to_jsonb(NEW) ->> 'way' = 'practice_tells'
      THEN 'What was paid in full is kept back until the client says otherwise.'
  END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_restriction_answer_gate BEFORE INSERT ON public.consent_restriction_answer
FOR EACH ROW EXECUTE FUNCTION public.consent_restriction_moves();
CREATE TRIGGER consent_restriction_end_gate BEFORE INSERT ON public.consent_restriction_end
FOR EACH ROW EXECUTE FUNCTION public.consent_restriction_moves()
"""
OWN_TABLES: Final = (
    "consent_restriction", "consent_restriction_answer", "consent_restriction_end",
)  # fmt: skip
OWN: Final = ";\n".join(
    f"CREATE TRIGGER {table}_own_word BEFORE INSERT ON public.{table} "
    "FOR EACH ROW EXECUTE FUNCTION public.consent_own_word()"
    for table in OWN_TABLES
)
NOW: Final = f"""
CREATE FUNCTION public.consent_kept_back_now(of_client uuid, to_recipient uuid)
RETURNS TABLE (restriction uuid, what text, category text, note uuid, session uuid,
    before timestamptz) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT * FROM public.consent_kept_back(of_client, to_recipient, now())
WHERE of_client = ANY (ARRAY(SELECT public.visible_clients('consent')))
$body$;
REVOKE ALL ON FUNCTION public.consent_kept_back_now(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.consent_kept_back_now(uuid, uuid) TO {APP}
"""
FORWARD: Final = ";\n".join((KEPT, WHOLE, ITEM, AGAIN, HOLDS, GATES, ASKED, ANSWERED, OWN, NOW))
BACK: Final = ";\n".join((
    "DROP FUNCTION public.consent_kept_back_now(uuid, uuid)",
    *(f"DROP TRIGGER {table}_own_word ON public.{table}" for table in OWN_TABLES),
    "DROP TRIGGER consent_restriction_end_gate ON public.consent_restriction_end",
    "DROP TRIGGER consent_restriction_answer_gate ON public.consent_restriction_answer",
    "DROP FUNCTION public.consent_restriction_moves()",
    "DROP TRIGGER consent_restriction_gate ON public.consent_restriction",
    "DROP FUNCTION public.consent_restriction_gate()",
    "DROP TRIGGER consent_disclosureitem_restricted ON public.consent_disclosureitem",
    "DROP FUNCTION public.consent_item_restricted()",
    "DROP TRIGGER consent_disclosure_overrides ON public.consent_disclosure",
    "DROP FUNCTION public.consent_disclosure_overrides()",
    "DROP TRIGGER consent_disclosure_restricted ON public.consent_disclosure",
    "DROP FUNCTION public.consent_disclosure_restricted()",
    HOLDS_BACK,
    "DROP FUNCTION public.consent_restricted_why_not(uuid)",
    "DROP FUNCTION public.consent_kept_back_note(uuid, uuid, text[], uuid, timestamptz)",
    "DROP FUNCTION public.consent_kept_back_whole(uuid, uuid, text[], uuid[], timestamptz)",
    "DROP FUNCTION public.consent_kept_back(uuid, uuid, timestamptz)",
))  # fmt: skip
