"""What holds a recipient's link: who makes and ends one, what opens it, and what it shows.

Whoever knows the hash knows the token behind it. A consent is always locked before a link or a
letter, as by who withdraws: so the two wait for each other and never for one another's other lock.
"""

from __future__ import annotations

from typing import Final

from consent.migrations._gate import PLANTING
from counselling.sql import APP

SERVICE: Final = "'00000000-0000-7000-8000-000000000001'::uuid"
ANONYMOUS: Final = "'00000000-0000-7000-8000-000000000002'::uuid"
SEEN: Final = "client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))"
ACTING: Final = (
    """
REVOKE ALL ON FUNCTION public.{0} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.{0} TO """
    + APP
)


def function(signature: str, types: str, returns: str, body: str) -> str:
    """Write a function of the owner in plpgsql that may lock and change rows."""
    name = signature.split("(", maxsplit=1)[0]
    return (
        f"CREATE FUNCTION public.{signature} RETURNS {returns} LANGUAGE plpgsql VOLATILE "
        f"SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ {body} $body$;"
        + ACTING.format(f"{name}({types})")
    )


# a link is made for something that may go now, to an address that is the recipient's
LINK_GATE: Final = f"""
CREATE FUNCTION public.consent_share_link_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  planted boolean := {PLANTING};
  d public.consent_disclosure%ROWTYPE;
  why text;
BEGIN
  SELECT * INTO d FROM public.consent_disclosure WHERE id = NEW.disclosure_id;
  why := CASE
    WHEN d.id IS NULL OR d.client_id <> NEW.client_id THEN 'A link is for one thing that was shared.'
    WHEN d.channel <> 'link' THEN 'This was shared in another way.'
    WHEN NOT planted AND (NEW.made_at <> now()
      OR NEW."by" IS DISTINCT FROM public.counselling_actor()
      AND public.counselling_actor() <> {SERVICE})
      THEN 'A link is made by who acts, at the instant they do.'
    WHEN NEW.token_hash IS NOT NULL OR NEW.ended_at IS NOT NULL
      THEN 'A link begins without a token and without an end.'
    WHEN NEW.expires_at <= NEW.made_at OR NEW.expires_at > NEW.made_at + interval '60 days'
      THEN 'A link lasts sixty days at most.'
    WHEN NOT EXISTS (SELECT FROM public.consent_recipient_address a
      WHERE a.id = NEW.address_id AND a.kind = 'email' AND a.client_id = NEW.client_id
      AND a.verified_at <= NEW.made_at AND a.ended_at IS NULL
      AND public.consent_same_recipient(a.recipient_id)
        = public.consent_same_recipient(d.recipient_id))
      THEN 'The address is not verified as this recipient''s.'
    WHEN NEW.told_address_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM public.consent_recipient_address a
      WHERE a.id = NEW.told_address_id AND a.kind = NEW.told_by AND a.kind <> 'email'
      AND a.client_id = NEW.client_id AND a.verified_at <= NEW.made_at AND a.ended_at IS NULL
      AND public.consent_same_recipient(a.recipient_id)
        = public.consent_same_recipient(d.recipient_id))
      THEN 'The second secret is told to somebody who was made sure of.'
    WHEN NEW.told_address_id IS NULL AND NEW.told_by <> 'in_person'
      THEN 'The second secret is told to somebody who was made sure of.'
    WHEN NOT planted THEN public.consent_disclosure_why_not(d.id)
  END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_share_link_gate BEFORE INSERT ON public.consent_share_link
FOR EACH ROW EXECUTE FUNCTION public.consent_share_link_gate();
CREATE FUNCTION public.consent_share_link_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'A link that ended stays ended.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.token_hash IS DISTINCT FROM OLD.token_hash
     AND public.counselling_actor() IS DISTINCT FROM {SERVICE} AND NOT {PLANTING} THEN
    RAISE EXCEPTION 'Only who sends a letter makes its token.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_share_link_moves BEFORE UPDATE ON public.consent_share_link
FOR EACH ROW EXECUTE FUNCTION public.consent_share_link_moves()
"""

