"""What clients want kept back, how it was answered and ended, and what went all the same."""

import importlib

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders
from consent.migrations import _kept_back as kept_back
from counselling.sql import grant, never_changes, not_in_emergency, row_security

guardians = importlib.import_module("clients.migrations.0013_guardians_in_force")
grounds = importlib.import_module("consent.migrations.0026_on_what_ground")

SEEN = f"{grounds.CONSENT} AND {grounds.NO_LINK}"
OVERRIDE = "consent_restriction_override"
SAID = {
    "consent_restriction": "restriction",
    "consent_restriction_answer": "answer to a restriction",
    "consent_restriction_end": "end of a restriction",
}
# what goes all the same is no news before the client is told of it
TOLD = (
    "((SELECT public.portal_client()) IS NULL "
    "OR disclosure_id = ANY (ARRAY(SELECT public.consent_told())))"
)


class Migration(migrations.Migration):
    """Enforced by the database; what goes all the same on a legal basis is written down by it."""

    dependencies = [
        ("clients", "0022_decided_and_told_in_time"),
        ("consent", "0034_forms_that_stand_alone"),
    ]

    operations = [
        migrations.AddField(
            model_name="disclosure",
            name="sessions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), null=True, size=None
            ),
        ),
        migrations.CreateModel(
            name="Restriction",
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
                ("what", models.CharField(max_length=12)),
                ("category", models.CharField(blank=True, default="", max_length=20)),
                ("note_id", models.UUIDField(null=True)),
                ("session_id", models.UUIDField(null=True)),
                ("recipient_kind", models.CharField(blank=True, default="", max_length=20)),
                ("paid", models.BooleanField(default=False)),
                (
                    "words",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
                        null=True,
                    ),
                ),
                ("how", models.CharField(max_length=10)),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.recipient",
                    ),
                ),
            ],
            options={
                "db_table": "consent_restriction",
            },
        ),
        migrations.CreateModel(
            name="RestrictionAnswered",
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
                (
                    "reason",
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
                    "restriction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answered",
                        to="consent.restriction",
                    ),
                ),
            ],
            options={
                "db_table": "consent_restriction_answer",
            },
        ),
        migrations.CreateModel(
            name="RestrictionEnd",
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
                ("way", models.CharField(max_length=20)),
                (
                    "words",
                    counselling.vault.fields.SealedTextField(
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
                    "restriction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="end",
                        to="consent.restriction",
                    ),
                ),
            ],
            options={
                "db_table": "consent_restriction_end",
            },
        ),
        migrations.CreateModel(
            name="RestrictionOverride",
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
                    "basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.legalbasis",
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
                        related_name="overrides",
                        to="consent.disclosure",
                    ),
                ),
                (
                    "restriction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="consent.restriction",
                    ),
                ),
            ],
            options={
                "db_table": "consent_restriction_override",
            },
        ),
        migrations.AddIndex(
            model_name="restriction",
            index=models.Index(fields=["client", "-at"], name="consent_restriction_of"),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("category", ""),
                        ("note_id", None),
                        ("session_id", None),
                        (
                            "what__in",
                            [
                                "everything",
                                "address",
                            ],
                        ),
                    ),
                    models.Q(
                        ("note_id", None),
                        ("session_id", None),
                        ("what", "category"),
                        models.Q(("category", ""), _negated=True),
                    ),
                    models.Q(
                        ("category", ""),
                        ("note_id__isnull", False),
                        ("session_id", None),
                        ("what", "note"),
                    ),
                    models.Q(
                        ("category", ""),
                        ("note_id", None),
                        ("session_id__isnull", False),
                        ("what", "session"),
                    ),
                    _connector="OR",
                ),
                name="consent_restriction_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("what", "everything"), _negated=True),
                    ("recipient__isnull", False),
                    models.Q(("recipient_kind", ""), _negated=True),
                    _connector="OR",
                ),
                name="consent_restriction_from_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recipient__isnull", True), ("recipient_kind", ""), _connector="OR"
                ),
                name="consent_restriction_from_one_or_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paid", False),
                    models.Q(
                        ("recipient_kind", "insurer"),
                        ("what", "session"),
                    ),
                    _connector="OR",
                ),
                name="consent_restriction_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "recipient_kind__in",
                        [
                            "",
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
                        ],
                    )
                ),
                name="consent_restriction_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ["portal", "room", "phone", "letter"])),
                name="consent_restriction_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="restrictionanswered",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer", "agreed"),
                    models.Q(
                        ("answer", "refused"),
                        ("reason__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="consent_restriction_no_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="restrictionend",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["client_writes", "client_says", "practice_tells"])),
                name="consent_restriction_end_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="restrictionoverride",
            constraint=models.UniqueConstraint(
                fields=("disclosure", "restriction"), name="consent_restriction_override_once"
            ),
        ),
        migrations.RunSQL(kept_back.FORWARD, kept_back.BACK),
        *(grant(table, "SELECT, INSERT") for table in SAID),
        # nobody inserts: the triggers on disclosures do
        grant(OVERRIDE, "SELECT"),
        row_security(
            "consent_restriction",
            select=SEEN,
            insert=f"{SEEN} AND (SELECT public.guarding()) IS NULL",
        ),
        *(
            row_security(table, select=SEEN, insert=f"{SEEN} AND {grounds.STAFF}")
            for table in ("consent_restriction_answer", "consent_restriction_end")
        ),
        row_security(OVERRIDE, select=f"{SEEN} AND {TOLD}"),
        *(never_changes(table, thing) for table, thing in SAID.items()),
        never_changes(OVERRIDE, "thing that went all the same"),
        not_in_emergency(*SAID, OVERRIDE),
        guardians.not_for_guardians(*SAID, OVERRIDE),
    ]
