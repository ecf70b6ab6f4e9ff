"""Another name, or two recipients said to be one, is no way to somebody else.

Whether a name is the one that stood is the trigger's to say, by keyed hashes that the database
compares and cannot read. Another name counts once a second person agreed, or once the client
signed a form that names them so; a merge of two names once a second person agreed.
"""

from __future__ import annotations

from typing import Final

from consent.migrations._gate import PLANTING
from counselling.sql import APP


def inside(signature: str, returns: str, body: str) -> str:
    """Make a function of the owner that only other functions of the owner ask."""
    name = signature.split("(", maxsplit=1)[0]
    kinds = ", ".join(
        one.split()[-1] for one in signature[len(name) + 1 : -1].split(",") if one.strip()
    )
    return (
        f"CREATE FUNCTION public.{signature} RETURNS {returns} LANGUAGE sql STABLE "
        f"SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ {body} $body$;"
        f"REVOKE ALL ON FUNCTION public.{name}({kinds}) FROM PUBLIC"
    )


# the client's own new signature under a form that names them so, or the second person's word
AGREED: Final = inside(
    "consent_wording_agreed(one uuid)",
    "boolean",
    """
SELECT EXISTS (SELECT FROM public.consent_recipient_agreement a
    WHERE a.wording_id = one AND a.answer = 'agree')
  OR EXISTS (SELECT FROM public.consent_consent c
    JOIN public.consent_signature s ON s.id = c.signature_id
    JOIN public.consent_request q ON q.id = s.request_id
    JOIN public.consent_recipient_wording w ON w.id = one
    WHERE q.wording_id = one AND c.recipient_id = w.recipient_id)
""",
)
REFUSED: Final = inside(
    "consent_wording_refused(one uuid)",
    "boolean",
    """
SELECT EXISTS (SELECT FROM public.consent_recipient_agreement a
    WHERE a.wording_id = one AND a.answer = 'refuse') AND NOT public.consent_wording_agreed(one)
""",
)
STANDS: Final = inside(
    "consent_wording_stands(one uuid)",
    "boolean",
    """
SELECT public.consent_wording_agreed(w.id) OR w.same_name AND NOT public.consent_wording_refused(w.id)
FROM public.consent_recipient_wording w WHERE w.id = one
""",
)
MERGED: Final = inside(
    "consent_merge_stands(one uuid)",
    "boolean",
    """
SELECT CASE a.answer WHEN 'agree' THEN true WHEN 'refuse' THEN false ELSE m.same_name END
FROM public.consent_recipient_merge m
LEFT JOIN public.consent_recipient_agreement a ON a.merge_id = m.id WHERE m.id = one
""",
)
NAME_KEY: Final = inside(
    "consent_name_key(one uuid)",
    "text",
    """
SELECT coalesce(
    (SELECT w.name_key FROM public.consent_recipient_wording w
     WHERE w.recipient_id = one AND public.consent_wording_stands(w.id)
     ORDER BY w.at DESC, w.id DESC LIMIT 1), r.name_key)
FROM public.consent_recipient r WHERE r.id = one
""",
)
_SAME: Final = """
CREATE OR REPLACE FUNCTION public.consent_same_recipient(one uuid) RETURNS uuid LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH RECURSIVE chain (id, depth) AS (
    SELECT one, 0
    UNION ALL
    SELECT m.into_id, chain.depth + 1 FROM public.consent_recipient_merge m
    JOIN chain ON m.gone_id = chain.id WHERE chain.depth < 50 {}
)
SELECT id FROM chain ORDER BY depth DESC LIMIT 1
$body$
"""
SAME: Final = _SAME.format("AND public.consent_merge_stands(m.id)")
SAME_BACK: Final = _SAME.format("")

