"""Safety plans, and records of a danger to life: sealed by the client's key, kept for ever."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders
from counselling.sql import another_policy, definer, grant, never_changes, row_security

READS = "case_id = ANY (ARRAY(SELECT public.visible_cases('record')))"
WRITES = "case_id = ANY (ARRAY(SELECT public.visible_cases('write')))"
PRESENT = "public.clients_takes_part(case_id, client_id, now())"


def mine(column: str) -> str:
    """Write that the actor put the row there, in a case they write in."""
    return f"{column} = public.counselling_actor() AND {WRITES}"


def belongs(table: str, to: str, column: str) -> str:
    """Write that a row is about the case and client of the row it is put under."""
    return (
        f"EXISTS (SELECT FROM public.{to} above WHERE above.id = {table}.{column} "
        f"AND above.case_id = {table}.case_id AND above.client_id = {table}.client_id)"
    )


# the newest word on whether a client has their plan, and which version of it
GIVEN = """
SELECT newest.plan_id FROM (
    SELECT DISTINCT ON (given.case_id) given.plan_id, given.shown
    FROM public.records_plan_giving given
    WHERE given.client_id = public.portal_client()
    ORDER BY given.case_id, given.at DESC, given.id DESC
) newest WHERE newest.shown
"""
TOLD_AT = """
SELECT coalesce(
    (SELECT added.told_at FROM public.records_danger_addition added
     WHERE added.danger_id = asked AND added.told_at IS NOT NULL
     ORDER BY added.signed_at DESC, added.id DESC LIMIT 1),
    (SELECT said.told_at FROM public.records_danger said WHERE said.id = asked)
)
"""
TOLD = """
SELECT said.id FROM public.records_danger said
WHERE said.client_id = public.portal_client() AND public.records_danger_told_at(said.id) <= now()
"""
# whoever asks: what a client was told stays told
STAYS_TOLD = """
CREATE FUNCTION public.records_danger_stays_told() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ BEGIN
  IF public.records_danger_told_at(NEW.danger_id) <= now() THEN
    RAISE EXCEPTION 'The client knows already. That cannot be taken back.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.records_danger_stays_told() FROM PUBLIC;
