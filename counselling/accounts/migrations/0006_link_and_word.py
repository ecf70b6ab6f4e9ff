"""Words agreed in the room, links that are asked for, and browsers that are known again."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import counselling.db
from counselling.sql import grant


def _id() -> models.UUIDField:
    return models.UUIDField(
        default=counselling.db.uuid7, editable=False, primary_key=True, serialize=False
    )


def _account(name: str, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        null=null,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=name,
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    """Tables of accounts are read before there is an actor, and hold nothing about care."""

    dependencies = [("accounts", "0005_supervision_ends_later")]

    operations = [
        migrations.AddField(
            "signedinsession", "secrets", models.PositiveSmallIntegerField(default=1)
        ),
        # who is signed in now gave both, or was asked for one only: nobody is thrown out
        migrations.RunSQL("UPDATE public.accounts_signedinsession SET secrets = 2", ""),
        migrations.CreateModel(
            name="AgreedWord",
            fields=[
                ("id", _id()),
                ("account", _account("agreed_words")),
                ("word_hash", models.CharField(max_length=200)),
                ("agreed_at", models.DateTimeField()),
                ("agreed_by", models.UUIDField()),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("until", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("account",),
                        name="accounts_word_once",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="SentLink",
            fields=[
                ("id", _id()),
                ("account", _account("sent_links", null=True)),
                ("purpose", models.CharField(max_length=10)),
                ("token_hash", models.CharField(max_length=64, null=True, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["entry", "reset"])),
                        name="accounts_link_purpose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at", None), ("token_hash", None)),
                            models.Q(("sent_at__isnull", False), ("token_hash__isnull", False)),
                            _connector="OR",
                        ),
                        name="accounts_link_sent_with_token",
                    ),
                ],
                "indexes": [models.Index(fields=["asked_at"], name="accounts_link_asked")],
            },
        ),
        migrations.CreateModel(
            name="KnownDevice",
            fields=[
                ("id", _id()),
                ("account", _account("devices")),
                ("device_hash", models.CharField(max_length=64)),
                ("since", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "device_hash"), name="accounts_device_known_once"
                    )
                ]
            },
        ),
        grant("accounts_agreedword", "SELECT, INSERT, UPDATE (failures, until)"),
        grant(
            "accounts_sentlink",
            "SELECT, INSERT, DELETE, UPDATE (token_hash, sent_at, expires_at, failures, ended_at)",
        ),
        grant("accounts_knowndevice", "SELECT, INSERT, DELETE, UPDATE (seen_at)"),
    ]