# a kind once said counts until a second person agreed to another: it is no way out of a restriction
KINDS: Final = inside(
    "consent_recipient_kinds(one uuid)",
    "text[]",
    """
SELECT array_agg(DISTINCT said.kind) FROM public.consent_recipient r
CROSS JOIN LATERAL (
    SELECT max(w.at) AS at FROM public.consent_recipient_wording w
    WHERE w.recipient_id = r.id AND EXISTS (SELECT FROM public.consent_recipient_agreement a
        WHERE a.wording_id = w.id AND a.answer = 'agree')
) base
CROSS JOIN LATERAL (
    SELECT r.kind::text AS kind WHERE base.at IS NULL
    UNION ALL
    SELECT w.kind::text FROM public.consent_recipient_wording w
    WHERE w.recipient_id = r.id AND (base.at IS NULL OR w.at >= base.at)
      AND NOT public.consent_wording_refused(w.id)
) said
WHERE r.client_id = (SELECT o.client_id FROM public.consent_recipient o WHERE o.id = one)
  AND public.consent_same_recipient(r.id) = public.consent_same_recipient(one)
""",
)
WHY_NOT: Final = inside(
    "consent_name_why_not(one uuid, named uuid)",
    "text",
    """
SELECT CASE
    WHEN named IS NOT NULL AND NOT coalesce(public.consent_wording_stands(named), false)
      OR EXISTS (
        SELECT FROM public.consent_recipient r
        CROSS JOIN LATERAL (
            SELECT w.id FROM public.consent_recipient_wording w
            WHERE w.recipient_id = r.id AND NOT public.consent_wording_refused(w.id)
            ORDER BY w.at DESC, w.id DESC LIMIT 1
        ) newest
        WHERE r.client_id = (SELECT o.client_id FROM public.consent_recipient o WHERE o.id = one)
          AND public.consent_same_recipient(r.id) = public.consent_same_recipient(one)
          AND NOT public.consent_wording_stands(newest.id)
      )
    THEN 'The name of this recipient was changed. A second person has to agree to it first.'
END
""",
)
# what the worker and an opened link ask again: on what ground, and to whom
HOLDS: Final = """
ALTER FUNCTION public.consent_disclosure_why_not(uuid) RENAME TO consent_ground_why_not;
CREATE FUNCTION public.consent_disclosure_why_not(one uuid) RETURNS text LANGUAGE sql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT coalesce(public.consent_ground_why_not(one), (
    SELECT public.consent_name_why_not(d.recipient_id, d.wording_id)
    FROM public.consent_disclosure d WHERE d.id = one))
$body$;
REVOKE ALL ON FUNCTION public.consent_disclosure_why_not(uuid) FROM PUBLIC
"""
GATE: Final = """
CREATE FUNCTION public.consent_disclosure_named() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  why text;
BEGIN
  PERFORM FROM public.consent_recipient r WHERE r.id = NEW.recipient_id FOR SHARE;
  why := public.consent_name_why_not(NEW.recipient_id, NEW.wording_id);
  IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_disclosure_named BEFORE INSERT ON public.consent_disclosure
FOR EACH ROW EXECUTE FUNCTION public.consent_disclosure_named()
"""
WORDING: Final = """
CREATE FUNCTION public.consent_wording_named() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  PERFORM FROM public.consent_recipient r WHERE r.id = NEW.recipient_id FOR UPDATE;
  NEW.same_name := NEW.name_key <> ''
    AND NEW.name_key = coalesce(public.consent_name_key(NEW.recipient_id), '');
  RETURN NEW;
END $$;
CREATE TRIGGER consent_recipient_wording_named BEFORE INSERT ON public.consent_recipient_wording
FOR EACH ROW EXECUTE FUNCTION public.consent_wording_named()
"""
_MERGE: Final = """
CREATE OR REPLACE FUNCTION public.consent_merge_gate() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  PERFORM FROM public.consent_recipient r WHERE r.id IN (NEW.gone_id, NEW.into_id)
    ORDER BY r.id FOR UPDATE;
  IF (SELECT count(*) FROM public.consent_recipient r
      WHERE r.id IN (NEW.gone_id, NEW.into_id) AND r.client_id = NEW.client_id) <> 2
     OR public.consent_same_recipient(NEW.into_id) <> NEW.into_id
     OR public.consent_same_recipient(NEW.gone_id) <> NEW.gone_id {} THEN
    RAISE EXCEPTION 'Two recipients of one client become one, once.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  {}
  RETURN NEW;
END $$
"""
MERGE: Final = _MERGE.format(
    """
     OR EXISTS (SELECT FROM public.consent_recipient_merge m
        LEFT JOIN public.consent_recipient_agreement a ON a.merge_id = m.id
        WHERE m.gone_id = NEW.gone_id AND a.answer IS DISTINCT FROM 'refuse')""",
    """NEW.same_name := coalesce(public.consent_name_key(NEW.gone_id), '') <> ''
    AND public.consent_name_key(NEW.gone_id) = public.consent_name_key(NEW.into_id);""",
)
MERGE_BACK: Final = _MERGE.format("", "")
# somebody else agrees; whoever wrote it may take it back
DECIDES: Final = f"""
CREATE FUNCTION public.consent_agreement_gate() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  planted boolean := {PLANTING};
  w public.consent_recipient_wording%ROWTYPE;
  m public.consent_recipient_merge%ROWTYPE;
  wrote uuid;
  why text;
BEGIN
  SELECT * INTO w FROM public.consent_recipient_wording WHERE id = NEW.wording_id;
  SELECT * INTO m FROM public.consent_recipient_merge WHERE id = NEW.merge_id;
  PERFORM FROM public.consent_recipient r
    WHERE r.id IN (w.recipient_id, m.gone_id, m.into_id) ORDER BY r.id FOR UPDATE;
  wrote := coalesce(w."by", m."by");
  why := CASE
    WHEN coalesce(w.client_id, m.client_id) IS DISTINCT FROM NEW.client_id
      THEN 'The recipient is another client''s.'
    WHEN NEW.alone IS DISTINCT FROM (NEW."by" = wrote AND NEW.answer = 'agree')
      THEN 'Whoever agrees alone says so.'
    WHEN NEW.answer = 'agree' AND EXISTS (SELECT FROM public.consent_recipient_wording n
        WHERE n.recipient_id = w.recipient_id AND (n.at, n.id) > (w.at, w.id))
      THEN 'The recipient was written down anew since. Look at that.'
    WHEN NEW.answer = 'agree' AND m.id IS NOT NULL
        AND (public.consent_same_recipient(m.into_id) = m.gone_id
          OR public.consent_same_recipient(m.gone_id) <> m.gone_id)
      THEN 'Two recipients of one client become one, once.'
    WHEN planted THEN NULL
    WHEN NEW.answer = 'refuse' AND NEW."by" = wrote THEN NULL
    WHEN NOT public.consent_is_second(NEW."by", ARRAY[wrote])
        OR NEW.alone AND NEW.at < coalesce(w.at, m.at) + interval '72 hours'
      THEN 'Somebody else than who wrote it decides: a supervisor or privacy officer.'
  END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_recipient_agreement_gate BEFORE INSERT ON public.consent_recipient_agreement
FOR EACH ROW EXECUTE FUNCTION public.consent_agreement_gate();
CREATE TRIGGER consent_recipient_agreement_own_word BEFORE INSERT
ON public.consent_recipient_agreement
FOR EACH ROW EXECUTE FUNCTION public.consent_own_word()
"""
# what a request says of a recipient is of that recipient
ASKED: Final = """
CREATE FUNCTION public.consent_request_wording() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NEW.wording_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.consent_recipient_wording w
      WHERE w.id = NEW.wording_id AND w.recipient_id = NEW.recipient_id
        AND w.client_id = NEW.client_id) THEN
    RAISE EXCEPTION 'The wording is another recipient''s.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_request_wording BEFORE INSERT ON public.consent_request
FOR EACH ROW EXECUTE FUNCTION public.consent_request_wording()
"""
_SEEN: Final = "of_client = ANY (ARRAY(SELECT public.visible_clients('consent')))"


