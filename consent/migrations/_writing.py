"""What the database holds of forms in writing: who may publish which words, and who counts them."""

from __future__ import annotations

from typing import Final

from counselling.sql import APP

# writing and approving is staff's; every change has its writer in the row, and none is taken out
MOVES: Final = """
CREATE FUNCTION public.consent_draft_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine uuid := public.counselling_actor();
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'writing' OR NOT (NEW.writers @> ARRAY[mine]) THEN
      RAISE EXCEPTION 'A form is begun by who writes it.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state IN ('published', 'dropped') THEN
    RAISE EXCEPTION 'A form that was published or dropped stays as it is.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT (NEW.writers @> OLD.writers)
     OR NEW.source <> OLD.source AND NOT (NEW.writers @> ARRAY[mine]) THEN
    RAISE EXCEPTION 'Whoever wrote a form stays known.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.state = 'waiting' AND (NEW.source <> OLD.source OR NEW.state = 'waiting') THEN
    RAISE EXCEPTION 'A form that waits for approval does not change.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.state = 'published' AND NOT EXISTS (SELECT FROM public.consent_formversion made
      WHERE made.draft_id = NEW.id) THEN
    RAISE EXCEPTION 'What is published has its version.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_draft_moves BEFORE INSERT OR UPDATE ON public.consent_formdraft
FOR EACH ROW EXECUTE FUNCTION public.consent_draft_moves()
"""
UNMOVES: Final = """
DROP TRIGGER consent_draft_moves ON public.consent_formdraft;
DROP FUNCTION public.consent_draft_moves()
"""

# whether anybody but the writers could approve; nobody's name, only yes or no
OTHERS: Final = """
SELECT EXISTS (
  SELECT FROM public.accounts_roleheld held
  JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
  WHERE held.role IN ('administrator', 'privacy_officer', 'supervisor')
    AND held.since <= now() AND (held.until IS NULL OR held.until > now())
    AND NOT (held.account_id = ANY (writers))
)
"""

APPROVES: Final = """
CREATE FUNCTION public.consent_approval_gate() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  asked public.consent_formdraft%ROWTYPE;
  wrote boolean;
BEGIN
  SELECT * INTO asked FROM public.consent_formdraft WHERE id = NEW.draft_id FOR UPDATE;
  wrote := NEW.by = ANY (asked.writers);
  IF asked.state IS DISTINCT FROM 'waiting' OR asked.sha256 <> NEW.sha256 THEN
    RAISE EXCEPTION 'These words do not wait for approval.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.by IS DISTINCT FROM public.counselling_actor()
     OR NOT (public.actor_has_role('administrator') OR public.actor_has_role('privacy_officer')
       OR public.actor_has_role('supervisor')) THEN
    RAISE EXCEPTION 'An approval is somebody''s own.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF wrote IS DISTINCT FROM NEW.alone OR wrote AND (
      public.consent_other_approver(asked.writers)
      OR NEW.at < asked.handed_in_at + interval '72 hours') THEN
    RAISE EXCEPTION 'Somebody else than its writer approves a form.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_approval_gate BEFORE INSERT ON public.consent_formapproval
FOR EACH ROW EXECUTE FUNCTION public.consent_approval_gate()
"""
UNAPPROVES: Final = """
DROP TRIGGER consent_approval_gate ON public.consent_formapproval;
DROP FUNCTION public.consent_approval_gate()
"""

# the shipped library is published by migrations, which the application's role does not run
PUBLISHES: Final = f"""
CREATE FUNCTION public.consent_version_gate() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NEW.draft_id IS NULL AND current_user <> '{APP}' THEN
    RETURN NEW;
  END IF;
  IF NOT EXISTS (
    SELECT FROM public.consent_formdraft written
    JOIN public.consent_formapproval approved ON approved.draft_id = written.id
    WHERE written.id = NEW.draft_id AND written.state = 'waiting'
      AND written.form_id = NEW.form_id AND written.language = NEW.language
      AND written.sha256 = NEW.sha256 AND approved.sha256 = NEW.sha256
      AND (approved.alone OR NOT (approved.by = ANY (written.writers)))
      AND written.source = NEW.source
      AND NEW.source ->> 'text' = NEW.text AND NEW.source -> 'clauses' = NEW.clauses
      AND NEW.source -> 'in_short' = NEW.in_short AND NEW.source ->> 'title' = NEW.title
      AND (NEW.source ->> 'edition')::integer = NEW.number
      AND NEW.source ->> 'language' = NEW.language
  ) THEN
    RAISE EXCEPTION 'A form is published as it was approved by somebody else than its writer.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_version_gate BEFORE INSERT ON public.consent_formversion
FOR EACH ROW EXECUTE FUNCTION public.consent_version_gate()
"""
UNPUBLISHES: Final = """
DROP TRIGGER consent_version_gate ON public.consent_formversion;
DROP FUNCTION public.consent_version_gate()
"""

