"""Cover, emergency accesses with note and decisions, and who is found by name and birth date."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders


class Migration(migrations.Migration):
    """Who may see and write what is said in 0007."""

    dependencies = [
        ("clients", "0005_writing_is_a_level"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Cover",
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
                ("arranged_at", models.DateTimeField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="EmergencyAccess",
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
                ("reason", models.CharField(max_length=20)),
                (
                    "sentence",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                ("alerted_at", models.DateTimeField(null=True)),
                ("letter_at", models.DateTimeField(null=True)),
                ("escalated_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="EmergencyDecision",
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
                ("kind", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                (
                    "text",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
                        null=True,
                    ),
                ),
                ("until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="EmergencyNote",
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
                    "text",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("written_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="FoundBy",
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
                ("token", models.CharField(max_length=64)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="message",
            name="clients_message_template",
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("template__in", ["document", "copy", "change", "notice", "sign-in"])
                ),
                name="clients_message_template",
            ),
        ),
        migrations.AddField(
            model_name="cover",
            name="arranged_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="cover",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="covers",
                to="clients.case",
            ),
        ),
        migrations.AddField(
            model_name="cover",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="cover",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="emergencyaccess",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="emergencyaccess",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="emergencydecision",
            name="access",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="clients.emergencyaccess",
            ),
        ),
        migrations.AddField(
            model_name="emergencydecision",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="emergencydecision",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="emergencynote",
            name="access",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="note",
                to="clients.emergencyaccess",
            ),
        ),
        migrations.AddField(
            model_name="emergencynote",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="foundby",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="clients.client"
            ),
        ),
        migrations.AddIndex(
            model_name="cover",
            index=models.Index(fields=["person", "case"], name="clients_cover_person"),
        ),
        migrations.AddConstraint(
            model_name="cover",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", models.F("owner")), _negated=True),
                name="clients_cover_of_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="cover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__gt", models.F("since")),
                    (
                        "until__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("since"), "+", models.Value(datetime.timedelta(days=92))
                        ),
                    ),
                ),
                name="clients_cover_dates",
            ),
        ),
        migrations.AddIndex(
            model_name="emergencyaccess",
            index=models.Index(fields=["client", "told_at"], name="clients_emergency_client"),
        ),
        migrations.AddIndex(
            model_name="emergencyaccess",
            index=models.Index(fields=["person", "began_at"], name="clients_emergency_person"),
        ),
        migrations.AddConstraint(
            model_name="emergencyaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        ["self_harm", "harm_to_others", "child", "unreachable", "medical"],
                    )
                ),
                name="clients_emergency_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencyaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__gt", models.F("began_at")),
                    (
                        "ends_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("began_at"),
                            "+",
                            models.Value(datetime.timedelta(seconds=3600)),
                        ),
                    ),
                ),
                name="clients_emergency_an_hour",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencyaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "told_at__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("began_at"), "+", models.Value(datetime.timedelta(days=1))
                        ),
                    )
                ),
                name="clients_emergency_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencydecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "justified",
                            "not_justified",
                            "asked",
                            "answered",
                            "postponed",
                            "released",
                            "restored",
                        ],
                    )
                ),
                name="clients_decision_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencydecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["justified", "not_justified"])),
                fields=("access",),
                name="clients_decision_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencydecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "postponed"), ("until__isnull", False)),
                    models.Q(
                        models.Q(("kind", "postponed"), _negated=True), ("until__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="clients_decision_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="foundby",
            constraint=models.UniqueConstraint(
                fields=("token", "client"), name="clients_found_by_once"
            ),
        ),
    ]
