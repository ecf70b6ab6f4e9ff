"""Files that are sealed, who is let in, and whom a client shut out; what 0027 says of them."""

import django.db.models.deletion
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders


class Migration(migrations.Migration):
    """Who may see and write what is said in 0027."""

    dependencies = [
        ("clients", "0024_reviewed_from_outside"),
    ]

    operations = [
        migrations.CreateModel(
            name="LetIn",
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
                ("person", models.UUIDField()),
                ("since", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("until", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SealedFile",
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
                ("kind", models.CharField(max_length=8)),
                ("person", models.UUIDField(null=True)),
                (
                    "why",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("since", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("until", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ShutOut",
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
                ("person", models.UUIDField()),
                (
                    "words",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
                        null=True,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("until", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="news",
            name="clients_news_kind",
        ),
        migrations.AddConstraint(
            model_name="news",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["guessed", "card", "offline", "shut_out"])),
                name="clients_news_kind",
            ),
        ),
        migrations.AddField(
            model_name="letin",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="sealedfile",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="shutout",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
            ),
        ),
        migrations.AddConstraint(
            model_name="letin",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("person", "client"),
                name="clients_letin_once",
            ),
        ),
        migrations.AddIndex(
            model_name="sealedfile",
            index=models.Index(
                condition=models.Q(("until", None)),
                fields=["person"],
                name="clients_sealedfile_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["staff", "relative", "other"])),
                name="clients_sealedfile_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "staff"), ("person__isnull", False)),
                    models.Q(models.Q(("kind", "staff"), _negated=True), ("person__isnull", True)),
                    _connector="OR",
                ),
                name="clients_sealedfile_whose",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("client",),
                name="clients_sealedfile_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="shutout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("person", "client"),
                name="clients_shutout_once",
            ),
        ),
    ]