CREATE TRIGGER records_danger_stays_told BEFORE INSERT ON public.records_danger_addition
FOR EACH ROW WHEN (NEW.told_at IS NOT NULL)
EXECUTE FUNCTION public.records_danger_stays_told()
"""
OWN_PLAN = "id = ANY (ARRAY(SELECT public.records_plan_given()))"
OWN_DANGER = "id = ANY (ARRAY(SELECT public.records_dangers_told()))"
OWN_ADDITION = "kind = 'told' AND danger_id = ANY (ARRAY(SELECT public.records_dangers_told()))"


class Migration(migrations.Migration):
    """A plan in versions, whether the client has it, and what was said when a life was at stake."""

    dependencies = [
        ("clients", "0005_writing_is_a_level"),
        ("records", "0005_several_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Danger",
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
                    "threat",
                    counselling.vault.fields.SealedJSONField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                (
                    "consulted",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                (
                    "told",
                    counselling.vault.fields.SealedJSONField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("told_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
            ],
            options={
                "db_table": "records_danger",
            },
        ),
        migrations.CreateModel(
            name="DangerAddition",
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
                    "content",
                    counselling.vault.fields.SealedJSONField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("told_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "danger",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="additions",
                        to="records.danger",
                    ),
                ),
            ],
            options={
                "db_table": "records_danger_addition",
            },
        ),
        migrations.CreateModel(
            name="Plan",
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
                ("number", models.PositiveIntegerField()),
                (
                    "content",
                    counselling.vault.fields.SealedJSONField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("signed_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
            ],
            options={
                "db_table": "records_plan",
            },
        ),
        migrations.CreateModel(
            name="PlanDraft",
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
                    counselling.vault.fields.SealedJSONField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("follows", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                ("tab", models.CharField(blank=True, max_length=36)),
                ("begun_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("event_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
            ],
            options={
                "db_table": "records_plan_draft",
            },
        ),
        migrations.CreateModel(
            name="PlanGiving",
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
                ("shown", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="givings",
                        to="records.plan",
                    ),
                ),
            ],
            options={
                "db_table": "records_plan_giving",
            },
        ),
        migrations.AddIndex(
            model_name="danger",
            index=models.Index(fields=["client", "-signed_at"], name="danger_of_client"),
        ),
        migrations.AddConstraint(
            model_name="danger",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("told_at__gte", models.F("signed_at")),
                    (
                        "told_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("signed_at"), "+", models.Value(datetime.timedelta(days=30))
                        ),
                    ),
                ),
                name="danger_told_in_time",
            ),
        ),
        migrations.AddIndex(
            model_name="dangeraddition",
            index=models.Index(fields=["danger", "signed_at"], name="danger_addition_of"),
        ),
        migrations.AddConstraint(
            model_name="dangeraddition",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["more", "told", "client_told", "later"])),
                name="danger_addition_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dangeraddition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("told_at", None),
                    models.Q(
                        ("kind__in", ["client_told", "later"]),
                        ("told_at__gte", models.F("signed_at")),
                        (
                            "told_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("signed_at"),
                                "+",
                                models.Value(datetime.timedelta(days=30)),
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="danger_addition_moves",
            ),
        ),
        migrations.AddConstraint(
            model_name="dangeraddition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "later"), _negated=True),
                    ("told_at__isnull", False),
                    _connector="OR",
                ),
                name="danger_later_says_when",
            ),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["client", "-number"], name="plan_of_client"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                fields=("case", "client", "number"), name="one_plan_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gt", 0)), name="plan_number_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="plandraft",
            constraint=models.UniqueConstraint(fields=("case", "client"), name="one_plan_draft"),
        ),
        migrations.AddIndex(
            model_name="plangiving",
            index=models.Index(fields=["client", "case", "-at"], name="plan_giving_of_client"),
        ),
        # -- who sees which row, and what never changes
        definer("records_plan_given()", "SETOF uuid", GIVEN),
        definer("records_danger_told_at(asked uuid)", "timestamptz", TOLD_AT),
        definer("records_dangers_told()", "SETOF uuid", TOLD),
        migrations.RunSQL(
            STAYS_TOLD,
            "DROP TRIGGER records_danger_stays_told ON public.records_danger_addition;"
            "DROP FUNCTION public.records_danger_stays_told()",
        ),
        # whoever cares for the client goes on with it: nothing in it is one person's alone
        row_security(
            "records_plan_draft",
            select=WRITES,
            insert=f"{mine('by_id')} AND {PRESENT}",
            update=WRITES,
            delete=WRITES,
        ),
        grant("records_plan_draft", "SELECT, INSERT, UPDATE, DELETE"),
        row_security("records_plan", select=READS, insert=f"{mine('author_id')} AND {PRESENT}"),
        another_policy("records_plan", "records_plan_own", "select", OWN_PLAN),
        grant("records_plan", "SELECT, INSERT"),
        never_changes("records_plan", "signed safety plan"),
        row_security(
            "records_plan_giving",
            select=READS,
            insert=f"{mine('by_id')} "
            f"AND {belongs('records_plan_giving', 'records_plan', 'plan_id')}",
        ),
        another_policy(
            "records_plan_giving",
            "records_plan_giving_own",
            "select",
            "plan_id = ANY (ARRAY(SELECT public.records_plan_given()))",
        ),
        grant("records_plan_giving", "SELECT, INSERT"),
        never_changes("records_plan_giving", "word on who has a safety plan"),
        row_security("records_danger", select=READS, insert=f"{mine('author_id')} AND {PRESENT}"),
        another_policy("records_danger", "records_danger_own", "select", OWN_DANGER),
        grant("records_danger", "SELECT, INSERT"),
        never_changes("records_danger", "record of a danger to life"),
        row_security(
            "records_danger_addition",
            select=READS,
            insert=f"{mine('author_id')} "
            f"AND {belongs('records_danger_addition', 'records_danger', 'danger_id')}",
        ),
        another_policy(
            "records_danger_addition", "records_danger_addition_own", "select", OWN_ADDITION
        ),
        grant("records_danger_addition", "SELECT, INSERT"),
        never_changes("records_danger_addition", "record of a danger to life"),
    ]
