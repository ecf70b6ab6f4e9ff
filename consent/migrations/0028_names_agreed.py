"""Another name of a recipient, or two that become one: agreed to before anything goes there."""

import importlib

import django.db.models.deletion
from django.db import migrations, models

import counselling.db
from consent.migrations import _named as named
from counselling.sql import APP, definer, grant, never_changes, not_in_emergency, row_security

guardians = importlib.import_module("clients.migrations.0013_guardians_in_force")
grounds = importlib.import_module("consent.migrations.0026_on_what_ground")

AGREEMENT = "consent_recipient_agreement"
# a client knows whom they were asked about, whom they were told of, and whom those turned out to be
_ANYONE = "(SELECT public.portal_client()) IS NULL"
_MINE = "ANY (ARRAY(SELECT public.consent_known_recipients()))"
_KNOWN = {
    "consent_recipient": f"id = {_MINE}",
    "consent_recipient_wording": f"recipient_id = {_MINE}",
    "consent_recipient_address": f"recipient_id = {_MINE}",
    "consent_recipient_merge": f"gone_id = {_MINE}",
    AGREEMENT: (
        "wording_id IN (SELECT w.id FROM public.consent_recipient_wording w) "
        "OR merge_id IN (SELECT m.id FROM public.consent_recipient_merge m)"
    ),
}
KNOWN = ";\n".join(
    f"CREATE POLICY {table}_known ON public.{table} AS RESTRICTIVE FOR SELECT TO {APP} "
    f"USING ({_ANYONE} OR {one})"
    for table, one in _KNOWN.items()
)
NOT_KNOWN = ";\n".join(f"DROP POLICY {table}_known ON public.{table}" for table in _KNOWN)


class Migration(migrations.Migration):
    """A correction or a merge is no way to somebody else, whoever writes."""

    dependencies = [
        ("clients", "0022_decided_and_told_in_time"),
        ("consent", "0027_by_whom_and_when"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecipientAgreement",
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
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "consent_recipient_agreement",
            },
        ),
        migrations.AddField(
            model_name="recipient",
            name="kind",
            field=models.CharField(default="other", max_length=20),
        ),
        migrations.AddField(
            model_name="recipient",
            name="name_key",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="recipientmerge",
            name="same_name",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="recipientwording",
            name="name_key",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="recipientwording",
            name="same_name",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="request",
            name="wording",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="consent.recipientwording",
            ),
        ),
        migrations.AlterField(
            model_name="recipientmerge",
            name="gone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="consent.recipient",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
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
                name="consent_recipient_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="recipientagreement",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="recipientagreement",
            name="merge",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreement",
                to="consent.recipientmerge",
            ),
        ),
        migrations.AddField(
            model_name="recipientagreement",
            name="wording",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreement",
                to="consent.recipientwording",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipientagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merge__isnull", True), ("wording__isnull", False)),
                    models.Q(("merge__isnull", False), ("wording__isnull", True)),
                    _connector="OR",
                ),
                name="consent_agreement_to_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipientagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["agree", "refuse"])),
                name="consent_agreement_answered",
            ),
        ),
        migrations.RunSQL(named.FORWARD, named.BACK),
        definer("consent_known_recipients()", "SETOF uuid", named.KNOWN),
        grant(AGREEMENT, "SELECT, INSERT"),
        row_security(
            AGREEMENT,
            select=f"{grounds.CONSENT} AND {grounds.NO_LINK}",
            insert=f"{grounds.CONSENT} AND {grounds.NO_LINK} AND {grounds.STAFF}",
        ),
        never_changes(AGREEMENT, "agreement about a recipient"),
        not_in_emergency(AGREEMENT),
        guardians.not_for_guardians(AGREEMENT),
        migrations.RunSQL(KNOWN, NOT_KNOWN),
    ]