# a letter goes to the link's own address, or to one by which something went that has ended
LETTER_GATE: Final = f"""
CREATE FUNCTION public.consent_recipient_letter_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  planted boolean := {PLANTING};
BEGIN
  IF NOT planted AND (NEW.made_at <> now() OR NEW.state <> 'queued'
     OR NEW."by" IS DISTINCT FROM public.counselling_actor()
     AND public.counselling_actor() <> {SERVICE}) THEN
    RAISE EXCEPTION 'A letter is asked for by who acts, at the instant they do.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT EXISTS (SELECT FROM public.consent_disclosure d
      JOIN public.consent_recipient_address a ON a.id = NEW.address_id AND a.kind = 'email'
        AND a.client_id = d.client_id AND a.verified_at <= NEW.made_at
        AND public.consent_same_recipient(a.recipient_id)
          = public.consent_same_recipient(d.recipient_id)
      WHERE d.id = NEW.disclosure_id AND d.client_id = NEW.client_id
      AND (NEW.link_id IS NULL OR EXISTS (SELECT FROM public.consent_share_link l
        WHERE l.id = NEW.link_id AND l.disclosure_id = d.id AND l.address_id = NEW.address_id))
      AND (NEW.consent_id IS NULL OR NEW.consent_id = d.consent_id
        OR NEW.consent_id = ANY (d.also))) THEN
    RAISE EXCEPTION 'A letter goes to a verified address of who something was shared with.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_recipient_letter_gate BEFORE INSERT ON public.consent_recipient_letter
FOR EACH ROW EXECUTE FUNCTION public.consent_recipient_letter_gate();
CREATE FUNCTION public.consent_recipient_letter_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF OLD.state IN ('sent', 'unsure', 'dropped') THEN
    RAISE EXCEPTION 'A letter that went does not come back.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_recipient_letter_moves BEFORE UPDATE ON public.consent_recipient_letter
FOR EACH ROW EXECUTE FUNCTION public.consent_recipient_letter_moves()
"""

