"""A form that several people sign is one request for each of them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who may sign which, and when that allows something, is said in 0011."""

    dependencies = [
        ("clients", "0012_who_decides"),
        ("consent", "0009_agreement_names_who_supervises"),
    ]

    operations = [
        migrations.AddField(
            model_name="onlineacceptance",
            name="guardian",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.guardian",
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="guardian",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.guardian",
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="lead",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="others",
                to="consent.request",
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="signer",
            field=models.CharField(default="client", max_length=10),
        ),
        migrations.AddField(
            model_name="request",
            name="turn",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="onlineacceptance",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
            ),
        ),
        migrations.AddConstraint(
            model_name="onlineacceptance",
            constraint=models.UniqueConstraint(
                fields=("client", "guardian"),
                name="consent_onlineacceptance_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("guardian__isnull", False),
                        ("signer", "guardian"),
                    ),
                    models.Q(
                        ("guardian__isnull", True),
                        (
                            "signer__in",
                            [
                                "client",
                                "witness",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="consent_request_guardian_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lead__isnull", True), ("turn", 0)),
                    models.Q(("lead__isnull", False), ("turn__gt", 0)),
                    _connector="OR",
                ),
                name="consent_request_lead_signs_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.UniqueConstraint(
                fields=("lead", "turn"), name="consent_request_one_after_the_other"
            ),
        ),
    ]