def asked(signature: str, returns: str, body: str) -> str:
    """Make such a function that the application asks, too."""
    name = signature.split("(", maxsplit=1)[0]
    return f"{inside(signature, returns, body)};\n" + (
        f"GRANT EXECUTE ON FUNCTION public.{name}(uuid) TO {APP}"
    )


NOW: Final = ";\n".join((
    asked(
        "consent_wordings_now(of_client uuid)",
        "TABLE (wording uuid, stands boolean, refused boolean)",
        f"""
SELECT w.id, public.consent_wording_stands(w.id), public.consent_wording_refused(w.id)
FROM public.consent_recipient_wording w WHERE w.client_id = of_client AND {_SEEN}
""",
    ),
    asked(
        "consent_recipients_now(of_client uuid)",
        "TABLE (recipient uuid, same_as uuid, kinds text[])",
        f"""
SELECT r.id, public.consent_same_recipient(r.id), public.consent_recipient_kinds(r.id)
FROM public.consent_recipient r WHERE r.client_id = of_client AND {_SEEN}
""",
    ),
))  # fmt: skip
# whom a client knows of: asked about, told of, or said to be one with those
KNOWN: Final = """
WITH known AS (
    SELECT q.recipient_id AS id FROM public.consent_request q
    WHERE q.client_id = public.portal_client() AND q.recipient_id IS NOT NULL
    UNION
    SELECT d.recipient_id FROM public.consent_disclosure d
    WHERE d.id IN (SELECT public.consent_told())
)
SELECT known.id FROM known
UNION
SELECT public.consent_same_recipient(known.id) FROM known
"""
FORWARD: Final = ";\n".join((
    AGREED, REFUSED, STANDS, MERGED, NAME_KEY, SAME, KINDS, WHY_NOT, HOLDS, GATE, WORDING, MERGE,
    DECIDES, ASKED, NOW,
))  # fmt: skip
BACK: Final = ";\n".join((
    "DROP FUNCTION public.consent_recipients_now(uuid)",
    "DROP FUNCTION public.consent_wordings_now(uuid)",
    "DROP TRIGGER consent_request_wording ON public.consent_request",
    "DROP FUNCTION public.consent_request_wording()",
    "DROP TRIGGER consent_recipient_agreement_own_word ON public.consent_recipient_agreement",
    "DROP TRIGGER consent_recipient_agreement_gate ON public.consent_recipient_agreement",
    "DROP FUNCTION public.consent_agreement_gate()",
    MERGE_BACK,
    "DROP TRIGGER consent_recipient_wording_named ON public.consent_recipient_wording",
    "DROP FUNCTION public.consent_wording_named()",
    "DROP TRIGGER consent_disclosure_named ON public.consent_disclosure",
    "DROP FUNCTION public.consent_disclosure_named()",
    "DROP FUNCTION public.consent_disclosure_why_not(uuid)",
    "ALTER FUNCTION public.consent_ground_why_not(uuid) RENAME TO consent_disclosure_why_not",
    "DROP FUNCTION public.consent_name_why_not(uuid, uuid)",
    "DROP FUNCTION public.consent_recipient_kinds(uuid)",
    SAME_BACK,
    "DROP FUNCTION public.consent_name_key(uuid)",
    "DROP FUNCTION public.consent_merge_stands(uuid)",
    "DROP FUNCTION public.consent_wording_stands(uuid)",
    "DROP FUNCTION public.consent_wording_refused(uuid)",
    "DROP FUNCTION public.consent_wording_agreed(uuid)",
))  # fmt: skip
