"""Who has seen which privacy notice, and when."""

import django.db.models.deletion
from django.db import migrations, models

import counselling.db
from counselling.sql import grant, never_changes, not_in_emergency, row_security

CONSENT = "client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))"
# a guardian says it for themselves; the client, by sign-in or link, for nobody else
SELF = (
    "client_id = coalesce((SELECT public.own_client()), (SELECT public.guarded_client())) "
    "AND guardian_id IS NOT DISTINCT FROM coalesce((SELECT public.guarding()), (SELECT "
    "asked.guardian_id FROM public.consent_request asked WHERE asked.id = (SELECT public.link_row())))"
)


class Migration(migrations.Migration):
    """Staff see that it was seen; only who saw it says so."""

    dependencies = [("consent", "0016_proof"), ("clients", "0016_news_of_the_space")]

    operations = [
        migrations.CreateModel(
            name="NoticeSeen",
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
                ("edition", models.PositiveSmallIntegerField()),
                ("language", models.CharField(max_length=8)),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "guardian",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.guardian",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("client", "guardian", "sha256"),
                        name="consent_noticeseen_once",
                        nulls_distinct=False,
                    )
                ]
            },
        ),
        row_security(
            "consent_noticeseen",
            select=f"{CONSENT} AND ((SELECT public.guarding()) IS NULL "
            "OR guardian_id = (SELECT public.guarding()))",
            insert=SELF,
        ),
        grant("consent_noticeseen", "SELECT, INSERT"),
        never_changes("consent_noticeseen", "word that a notice was seen"),
        not_in_emergency("consent_noticeseen"),
    ]