# nobody knows yet who this is: the row is locked, so that guesses come one after the other
KNOCK: Final = """
DECLARE
    of_link uuid;
    of_disclosure uuid;
    why text;
BEGIN
    SELECT l.id, l.disclosure_id INTO of_link, of_disclosure
    FROM public.consent_share_link l WHERE l.token_hash = token;
    IF of_link IS NULL THEN
        RETURN;
    END IF;
    why := public.consent_disclosure_why_not(of_disclosure);
    RETURN QUERY SELECT l.id, l.client_id, l.disclosure_id, l.secret_hash::text,
        l.ended_at IS NULL AND l.expires_at > now() AND why IS NULL AND l.failures < 5
        AND (SELECT count(*) FROM public.consent_share_opening o WHERE o.link_id = l.id)
            < l.most_openings
        AND EXISTS (SELECT FROM public.consent_disclosure d
            JOIN public.consent_document p ON p.id = d.document_id AND p.state <> 'cancelled'
            WHERE d.id = l.disclosure_id)
    FROM public.consent_share_link l WHERE l.id = of_link FOR UPDATE;
END
"""
WRONG: Final = """
DECLARE
    so_many integer;
BEGIN
    UPDATE public.consent_share_link l SET
        failures = l.failures + 1,
        ended_at = CASE WHEN l.failures + 1 >= 5 THEN now() END,
        why_ended = CASE WHEN l.failures + 1 >= 5 THEN 'guessed' ELSE '' END
    WHERE l.token_hash = token AND l.ended_at IS NULL
    RETURNING l.failures INTO so_many;
    RETURN so_many;
END
"""
# the one way a sitting begins; that the secret was right was found in Python (Argon2)
BEGIN: Final = f"""
DECLARE
    door record;
BEGIN
    IF public.counselling_actor() IS DISTINCT FROM {ANONYMOUS} THEN
        RAISE EXCEPTION 'A link is opened by somebody not signed in.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO door FROM public.consent_share_knock(token) k WHERE k.opens;
    IF door.link IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO public.consent_share_opening (id, link_id, client_id, at, seen_at, place)
    VALUES (sitting, door.link, door.client, now(), now(), from_where);
    UPDATE public.consent_share_link l SET failures = 0 WHERE l.id = door.link AND l.failures > 0;
    RETURN true;
END
"""
# whether a sitting is on; asked before there is an actor, at each page
VISIT: Final = """
BEGIN
    UPDATE public.consent_share_opening o SET seen_at = now()
    WHERE o.id = sitting AND o.ended_at IS NULL
      AND o.seen_at BETWEEN now() - interval '30 minutes' AND now() - interval '1 minute';
    RETURN QUERY SELECT l.id, l.client_id, l.disclosure_id
    FROM public.consent_share_opening o JOIN public.consent_share_link l ON l.id = o.link_id
    WHERE o.id = sitting AND o.ended_at IS NULL AND o.seen_at > now() - interval '30 minutes'
      AND o.at > now() - interval '12 hours' AND l.ended_at IS NULL AND l.expires_at > now();
END
"""
# the one document a recipient sees, if everything it rests on stands at this instant
SHOWN: Final = """
DECLARE
    found uuid;
    of_disclosure uuid;
BEGIN
    SELECT d.document_id, d.id INTO found, of_disclosure
    FROM public.consent_share_opening o
    JOIN public.consent_share_link l ON l.id = o.link_id
    JOIN public.consent_disclosure d ON d.id = l.disclosure_id
    JOIN public.consent_document p ON p.id = d.document_id
    WHERE o.id = public.counselling_actor() AND o.ended_at IS NULL
      AND o.seen_at > now() - interval '30 minutes' AND o.at > now() - interval '12 hours'
      AND l.ended_at IS NULL AND l.expires_at > now() AND p.state <> 'cancelled';
    IF found IS NULL OR public.consent_disclosure_why_not(of_disclosure) IS NOT NULL THEN
        RETURN NULL;
    END IF;
    RETURN found;
END
"""
FINISH: Final = """
BEGIN
    UPDATE public.consent_share_link l SET ended_at = now(), why_ended = 'finished'
    FROM public.consent_share_opening o
    WHERE o.id = public.counselling_actor() AND o.link_id = l.id AND l.ended_at IS NULL;
    UPDATE public.consent_share_opening o SET ended_at = now()
    WHERE o.id = public.counselling_actor() AND o.ended_at IS NULL;
END
"""
# only what has no ground any more: so whoever sees the consent may call it
STOP: Final = f"""
DECLARE
    of_link uuid;
    of_disclosure uuid;
BEGIN
    FOR of_link, of_disclosure IN
        SELECT l.id, d.id FROM public.consent_share_link l
        JOIN public.consent_disclosure d ON d.id = l.disclosure_id
        WHERE l.ended_at IS NULL AND d.{SEEN}
          AND (d.consent_id = ANY (asked) OR d.also && asked)
        ORDER BY l.id
    LOOP
        IF public.consent_disclosure_why_not(of_disclosure) IS NOT NULL THEN
            UPDATE public.consent_share_link l SET ended_at = now(), why_ended = 'withdrawn'
            WHERE l.id = of_link AND l.ended_at IS NULL;
            UPDATE public.consent_recipient_letter m SET state = 'dropped'
            WHERE m.link_id = of_link AND m.state IN ('queued', 'failed');
            RETURN NEXT of_disclosure;
        END IF;
    END LOOP;
END
"""
DUE: Final = """
SELECT m.id, m.client_id FROM public.consent_recipient_letter m
WHERE m.state IN ('queued', 'sending') AND m.due_at <= now() ORDER BY m.due_at LIMIT 200
"""
# whether a letter of a link may go at this instant; consents are locked before the letter is
MAY_GO: Final = f"""
DECLARE
    why text;
    of_disclosure uuid;
BEGIN
    SELECT m.disclosure_id INTO of_disclosure FROM public.consent_recipient_letter m
    WHERE m.id = letter AND m.link_id IS NOT NULL AND m.{SEEN};
    IF of_disclosure IS NULL THEN
        RETURN '';
    END IF;
    RETURN coalesce(public.consent_disclosure_why_not(of_disclosure), '');
END
"""
FORWARD: Final = ";\n".join(
    (
        LINK_GATE,
        LETTER_GATE,
        function(
            "consent_share_knock(token text)",
            "text",
            "TABLE (link uuid, client uuid, disclosure uuid, secret_hash text, opens boolean)",
            KNOCK,
        ),
        function("consent_share_wrong(token text)", "text", "integer", WRONG),
        function(
            "consent_share_begin(token text, sitting uuid, from_where text)",
            "text, uuid, text",
            "boolean",
            BEGIN,
        ),
        function(
            "consent_share_visit(sitting uuid)",
            "uuid",
            "TABLE (link uuid, client uuid, disclosure uuid)",
            VISIT,
        ),
        function("consent_share_shown()", "", "uuid", SHOWN),
        function("consent_share_finish()", "", "void", FINISH),
        function("consent_stop_links(asked uuid[])", "uuid[]", "SETOF uuid", STOP),
        function("consent_letter_why_not(letter uuid)", "uuid", "text", MAY_GO),
    )
)
BACK: Final = """
DROP FUNCTION public.consent_letter_why_not(uuid);
DROP FUNCTION public.consent_stop_links(uuid[]);
DROP FUNCTION public.consent_share_finish();
DROP FUNCTION public.consent_share_shown();
DROP FUNCTION public.consent_share_visit(uuid);
DROP FUNCTION public.consent_share_begin(text, uuid, text);
DROP FUNCTION public.consent_share_wrong(text);
DROP FUNCTION public.consent_share_knock(text);
DROP TRIGGER consent_recipient_letter_moves ON public.consent_recipient_letter;
DROP FUNCTION public.consent_recipient_letter_moves();
DROP TRIGGER consent_recipient_letter_gate ON public.consent_recipient_letter;
DROP FUNCTION public.consent_recipient_letter_gate();
DROP TRIGGER consent_share_link_moves ON public.consent_share_link;
DROP FUNCTION public.consent_share_link_moves();
DROP TRIGGER consent_share_link_gate ON public.consent_share_link;
DROP FUNCTION public.consent_share_link_gate()
"""
