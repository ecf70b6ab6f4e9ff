"""What a stranger may ask of a file, and which sealed forms a night compares: one code, or ids."""

from __future__ import annotations

from typing import Final

from counselling.sql import definer

# of the group of a signature, whether anything that was allowed still is
_ENDED: Final = """
SELECT count(*) > 0 AND bool_and(
    coalesce(c.until <= now(), false)
    OR EXISTS (SELECT FROM public.consent_withdrawal w WHERE w.consent_id = c.id)
    OR EXISTS (SELECT FROM public.consent_replacement r WHERE r.consent_id = c.id)
)
FROM public.consent_document d
JOIN public.consent_request asked ON asked.id = d.request_id
JOIN public.consent_request theirs
    ON coalesce(theirs.lead_id, theirs.id) = coalesce(asked.lead_id, asked.id)
JOIN public.consent_signature s ON s.request_id = theirs.id
JOIN public.consent_consent c ON c.signature_id = s.id
WHERE d.pdf_sha256 = sha256
"""
# the file is known by its hash; one that was changed, by the number it carries inside
GENUINE: Final = f"""
SELECT CASE
    WHEN sha256 <> '' AND EXISTS (
        SELECT FROM public.consent_document d WHERE d.pdf_sha256 = sha256
    ) THEN CASE WHEN ({_ENDED}) THEN 'withdrawn' ELSE 'genuine' END
    WHEN EXISTS (
        SELECT FROM public.consent_document d
        WHERE d.pdf_id <> '' AND d.pdf_id = ANY (numbers)
    ) THEN 'changed'
    ELSE 'unknown'
END
"""
SEALED: Final = """
SELECT d.id, d.client_id FROM public.consent_document d
WHERE d.state = 'sealed' AND d.kind = 'consent'
  AND (after IS NULL OR d.id > after) AND d.sealed_at < began
ORDER BY d.id LIMIT 25
"""

OPERATIONS: Final = [
    definer("consent_genuine(sha256 text, numbers text[])", "text", GENUINE),
    definer(
        "consent_sealed_after(after uuid, began timestamptz)",
        "TABLE (document uuid, client uuid)",
        SEALED,
    ),
]
