"""When a client is told of what went without their word: the notice, and nothing of it before."""

import importlib

import django.db.models.deletion
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders
from consent.migrations import _telling as telling
from counselling.sql import definer, grant, not_in_emergency, row_security

guardians = importlib.import_module("clients.migrations.0013_guardians_in_force")

SEES = (
    "client_id = ANY (ARRAY(SELECT public.visible_clients('consent'))) "
    "AND (SELECT public.link_row()) IS NULL AND (SELECT public.portal_client()) IS NULL"
)
NOTICE = "consent_disclosure_notice"
HIDDEN_EVENT = "consent_hidden_event(said text, what text, who uuid, instant timestamptz)"


class Migration(migrations.Migration):
    """Told now, or on a day that somebody else agreed to; never forgotten, never before."""

    dependencies = [
        ("clients", "0022_decided_and_told_in_time"),
        ("consent", "0029_delivery"),
    ]

    operations = [
        migrations.AddField(
            model_name="legalbasis", name="tell_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="legalbasis",
            name="why_later",
            field=counselling.vault.fields.SealedTextField(
                holder=counselling.vault.holders.HolderOf("client", ("client_id",)), null=True
            ),
        ),
        migrations.AddField(
            model_name="basisdecision", name="later", field=models.BooleanField(default=False)
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("tell_at__isnull", True), ("why_later__isnull", True)),
                    models.Q(
                        ("tell_at__gt", models.F("at")),
                        (
                            "tell_at__lte",
                            models.F("at") + telling.LONGEST_DELAY,
                        ),
                        ("why_later__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="consent_basis_told_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="basisdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("later", False), ("answer", "release"), _connector="OR"),
                name="consent_basis_later_if_released",
            ),
        ),
        migrations.CreateModel(
            name="DisclosureNotice",
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
                ("state", models.CharField(default="waiting", max_length=10)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("told_by", models.UUIDField(null=True)),
                ("how", models.CharField(blank=True, default="", max_length=10)),
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice",
                        to="consent.disclosure",
                    ),
                ),
            ],
            options={
                "db_table": NOTICE,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["due_at"],
                        name="consent_disclosure_to_tell",
                    ),
                    models.Index(
                        condition=models.Q(("state", "person")),
                        fields=["client"],
                        name="consent_disclosure_tell_them",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "person", "told", "nothing"])),
                        name="consent_disclosure_notice_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("how", "letter"),
                                ("state", "told"),
                                ("told_at__isnull", False),
                                ("told_by__isnull", True),
                            ),
                            models.Q(
                                ("how", "person"),
                                ("state", "told"),
                                ("told_at__isnull", False),
                                ("told_by__isnull", False),
                            ),
                            models.Q(
                                models.Q(("state", "told"), _negated=True),
                                ("how", ""),
                                ("told_at__isnull", True),
                                ("told_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="consent_disclosure_told_in_a_way",
                    ),
                ],
            },
        ),
        migrations.RunSQL(telling.DISCLOSURE, telling.OLD_DISCLOSURE),
        migrations.RunSQL(f"{telling.NOTICES};\n{telling.TOLD_ONCE}", telling.BACK_NOTICES),
        definer("consent_due_tellings()", "TABLE (id uuid, client_id uuid)", telling.DUE),
        definer("consent_untold()", "boolean", telling.UNTOLD),
        definer(HIDDEN_EVENT, "boolean", telling.HIDDEN),
        migrations.RunSQL(telling.EVENTS, telling.NO_EVENTS),
        migrations.RunSQL(telling.ABOUT, guardians.ABOUT),
        migrations.RunSQL(telling.KNOWN_ONLY, telling.NOT_KNOWN_ONLY),
        grant(NOTICE, "SELECT, UPDATE (state, attempts, due_at, told_at, told_by, how)"),
        row_security(NOTICE, select=SEES, update=SEES),
        not_in_emergency(NOTICE),
        guardians.not_for_guardians(NOTICE),
    ]
