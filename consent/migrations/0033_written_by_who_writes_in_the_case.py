"""Recipients, addresses and legal bases are written by whoever writes in a case of the client's.

There is no level `record` of clients, only of cases: the policies of 0026 let nobody write.
"""

from django.db import migrations

from counselling.sql import policy

BEFORE = (
    "client_id = ANY (ARRAY(SELECT public.visible_clients('record'))) "
    "AND (SELECT public.link_row()) IS NULL "
    "AND (SELECT public.portal_client()) IS NULL AND (SELECT public.guarding()) IS NULL"
)
CASES = "case_id = ANY (ARRAY(SELECT public.visible_cases('write')))"
STAFF = "(SELECT public.link_row()) IS NULL AND (SELECT public.portal_client()) IS NULL"


def of_client(table: str) -> str:
    """Ask whether who acts writes in a case in which this client takes or took part."""
    return (
        "EXISTS (SELECT FROM public.clients_casemember part "
        f"WHERE part.client_id = {table}.client_id AND part.{CASES}) AND {STAFF}"
    )


PAPER = (
    "EXISTS (SELECT FROM public.consent_legal_basis b WHERE b.id = consent_basis_paper.basis_id "
    f"AND b.client_id = consent_basis_paper.client_id AND b.{CASES}) AND {STAFF}"
)


class Migration(migrations.Migration):
    """Who cares for the client writes; who only reads, or is elsewhere, does not."""

    dependencies = [("consent", "0032_two_people_and_a_clock")]

    operations = [
        *(
            policy(table, command, of_client(table), BEFORE)
            for table, command in (
                ("consent_recipient_wording", "insert"),
                ("consent_recipient_merge", "insert"),
                ("consent_recipient_address", "insert"),
                ("consent_recipient_address", "update"),
            )
        ),
        policy("consent_legal_basis", "insert", f"{CASES} AND {STAFF}", BEFORE),
        policy("consent_basis_paper", "insert", PAPER, BEFORE),
    ]
