"""When permissions were last gone through with a client."""

import django.db.models.deletion
from django.db import migrations, models

import counselling.db
from counselling.sql import grant, never_changes, row_security

CONSENT = "client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))"
NO_LINK = "(SELECT public.link_row()) IS NULL"
# who reviews sees them; whoever writes in a case of the client adds one, in their own name
WRITES = (
    "by = public.counselling_actor() AND EXISTS (SELECT FROM public.clients_casemember part "
    "WHERE part.client_id = consent_gone_through.client_id AND part.until IS NULL "
    "AND part.case_id = ANY (ARRAY(SELECT public.visible_cases('write'))))"
)


class Migration(migrations.Migration):
    """It never changes; one more is added."""

    dependencies = [("consent", "0005_sealed_anew"), ("clients", "0005_writing_is_a_level")]

    operations = [
        migrations.CreateModel(
            name="GoneThrough",
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
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "db_table": "consent_gone_through",
                "indexes": [
                    models.Index(fields=["client", "-at"], name="consent_gone_through_last")
                ],
            },
        ),
        grant("consent_gone_through", "SELECT, INSERT"),
        row_security(
            "consent_gone_through",
            select=f"{CONSENT} AND {NO_LINK}",
            insert=f"{CONSENT} AND {WRITES}",
        ),
        never_changes("consent_gone_through", "going through permissions"),
    ]
