"""Links for recipients, their letters and their openings; one recipient sees one document."""

import importlib

import django.db.models.deletion
from django.db import migrations, models

import counselling.db
from consent.migrations import _delivery as delivery
from counselling.sql import another_policy, definer, grant, not_in_emergency, row_security

guardians = importlib.import_module("clients.migrations.0013_guardians_in_force")

CONSENT = "client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))"
NO_LINK = "(SELECT public.link_row()) IS NULL"
STAFF = "(SELECT public.portal_client()) IS NULL AND (SELECT public.guarding()) IS NULL"
# a client sees what they were told of by now
TOLD = (
    "((SELECT public.portal_client()) IS NULL "
    "OR disclosure_id = ANY (ARRAY(SELECT public.consent_told())))"
)
NEW = ("consent_share_link", "consent_share_opening", "consent_recipient_letter")


class Migration(migrations.Migration):
    """A recipient is no link actor: nothing that shows a link something of its client shows them."""

    dependencies = [
        ("clients", "0022_decided_and_told_in_time"),
        ("consent", "0028_names_agreed"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShareLink",
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
                ("told_by", models.CharField(max_length=10)),
                ("token_hash", models.CharField(max_length=64, null=True, unique=True)),
                ("secret_hash", models.CharField(max_length=200)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("by", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("most_openings", models.PositiveSmallIntegerField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                ("why_ended", models.CharField(blank=True, default="", max_length=10)),
                (
                    "address",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.recipientaddress",
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
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="consent.disclosure",
                    ),
                ),
                (
                    "told_address",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.recipientaddress",
                    ),
                ),
            ],
            options={
                "db_table": "consent_share_link",
            },
        ),
        migrations.CreateModel(
            name="RecipientLetter",
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
                ("kind", models.CharField(max_length=10)),
                ("state", models.CharField(default="queued", max_length=10)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("by", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                (
                    "address",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.recipientaddress",
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
                    "consent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.consent",
                    ),
                ),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="consent.disclosure",
                    ),
                ),
                (
                    "link",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter",
                        to="consent.sharelink",
                    ),
                ),
            ],
            options={
                "db_table": "consent_recipient_letter",
            },
        ),
        migrations.CreateModel(
            name="ShareOpening",
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
                ("at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("place", models.CharField(max_length=64)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="consent.sharelink",
                    ),
                ),
            ],
            options={
                "db_table": "consent_share_opening",
            },
        ),
        migrations.AddIndex(
            model_name="sharelink",
            index=models.Index(fields=["disclosure", "made_at"], name="consent_share_link_of"),
        ),
        migrations.AddIndex(
            model_name="sharelink",
            index=models.Index(fields=["client", "made_at"], name="consent_share_link_of_client"),
        ),
        migrations.AddConstraint(
            model_name="sharelink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("why_ended", "")),
                    models.Q(
                        ("ended_at__isnull", False),
                        (
                            "why_ended__in",
                            ["finished", "revoked", "withdrawn", "guessed", "replaced"],
                        ),
                    ),
                    _connector="OR",
                ),
                name="consent_share_link_ended_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharelink",
            constraint=models.CheckConstraint(
                condition=models.Q(("told_by__in", ["phone", "post", "in_person"])),
                name="consent_share_link_told_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharelink",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_openings__gte", 1), ("most_openings__lte", 20)),
                name="consent_share_link_openings",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharelink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("disclosure",),
                name="consent_share_link_one_live",
            ),
        ),
        migrations.AddIndex(
            model_name="recipientletter",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "sending"])),
                fields=["due_at"],
                name="consent_recipient_letter_due",
            ),
        ),
        migrations.AddIndex(
            model_name="recipientletter",
            index=models.Index(fields=["disclosure"], name="consent_recipient_letter_of"),
        ),
        migrations.AddConstraint(
            model_name="recipientletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("consent__isnull", True), ("kind", "link"), ("link__isnull", False)),
                    models.Q(("consent__isnull", False), ("kind", "ended"), ("link__isnull", True)),
                    _connector="OR",
                ),
                name="consent_recipient_letter_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipientletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["queued", "sending", "sent", "failed", "unsure", "dropped"])
                ),
                name="consent_recipient_letter_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipientletter",
            constraint=models.UniqueConstraint(
                fields=("consent", "address"), name="consent_recipient_letter_once"
            ),
        ),
        migrations.AddIndex(
            model_name="shareopening",
            index=models.Index(fields=["link", "at"], name="consent_share_opening_of"),
        ),
        migrations.RunSQL(delivery.FORWARD, delivery.BACK),
        definer("consent_due_letters()", "TABLE (letter uuid, client uuid)", delivery.DUE),
        grant("consent_share_link", "SELECT, INSERT"),
        grant("consent_share_link", "UPDATE (token_hash, ended_at, ended_by, why_ended)"),
        grant("consent_share_opening", "SELECT"),
        grant("consent_recipient_letter", "SELECT, INSERT"),
        grant("consent_recipient_letter", "UPDATE (state, attempts, due_at, sent_at)"),
        *(
            row_security(
                table,
                select=f"{CONSENT} AND {NO_LINK} AND {TOLD}",
                insert=f"{CONSENT} AND {NO_LINK} AND {STAFF}",
                update=f"{CONSENT} AND {NO_LINK} AND {STAFF}",
            )
            for table in ("consent_share_link", "consent_recipient_letter")
        ),
        row_security(
            "consent_share_opening",
            select=f"{CONSENT} AND {NO_LINK} "
            "AND link_id IN (SELECT l.id FROM public.consent_share_link l)",
        ),
        another_policy(
            "consent_document",
            "consent_document_of_recipient",
            "select",
            "id = (SELECT public.consent_share_shown())",
        ),
        not_in_emergency(*NEW),
        guardians.not_for_guardians(*NEW),
    ]
