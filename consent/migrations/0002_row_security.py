"""Rights, row security, tables that never change, moves of states, and the gate of disclosures."""

from django.db import migrations

from consent.migrations import _gate as gate
from consent.migrations import _links as links
from consent.migrations import _replacement as replacement
from consent.migrations import _stopping as stopping
from counselling.sql import definer, grant, never_changes, row_security

CONTACT = "client_id = ANY (ARRAY(SELECT public.visible_clients('contact')))"
CONSENT = "client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))"
# what was shared holds notes: who reads the notes of its case, the client, and the job for them
RECORD = (
    "(case_id = ANY (ARRAY(SELECT public.visible_cases('record'))) "
    "OR client_id = (SELECT public.portal_client()))"
)
NOTES = f"(kind <> 'disclosure' OR {RECORD})"
# a link acts for one request of the client and sees nothing else of the file
NO_LINK = "(SELECT public.link_row()) IS NULL"
# what its own signature replaced, a link sees
OWN_SIGNATURE = (
    f"({NO_LINK} OR signature_id IN (SELECT s.id FROM public.consent_signature s "
    "WHERE s.request_id = (SELECT public.link_row())))"
)


def _own(column: str) -> str:
    return f"coalesce({column} = (SELECT public.link_row()), (SELECT public.link_row()) IS NULL)"


REQUEST_COLUMNS = (
    "state, answers, token_hash, pin_hash, pin_failures, sent_at, expires_at, opened_at, read_at, "
    "ended_at, why_void"
)
DOCUMENT_COLUMNS = "state, attempts, due_at, content, pdf_sha256, sealed_at"
DUE = """
SELECT d.id, d.client_id FROM public.consent_document d
WHERE d.state IN ('rendering', 'failed') AND d.due_at <= now() ORDER BY d.due_at LIMIT 200
"""
# an accounting says how much went and whether it left, also to whom the notes are hidden
FACTS = """
SELECT s.id, d.state::text,
    (SELECT count(*)::integer FROM public.consent_disclosureitem i WHERE i.disclosure_id = s.id)
FROM public.consent_disclosure s JOIN public.consent_document d ON d.id = s.document_id
WHERE s.id = ANY (asked) AND s.client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))
  AND public.link_row() IS NULL
"""


class Migration(migrations.Migration):
    """Front desk sees that there is a request; what it says is for those who may see consents."""

    dependencies = [("consent", "0001_initial"), ("clients", "0003_links_and_trail")]

    operations = [
        definer("consent_due_documents()", "TABLE (document uuid, client uuid)", DUE),
        definer(
            "consent_disclosure_facts(asked uuid[])",
            "TABLE (disclosure uuid, state text, notes integer)",
            FACTS,
        ),
        *links.OPERATIONS,
        *stopping.OPERATIONS,
        # the library: no client in it, and only migrations publish
        grant("consent_form", "SELECT"),
        grant("consent_formversion", "SELECT"),
        never_changes("consent_formversion", "published form"),
        grant("consent_recipient", "SELECT, INSERT"),
        row_security(
            "consent_recipient",
            select=f"{CONSENT} AND {NO_LINK}",
            insert=f"{CONSENT} AND {NO_LINK}",
        ),
        never_changes("consent_recipient", "recipient"),
        grant("consent_request", "SELECT, INSERT"),
        grant("consent_request", f"UPDATE ({REQUEST_COLUMNS})"),
        row_security(
            "consent_request",
            select=f"{CONTACT} AND {_own('id')}",
            insert=f"{CONSENT} AND {NO_LINK}",
            update=f"{CONTACT} AND {_own('id')}",
        ),
        grant("consent_question", "SELECT, INSERT"),
        grant("consent_question", "UPDATE (closed_at, closed_by)"),
        row_security(
            "consent_question",
            select=f"{CONSENT} AND {_own('request_id')}",
            insert=f"{CONSENT} AND {_own('request_id')}",
            update=f"{CONSENT} AND {NO_LINK}",
        ),
        grant("consent_onlineacceptance", "SELECT, INSERT"),
        row_security(
            "consent_onlineacceptance",
            select=CONSENT,
            insert=f"{CONSENT} AND {_own('request_id')}",
        ),
        never_changes("consent_onlineacceptance", "agreement to sign online"),
        grant("consent_signature", "SELECT, INSERT"),
        row_security(
            "consent_signature",
            select=f"{CONSENT} AND {_own('request_id')}",
            insert=f"{CONSENT} AND {_own('request_id')}",
        ),
        never_changes("consent_signature", "signature"),
        grant("consent_consent", "SELECT, INSERT"),
        row_security("consent_consent", select=f"{CONSENT} AND {NO_LINK}", insert=CONSENT),
        never_changes("consent_consent", "consent"),
        grant("consent_withdrawal", "SELECT, INSERT"),
        row_security(
            "consent_withdrawal",
            select=f"{CONSENT} AND {NO_LINK}",
            insert=f"{CONSENT} AND {NO_LINK}",
        ),
        never_changes("consent_withdrawal", "withdrawal"),
        grant("consent_document", "SELECT, INSERT"),
        grant("consent_document", f"UPDATE ({DOCUMENT_COLUMNS})"),
        row_security(
            "consent_document",
            select=f"{CONSENT} AND {_own('request_id')} AND {NOTES}",
            insert=f"{CONSENT} AND {_own('request_id')} AND {NOTES}",
            update=f"{CONSENT} AND {NO_LINK} AND {NOTES}",
        ),
        grant("consent_disclosure", "SELECT, INSERT"),
        row_security(
            "consent_disclosure",
            select=f"{CONSENT} AND {NO_LINK}",
            insert=f"{CONSENT} AND {NO_LINK}",
        ),
        never_changes("consent_disclosure", "disclosure"),
        grant("consent_disclosureitem", "SELECT, INSERT"),
        row_security(
            "consent_disclosureitem",
            select=f"{CONSENT} AND {NO_LINK} AND {RECORD}",
            insert=f"{CONSENT} AND {NO_LINK} AND {RECORD}",
        ),
        never_changes("consent_disclosureitem", "disclosure"),
        # nobody inserts: the trigger on signatures does
        grant("consent_replacement", "SELECT"),
        row_security("consent_replacement", select=f"{CONSENT} AND {OWN_SIGNATURE}"),
        never_changes("consent_replacement", "replacement"),
        *replacement.OPERATIONS,
        *gate.OPERATIONS,
    ]
