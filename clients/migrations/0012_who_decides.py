"""Guardians, the decision who signs for somebody, and a guardian's own sign-in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders


class Migration(migrations.Migration):
    """Who may see and write what is said in 0013."""

    dependencies = [
        ("clients", "0011_said_in_its_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CapacityDecision",
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
                ("decides", models.CharField(max_length=10)),
                ("basis", models.CharField(max_length=12)),
                (
                    "why",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="clients.client",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Guardian",
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
                (
                    "details",
                    counselling.vault.fields.SealedJSONField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("created_by", models.UUIDField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guardians",
                        to="clients.client",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DecisionGuardian",
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
                ("signs", models.BooleanField()),
                ("why_not", models.CharField(blank=True, max_length=12)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guardians",
                        to="clients.capacitydecision",
                    ),
                ),
                (
                    "guardian",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.guardian",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GuardianAccess",
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
                ("given_at", models.DateTimeField()),
                ("given_by", models.UUIDField()),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guardian_access",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access",
                        to="clients.guardian",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="capacitydecision",
            index=models.Index(fields=["client", "-at"], name="clients_capacitydecision_new"),
        ),
        migrations.AddConstraint(
            model_name="capacitydecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("decides__in", ["alone", "together", "guardian"])),
                name="clients_capacitydecision_decides",
            ),
        ),
        migrations.AddConstraint(
            model_name="capacitydecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["age", "assessment", "order", "majority"])),
                name="clients_capacitydecision_basis",
            ),
        ),
        migrations.AddConstraint(
            model_name="capacitydecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decides", "alone"), ("until__isnull", True)),
                    models.Q(
                        models.Q(("decides", "alone"), _negated=True), ("until__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="clients_capacitydecision_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionguardian",
            constraint=models.UniqueConstraint(
                fields=("decision", "guardian"), name="clients_decisionguardian_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionguardian",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signs", True), ("why_not", "")),
                    models.Q(("signs", False), ("why_not__in", ["order", "unreachable", "unsafe"])),
                    _connector="OR",
                ),
                name="clients_decisionguardian_left_out",
            ),
        ),
    ]
