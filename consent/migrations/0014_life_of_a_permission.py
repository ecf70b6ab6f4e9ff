"""Switches, tasks after a stop, and the question before an end."""

import django.db.models.deletion
from django.db import migrations, models

import counselling.db
from consent.migrations import _life as life
from counselling.sql import grant, not_in_emergency, row_security

CONSENT = "client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))"
NO_LINK = "(SELECT public.link_row()) IS NULL"
STAFF = "(SELECT public.portal_client()) IS NULL AND (SELECT public.guarding()) IS NULL"
# whoever writes in a case of the client
WRITES = (
    "EXISTS (SELECT FROM public.clients_casemember part "
    "WHERE part.client_id = consent_stop_task.client_id AND part.until IS NULL "
    "AND part.case_id = ANY (ARRAY(SELECT public.visible_cases('write'))))"
)
THEIRS = (
    "(client_id = (SELECT public.portal_client()) OR client_id = (SELECT public.guarded_client()))"
)


def key() -> models.UUIDField:
    """Give a row its id."""
    return models.UUIDField(
        default=counselling.db.uuid7, editable=False, primary_key=True, serialize=False
    )


class Migration(migrations.Migration):
    """A permission ends by its client's word, by its date or by a newer one; each is seen to."""

    dependencies = [
        ("consent", "0013_through_to_the_end"),
        ("clients", "0015_reminders_and_words"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                fields=["until"],
                condition=models.Q(("until__isnull", False)),
                name="consent_consent_ends",
            ),
        ),
        migrations.CreateModel(
            name="StopTask",
            fields=[
                ("id", key()),
                ("at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.UUIDField(null=True)),
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.document",
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
            ],
            options={
                "db_table": "consent_stop_task",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["client"],
                        name="consent_stop_task_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="consent_stop_task_done_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EndNotice",
            fields=[
                ("id", key()),
                ("asked_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, default="", max_length=6)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.UUIDField(null=True)),
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="end_notice",
                        to="consent.consent",
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
            ],
            options={
                "db_table": "consent_end_notice",
                "indexes": [
                    models.Index(fields=["client", "answer"], name="consent_end_notice_of_client")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                                ("request__isnull", True),
                            ),
                            models.Q(
                                ("answer", "change"),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("request__isnull", True),
                            ),
                            models.Q(
                                ("answer", "keep"),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("request__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="consent_end_notice_answer",
                    )
                ],
            },
        ),
        grant("consent_stop_task", "SELECT, INSERT, UPDATE (done_at, done_by)"),
        row_security(
            "consent_stop_task",
            select=f"{CONSENT} AND {NO_LINK} AND {STAFF}",
            insert=f"{CONSENT} AND {NO_LINK} AND done_at IS NULL",
            update=f"{CONSENT} AND {NO_LINK} AND {STAFF} AND {WRITES}",
        ),
        grant(
            "consent_end_notice",
            "SELECT, INSERT, UPDATE (answer, answered_at, answered_by, request_id)",
        ),
        row_security(
            "consent_end_notice",
            select=f"{CONSENT} AND {NO_LINK}",
            insert=f"{CONSENT} AND {NO_LINK}",
            update=f"{CONSENT} AND {NO_LINK} AND {THEIRS}",
        ),
        not_in_emergency("consent_stop_task", "consent_end_notice"),
        *life.OPERATIONS,
    ]
