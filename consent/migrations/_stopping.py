"""What ending a consent needs of the owner: its row locked, and what was on its way stopped.

The application may neither change a consent nor lock one. Who withdraws locks it first, so that a
second click waits and finds it ended; who keeps a document shares the lock, so that the
confirmation never lists as sent what is cancelled, nor leaves out what went.
"""

from __future__ import annotations

from typing import Final

from consent.migrations._links import acting

LOCK: Final = """
SELECT count(*) FROM (
  SELECT c.id FROM public.consent_consent c
  WHERE c.id = ANY (asked) AND c.client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))
  ORDER BY c.id FOR {strength}
) held
"""
# only what the client's word has ended: so this can be called by whoever sees the consent
CANCEL: Final = """
UPDATE public.consent_document d SET state = 'cancelled'
FROM public.consent_disclosure s
WHERE (EXISTS (SELECT FROM public.consent_withdrawal w WHERE w.consent_id = s.consent_id)
    OR EXISTS (SELECT FROM public.consent_replacement r WHERE r.consent_id = s.consent_id))
  AND s.document_id = d.id AND s.consent_id = ANY (asked) AND d.state IN ('rendering', 'failed')
  AND s.client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))
RETURNING d.id
"""

OPERATIONS: Final = [
    acting("consent_lock(asked uuid[])", "uuid[]", "bigint", LOCK.format(strength="UPDATE")),
    acting("consent_hold(asked uuid[])", "uuid[]", "bigint", LOCK.format(strength="SHARE")),
    acting("consent_cancel_stopped(asked uuid[])", "uuid[]", "SETOF uuid", CANCEL),
]
