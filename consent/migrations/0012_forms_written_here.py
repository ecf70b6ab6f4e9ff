"""Forms written here, approved by a second person, and asking everybody again."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import consent.domain.asking_again
import consent.domain.writing
import counselling.db
from consent.migrations import _writing as writing
from counselling.sql import definer, grant, never_changes, not_in_emergency, row_security

ME = "(SELECT public.counselling_actor())"
CONSENT = "client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))"
# of whom a batch asks is staff's to know, and the work's
NOT_THEIRS = "(SELECT public.own_client()) IS NULL"


class Migration(migrations.Migration):
    """The library is published by migrations and, from here on, by two people."""

    dependencies = [
        ("clients", "0013_guardians_in_force"),
        ("consent", "0011_everybody_signs"),
    ]

    operations = [
        migrations.AddField(
            model_name="form",
            name="offered",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="form",
            name="offered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="form",
            name="offered_by",
            field=models.UUIDField(null=True),
        ),
        migrations.CreateModel(
            name="AskAgain",
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
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.form",
                    ),
                ),
            ],
            options={
                "db_table": "consent_askagain",
            },
        ),
        migrations.CreateModel(
            name="FormDraft",
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
                ("language", models.CharField(max_length=10)),
                ("source", models.JSONField()),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        default=consent.domain.writing.DraftState["WRITING"], max_length=10
                    ),
                ),
                (
                    "writers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                ("handed_in_at", models.DateTimeField(null=True)),
                ("handed_in_by", models.UUIDField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("given_back", models.TextField(blank=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "follows",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.formversion",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="consent.form",
                    ),
                ),
            ],
            options={
                "db_table": "consent_formdraft",
            },
        ),
        migrations.CreateModel(
            name="FormApproval",
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
                ("sha256", models.CharField(max_length=64)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("alone", models.BooleanField(default=False)),
                (
                    "draft",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approval",
                        to="consent.formdraft",
                    ),
                ),
            ],
            options={
                "db_table": "consent_formapproval",
            },
        ),
        migrations.AddField(
            model_name="formversion",
            name="draft",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="version",
                to="consent.formdraft",
            ),
        ),
        migrations.CreateModel(
            name="AskedAgain",
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
                (
                    "state",
                    models.CharField(
                        default=consent.domain.asking_again.AgainState["WAITING"], max_length=10
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=20)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="consent.askagain",
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
                    "earlier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.request",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.request",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.formversion",
                    ),
                ),
            ],
            options={
                "db_table": "consent_askedagain",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["due_at"],
                        name="consent_askedagain_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("earlier", "version"), name="consent_askedagain_nobody_twice"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "sent", "prepared", "left_out"])
                        ),
                        name="consent_askedagain_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("request__isnull", False),
                                (
                                    "state__in",
                                    [
                                        consent.domain.asking_again.AgainState["SENT"],
                                        consent.domain.asking_again.AgainState["PREPARED"],
                                    ],
                                ),
                            ),
                            models.Q(
                                ("request__isnull", True),
                                (
                                    "state__in",
                                    [
                                        consent.domain.asking_again.AgainState["WAITING"],
                                        consent.domain.asking_again.AgainState["LEFT_OUT"],
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="consent_askedagain_has_its_request",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="formdraft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["writing", "waiting"])),
                fields=("form", "language"),
                name="consent_formdraft_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="formdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["writing", "waiting", "published", "dropped"])),
                name="consent_formdraft_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="formdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            consent.domain.writing.DraftState["WRITING"],
                            consent.domain.writing.DraftState["DROPPED"],
                        ],
                    ),
                    models.Q(
                        ("handed_in_at__isnull", False),
                        ("handed_in_by__isnull", False),
                        models.Q(("sha256", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="consent_formdraft_handed_in",
            ),
        ),
        grant("consent_form", "INSERT, UPDATE (offered, offered_at, offered_by)"),
        grant("consent_formversion", "INSERT"),
        grant("consent_formdraft", "SELECT, INSERT"),
        grant(
            "consent_formdraft",
            "UPDATE (source, revision, state, writers, saved_at, told_at, handed_in_at, "
            "handed_in_by, sha256, given_back, ended_at)",
        ),
        grant("consent_formapproval", "SELECT, INSERT"),
        never_changes("consent_formapproval", "approval"),
        definer("consent_other_approver(writers uuid[])", "boolean", writing.OTHERS),
        migrations.RunSQL(writing.MOVES, writing.UNMOVES),
        migrations.RunSQL(writing.APPROVES, writing.UNAPPROVES),
        migrations.RunSQL(writing.PUBLISHES, writing.UNPUBLISHES),
        definer("consent_holders()", "TABLE (version uuid, clients integer)", writing.HOLDERS),
        definer(
            "consent_left_to_ask(wanted uuid)", "TABLE (person uuid, clients integer)", writing.LEFT
        ),
        grant("consent_askagain", "SELECT, INSERT"),
        row_security(
            "consent_askagain",
            select=f"by = {ME} OR (SELECT public.actor_has_role('privacy_officer'))",
            insert=f"by = {ME}",
        ),
        never_changes("consent_askagain", "batch"),
        grant("consent_askedagain", "SELECT, INSERT"),
        grant("consent_askedagain", "UPDATE (state, why, attempts, due_at, ended_at, request_id)"),
        row_security(
            "consent_askedagain",
            select=f"{NOT_THEIRS} AND (by = {ME} OR {CONSENT})",
            insert=f"{NOT_THEIRS} AND {CONSENT} AND by = {ME}",
            update="client_id = (SELECT public.clients_job_client())",
        ),
        not_in_emergency("consent_askagain", "consent_askedagain"),
        migrations.RunSQL(writing.AGAIN, writing.UNAGAIN),
        definer("consent_due_asking()", "TABLE (asked uuid, client uuid)", writing.DUE),
    ]
