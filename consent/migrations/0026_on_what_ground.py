"""On what ground something leaves, whoever writes; and nothing of it before the client is told."""

import importlib

from django.db import migrations

from consent.migrations import _grounds as grounds
from counselling.sql import APP, definer, grant, never_changes, not_in_emergency, row_security

before = importlib.import_module("consent.migrations.0004_gate_of_present_members").Migration
guardians = importlib.import_module("clients.migrations.0013_guardians_in_force")

CONSENT = "client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))"
RECORD = "client_id = ANY (ARRAY(SELECT public.visible_clients('record')))"
NO_LINK = "(SELECT public.link_row()) IS NULL"
STAFF = "(SELECT public.portal_client()) IS NULL AND (SELECT public.guarding()) IS NULL"
NEW = (
    "consent_recipient_wording", "consent_recipient_address", "consent_recipient_merge",
    "consent_legal_basis", "consent_basis_paper", "consent_basis_decision", "consent_telling",
)  # fmt: skip
# what a client may know of by now; their page, counts, print, copy and accounting go by it alike
TOLD = """
SELECT d.id FROM public.consent_disclosure d
WHERE d.client_id = public.portal_client() AND public.consent_told_at(d.id) <= now()
"""
TOLD_BASES = """
SELECT d.basis_id FROM public.consent_disclosure d
WHERE d.client_id = public.portal_client() AND d.basis_id IS NOT NULL
  AND public.consent_told_at(d.id) <= now()
"""
_NOT_CLIENT = "(SELECT public.portal_client()) IS NULL"
_OF_TOLD = {
    "consent_disclosure": "id = ANY (ARRAY(SELECT public.consent_told()))",
    "consent_disclosureitem": "disclosure_id = ANY (ARRAY(SELECT public.consent_told()))",
    "consent_document": (
        "kind <> 'disclosure' OR id IN (SELECT s.document_id FROM public.consent_disclosure s)"
    ),
}
UNTIL_TOLD = ";\n".join(
    f"CREATE POLICY {table}_once_told ON public.{table} AS RESTRICTIVE FOR SELECT TO {APP} "
    f"USING ({_NOT_CLIENT} OR {known})"
    for table, known in _OF_TOLD.items()
)
NOT_UNTIL_TOLD = ";\n".join(
    f"DROP POLICY {table}_once_told ON public.{table}" for table in _OF_TOLD
)
OLD_GATE = before.operations[0].sql


class Migration(migrations.Migration):
    """The client's word or the law: the database asks for one of them, complete, each time."""

    dependencies = [
        ("consent", "0025_recipients_and_bases"),
        ("clients", "0022_decided_and_told_in_time"),
    ]

    operations = [
        migrations.RunSQL(grounds.FORWARD, f"{OLD_GATE};\n{grounds.BACK}"),
        definer("consent_told()", "SETOF uuid", TOLD),
        definer("consent_told_bases()", "SETOF uuid", TOLD_BASES),
        migrations.RunSQL(UNTIL_TOLD, NOT_UNTIL_TOLD),
        *(grant(table, "SELECT, INSERT") for table in NEW),
        grant(
            "consent_recipient_address",
            "UPDATE (verified_how, verified_by, verified_at, ended_at, ended_by)",
        ),
        *(
            row_security(
                table,
                select=f"{CONSENT} AND {NO_LINK}",
                insert=f"{RECORD} AND {NO_LINK} AND {STAFF}",
            )
            for table in ("consent_recipient_wording", "consent_recipient_merge")
        ),
        row_security(
            "consent_recipient_address",
            select=f"{CONSENT} AND {NO_LINK}",
            insert=f"{RECORD} AND {NO_LINK} AND {STAFF}",
            update=f"{RECORD} AND {NO_LINK} AND {STAFF}",
        ),
        row_security(
            "consent_legal_basis",
            select=f"{CONSENT} AND {NO_LINK} AND "
            f"({_NOT_CLIENT} OR id = ANY (ARRAY(SELECT public.consent_told_bases())))",
            insert=f"{RECORD} AND {NO_LINK} AND {STAFF}",
        ),
        row_security(
            "consent_basis_paper",
            select=f"{CONSENT} AND {NO_LINK} AND {STAFF}",
            insert=f"{RECORD} AND {NO_LINK} AND {STAFF}",
        ),
        *(
            row_security(
                table,
                select=f"{CONSENT} AND {NO_LINK} AND {STAFF}",
                insert=f"{CONSENT} AND {NO_LINK} AND {STAFF}",
            )
            for table in ("consent_basis_decision", "consent_telling")
        ),
        *(
            never_changes(table, thing)
            for table, thing in {
                "consent_recipient_wording": "wording of a recipient",
                "consent_recipient_merge": "merging of recipients",
                "consent_legal_basis": "legal basis",
                "consent_basis_paper": "paper of a legal basis",
                "consent_basis_decision": "decision about a legal basis",
                "consent_telling": "telling",
            }.items()
        ),
        not_in_emergency(*NEW),
        guardians.not_for_guardians(*NEW),
    ]