# what holds: a permission given under that version that nothing has ended; how many clients, and
# never who. Whoever writes, approves or reviews forms may ask, and so may who asks clients
_LIVE: Final = """
  public.consent_consent given
  JOIN public.consent_signature signed ON signed.id = given.signature_id
  JOIN public.consent_request asked ON asked.id = signed.request_id
  JOIN public.consent_formversion version ON version.id = asked.version_id
  WHERE (given.until IS NULL OR given.until > now())
    AND NOT EXISTS (SELECT FROM public.consent_withdrawal w WHERE w.consent_id = given.id)
    AND NOT EXISTS (SELECT FROM public.consent_replacement r WHERE r.consent_id = given.id)
"""
_STAFF: Final = """(public.actor_has_role('administrator')
    OR public.actor_has_role('privacy_officer') OR public.actor_has_role('supervisor')
    OR public.actor_has_role('counsellor') OR public.actor_has_role('trainee'))"""
HOLDERS: Final = f"""
SELECT version.id, count(DISTINCT given.client_id)::integer FROM {_LIVE}
  AND {_STAFF}
GROUP BY version.id
"""

# how many of each counsellor's clients still hold an older version than they would be asked now
LEFT: Final = f"""
SELECT theirs.person_id, count(DISTINCT given.client_id)::integer
FROM public.clients_assignment theirs
JOIN public.clients_casemember part ON part.case_id = theirs.case_id
  AND part.since <= now() AND (part.until IS NULL OR part.until > now())
JOIN public.clients_client cared ON cared.id = part.client_id
JOIN LATERAL (SELECT given.client_id, version.number FROM {_LIVE}
    AND given.client_id = part.client_id AND version.form_id = wanted) given ON true
WHERE public.actor_has_role('privacy_officer')
  AND theirs.since <= now() AND (theirs.until IS NULL OR theirs.until > now())
  AND given.number < (
    SELECT newest.number FROM public.consent_formversion newest WHERE newest.form_id = wanted
    ORDER BY newest.language = cared.language DESC, newest.language = 'en' DESC,
      newest.number DESC LIMIT 1
  )
GROUP BY theirs.person_id
"""

# the batch is whoever's who asked; a job works at one client of it
AGAIN: Final = """
CREATE FUNCTION public.consent_again_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF TG_OP = 'UPDATE' AND OLD.state <> 'waiting' THEN
    RAISE EXCEPTION 'Who was asked again is not asked once more.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT EXISTS (
    SELECT FROM public.consent_request earlier
    JOIN public.consent_formversion held ON held.id = earlier.version_id
    JOIN public.consent_formversion wanted ON wanted.id = NEW.version_id
    WHERE earlier.id = NEW.earlier_id AND earlier.client_id = NEW.client_id
      AND earlier.state = 'signed' AND held.form_id = wanted.form_id
      AND (TG_OP = 'UPDATE' OR EXISTS (SELECT FROM public.consent_askagain batch
        WHERE batch.id = NEW.batch_id AND batch.form_id = held.form_id))
      AND held.number < wanted.number
  ) THEN
    RAISE EXCEPTION 'Somebody is asked again for a newer version of what they signed.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_again_moves BEFORE INSERT OR UPDATE ON public.consent_askedagain
FOR EACH ROW EXECUTE FUNCTION public.consent_again_moves()
"""
UNAGAIN: Final = """
DROP TRIGGER consent_again_moves ON public.consent_askedagain;
DROP FUNCTION public.consent_again_moves()
"""
DUE: Final = """
SELECT asked.id, asked.client_id FROM public.consent_askedagain asked
WHERE asked.state = 'waiting' AND asked.due_at <= now() ORDER BY asked.due_at LIMIT 200
"""
