"""Inside an emergency access the tables of this app are read for one client and never written."""

from django.db import migrations

from counselling.sql import not_in_emergency, read_in_emergency


class Migration(migrations.Migration):
    """A second wall behind the levels: a policy that forgets emergencies lets nothing through."""

    dependencies = [("clients", "0008_tables_of_two_words")]

    operations = [
        *(
            read_in_emergency(table, client)
            for table, client in (
                ("clients_client", "id"),
                ("clients_contactcard", "client_id"),
                ("clients_case", ""),
                ("clients_casechange", ""),
                ("clients_casemember", "client_id"),
                ("clients_assignment", ""),
                ("clients_cover", ""),
                ("clients_portalaccess", "client_id"),
            )
        ),
        not_in_emergency(
            "clients_message",
            "clients_linkactor",
            "clients_emergencydecision",
            "clients_foundby",
        ),
    ]
