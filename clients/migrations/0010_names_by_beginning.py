"""People are found by the beginnings of their names: keyed hashes, each under row security."""

import django.db.models.deletion
from django.db import migrations, models

import counselling.db
from counselling.sql import grant, not_in_emergency, row_security

SEES = "client_id = ANY (ARRAY(SELECT public.visible_clients('contact')))"
WRITES = (
    "(client_id = ANY (ARRAY(SELECT public.visible_clients('manage'))) "
    "OR client_id = (SELECT public.clients_job_client()))"
)
# who is known already is indexed again: the sweep asks for those without a name in the other table
ANEW = "DELETE FROM public.clients_foundby"


class Migration(migrations.Migration):
    """Whoever sees a client finds them; whoever writes down who they are writes these."""

    dependencies = [("clients", "0009_emergencies_only_read")]

    operations = [
        migrations.CreateModel(
            name="NamePart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counselling.db.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("token", models.CharField(max_length=32)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="namepart",
            constraint=models.UniqueConstraint(
                fields=("token", "client"), name="clients_name_part_once"
            ),
        ),
        row_security(
            "clients_namepart",
            select=f"{SEES} OR {WRITES}",
            insert=WRITES,
            delete=WRITES,
        ),
        grant("clients_namepart", "SELECT, INSERT, DELETE"),
        not_in_emergency("clients_namepart"),
        migrations.RunSQL(ANEW, migrations.RunSQL.noop),
    ]
