"""Whose word holds, subpoenas and accountings are, and who sees them."""

import importlib

from django.db import migrations

from consent.migrations import _subpoenas as subpoenas
from counselling.sql import definer, grant, never_changes, not_in_emergency, row_security

guardians = importlib.import_module("clients.migrations.0013_guardians_in_force")

CONSENT = "client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))"
NO_LINK = "(SELECT public.link_row()) IS NULL AND (SELECT public.guarding()) IS NULL"
STAFF = "(SELECT public.portal_client()) IS NULL"
# of staff alone: what is done about a file, and what a client may not know of yet
OF_STAFF = {
    "consent_legal_hold": "legal hold",
    "consent_hold_ending": "word about the end of a hold",
    "consent_hold_decision": "decision about a hold",
    "consent_subpoena_paper": "paper of a subpoena",
    "consent_subpoena_step": "step of a subpoena",
    "consent_subpoena_release": "release",
    "consent_accounting_suspension": "suspension",
}
SEEN = {
    "consent_subpoena": "subpoena",
    "consent_accounting_extension": "extension",
}
OF_BOTH = {
    "consent_accounting_request": "request for an accounting",
    "consent_accounting_given": "accounting",
}
NEW = (*OF_STAFF, *SEEN, *OF_BOTH, "consent_subpoena_notice")
DUE = """
SELECT n.subpoena_id, n.client_id FROM public.consent_subpoena_notice n
WHERE n.state = 'waiting' AND n.due_at <= now()
"""


class Migration(migrations.Migration):
    """A subpoena opens nothing by itself; a hold is ended by two; what is suspended is not told."""

    dependencies = [("consent", "0031_subpoenas_and_accountings")]

    operations = [
        migrations.RunSQL(subpoenas.FORWARD, subpoenas.BACK),
        definer("consent_due_notices()", "TABLE (subpoena uuid, client uuid)", DUE),
        *(grant(table, "SELECT, INSERT") for table in NEW),
        grant(
            "consent_subpoena_notice",
            "UPDATE (state, attempts, due_at, sent_at, told_at, told_by, how)",
        ),
        *(
            row_security(
                table,
                select=f"{CONSENT} AND {NO_LINK} AND {STAFF}",
                insert=f"{CONSENT} AND {NO_LINK} AND {STAFF}",
            )
            for table in OF_STAFF
        ),
        *(
            row_security(
                table,
                select=f"{CONSENT} AND {NO_LINK}",
                insert=f"{CONSENT} AND {NO_LINK} AND {STAFF}",
            )
            for table in SEEN
        ),
        *(
            row_security(
                table,
                select=f"{CONSENT} AND {NO_LINK}",
                insert=f"{CONSENT} AND {NO_LINK}",
            )
            for table in OF_BOTH
        ),
        row_security(
            "consent_subpoena_notice",
            select=f"{CONSENT} AND {NO_LINK}",
            insert=f"{CONSENT} AND {NO_LINK} AND {STAFF}",
            update=f"{CONSENT} AND {NO_LINK}",
        ),
        *(never_changes(table, thing) for table, thing in (OF_STAFF | SEEN | OF_BOTH).items()),
        not_in_emergency(*NEW),
        guardians.not_for_guardians(*NEW),
    ]
