"""Recipients as written today, verified addresses, and legal bases with their second person."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders


class Migration(migrations.Migration):
    """A disclosure has one ground: the client's word, or what the law says."""

    dependencies = [
        ("clients", "0022_decided_and_told_in_time"),
        ("consent", "0024_of_one_client_and_of_two_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Telling",
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
                ("told_at", models.DateTimeField()),
                (
                    "why",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
                        null=True,
                    ),
                ),
                ("by", models.UUIDField()),
                ("approver", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "consent_telling",
            },
        ),
        migrations.AddField(
            model_name="disclosure",
            name="also",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="later_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="why_so_much",
            field=counselling.vault.fields.SealedTextField(
                holder=counselling.vault.holders.HolderOf("client", ("client_id",)), null=True
            ),
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="consent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="consent.consent",
            ),
        ),
        migrations.CreateModel(
            name="LegalBasis",
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
                ("kind", models.CharField(max_length=20)),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), size=None
                    ),
                ),
                (
                    "facts",
                    counselling.vault.fields.SealedJSONField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                (
                    "facts_given",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), size=None
                    ),
                ),
                ("danger", models.UUIDField(null=True)),
                ("immediate", models.BooleanField(default=False)),
                ("valid_until", models.DateTimeField(null=True)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.case",
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
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.recipient",
                    ),
                ),
            ],
            options={
                "db_table": "consent_legal_basis",
            },
        ),
        migrations.CreateModel(
            name="BasisPaper",
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
                    "content",
                    counselling.vault.fields.SealedFileField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("media_type", models.CharField(max_length=40)),
                ("sha256", models.CharField(max_length=64)),
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
                (
                    "basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="consent.legalbasis",
                    ),
                ),
            ],
            options={
                "db_table": "consent_basis_paper",
            },
        ),
        migrations.CreateModel(
            name="BasisDecision",
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
                ("answer", models.CharField(max_length=10)),
                ("alone", models.BooleanField(default=False)),
                (
                    "words",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
                        null=True,
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
                (
                    "basis",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="consent.legalbasis",
                    ),
                ),
            ],
            options={
                "db_table": "consent_basis_decision",
            },
        ),
        migrations.AddField(
            model_name="disclosure",
            name="basis",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="consent.legalbasis",
            ),
        ),
        migrations.CreateModel(
            name="RecipientAddress",
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
                (
                    "value",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("verified_how", models.CharField(blank=True, default="", max_length=20)),
                ("verified_by", models.UUIDField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addresses",
                        to="consent.recipient",
                    ),
                ),
            ],
            options={
                "db_table": "consent_recipient_address",
            },
        ),
        migrations.AddField(
            model_name="disclosure",
            name="address",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="consent.recipientaddress",
            ),
        ),
        migrations.CreateModel(
            name="RecipientMerge",
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
                (
                    "gone",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="consent.recipient",
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges",
                        to="consent.recipient",
                    ),
                ),
            ],
            options={
                "db_table": "consent_recipient_merge",
            },
        ),
        migrations.CreateModel(
            name="RecipientWording",
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
                    "kind",
                    models.CharField(default="other", max_length=20),
                ),
                (
                    "details",
                    counselling.vault.fields.SealedJSONField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
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
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wordings",
                        to="consent.recipient",
                    ),
                ),
            ],
            options={
                "db_table": "consent_recipient_wording",
            },
        ),
        migrations.AddField(
            model_name="disclosure",
            name="wording",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="consent.recipientwording",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis__isnull", True), ("consent__isnull", False)),
                    models.Q(("basis__isnull", False), ("consent__isnull", True)),
                    _connector="OR",
                ),
                name="consent_disclosure_on_one_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("told_at__lte", models.F("at")),
                    models.Q(("basis__isnull", False), ("later_by__isnull", False)),
                    _connector="OR",
                ),
                name="consent_disclosure_told_later_by_somebody",
            ),
        ),
        migrations.AddField(
            model_name="telling",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="telling",
            name="disclosure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tellings",
                to="consent.disclosure",
            ),
        ),
        migrations.AddIndex(
            model_name="legalbasis",
            index=models.Index(fields=["client", "at"], name="consent_basis_of_client"),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["court_order", "danger", "child_protection", "statute"])
                ),
                name="consent_basis_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(("categories__len__gt", 0)), name="consent_basis_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("immediate", False),
                    ("kind__in", ["child_protection", "danger"]),
                    _connector="OR",
                ),
                name="consent_basis_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="basisdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["release", "refuse"])),
                name="consent_basis_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="recipientaddress",
            index=models.Index(fields=["recipient", "kind"], name="consent_address_of_recipient"),
        ),
        migrations.AddConstraint(
            model_name="recipientaddress",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["email", "phone", "post"])),
                name="consent_address_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipientaddress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("verified_at__isnull", True),
                        ("verified_by__isnull", True),
                        ("verified_how", ""),
                    ),
                    models.Q(
                        ("verified_at__isnull", False),
                        ("verified_by__isnull", False),
                        (
                            "verified_how__in",
                            ["called_back", "register", "letterhead", "in_person", "answered"],
                        ),
                    ),
                    _connector="OR",
                ),
                name="consent_address_verified_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipientaddress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="consent_address_ended_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipientmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("gone", models.F("into")), _negated=True),
                name="consent_merge_of_two",
            ),
        ),
        migrations.AddIndex(
            model_name="recipientwording",
            index=models.Index(fields=["recipient", "-at"], name="consent_recipient_wording_of"),
        ),
        migrations.AddConstraint(
            model_name="recipientwording",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "doctor",
                            "service",
                            "insurer",
                            "school",
                            "employer",
                            "family",
                            "lawyer",
                            "court",
                            "authority",
                            "police",
                            "client",
                            "other",
                        ],
                    )
                ),
                name="consent_recipient_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="telling",
            index=models.Index(fields=["disclosure", "-at"], name="consent_telling_of"),
        ),
    ]
