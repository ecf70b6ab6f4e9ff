"""What the finder goes by: announced work, what is usual for each, and how far it came."""

import datetime

import django.contrib.postgres.fields
import django.db.models.expressions
from django.db import migrations, models

import counselling.db
from counselling.sql import definer, grant, row_security

SERVICE = "'00000000-0000-7000-8000-000000000001'::uuid"
ME = "(SELECT public.counselling_actor())"

# the machine alone reads everybody's events, to find what a person has to look at
TO_LOOK_THROUGH = f"""
SELECT e.recorded, e.id, e.actor, e.payload FROM public.audit_event e
WHERE public.counselling_actor() = {SERVICE} AND e.recorded >= since AND e.recorded < until
ORDER BY e.recorded, e.id
"""
# looked at hourly; without a mark it begins with the first day there is an event of
DUE = """
SELECT coalesce((SELECT mark.at <= now() - interval '1 hour' FROM public.audit_findmark mark),
    EXISTS (SELECT FROM public.audit_event))
"""
FIRST = f"""
SELECT min(e.recorded) FROM public.audit_event e WHERE public.counselling_actor() = {SERVICE}
"""
# a reviewer explained this rule of these two within half a year
SETTLED = f"""
SELECT DISTINCT found.person_id, coalesce(found.client_id, found.case_id), signal.code
FROM public.audit_finding found
CROSS JOIN LATERAL json_array_elements_text(found.facts::json -> 'signals') AS signal(code)
WHERE public.counselling_actor() = {SERVICE} AND found.began > moment - interval '180 days'
  AND EXISTS (
    SELECT FROM public.audit_findingword said
    WHERE said.finding = found.id AND said.kind IN ('explained', 'in_order')
  ) AND NOT EXISTS (
    SELECT FROM public.audit_findingword said
    WHERE said.finding = found.id AND said.kind = 'not_justified'
  )
"""
EARLIER = """
DECLARE
    ahead interval := interval '1 day';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.person_id, NEW.kind, NEW.case_ids, NEW.since, NEW.until, NEW.at)
               IS DISTINCT FROM
           (OLD.person_id, OLD.kind, OLD.case_ids, OLD.since, OLD.until, OLD.at)
           OR OLD.ended_at IS NOT NULL OR NEW.ended_at IS DISTINCT FROM now() THEN
            RAISE EXCEPTION 'Announced work ends once, and is not announced otherwise later.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF NEW.since < now() - ahead OR NEW.at > now() OR NEW.at < now() - ahead
          OR NEW.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'Work is announced before it begins, or within a day.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
"""
MOVES = f"""
CREATE FUNCTION public.audit_planned_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ {EARLIER} $body$;
CREATE TRIGGER audit_planned_moves BEFORE INSERT OR UPDATE ON public.audit_plannedwork
    FOR EACH ROW EXECUTE FUNCTION public.audit_planned_moves();
CREATE TRIGGER audit_planned_stays BEFORE DELETE ON public.audit_plannedwork
    FOR EACH ROW EXECUTE FUNCTION
    public.counselling_refuse_change('Announced work stays.')
"""
NO_MOVES = """
DROP TRIGGER audit_planned_moves ON public.audit_plannedwork;
DROP TRIGGER audit_planned_stays ON public.audit_plannedwork;
DROP FUNCTION public.audit_planned_moves()
"""
MINE = f"{ME} = {SERVICE}"


class Migration(migrations.Migration):
    """Who sees announced work is a migration of clients, which knows who reviews whom."""

    dependencies = [
        ("audit", "0010_refused_found"),
    ]

    operations = [
        migrations.CreateModel(
            name="FindMark",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "audit_findmark",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="audit_findmark_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="PlannedWork",
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
                ("person_id", models.UUIDField()),
                ("kind", models.CharField(max_length=16)),
                (
                    "case_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=200
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "audit_plannedwork",
                "indexes": [
                    models.Index(fields=["person_id", "since"], name="audit_planned_person")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["letters", "check", "handover", "copies", "audit"])
                        ),
                        name="audit_planned_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__gt", models.F("since")),
                            (
                                "until__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("since"),
                                    "+",
                                    models.Value(datetime.timedelta(days=14)),
                                ),
                            ),
                        ),
                        name="audit_planned_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsualDay",
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
                ("person_id", models.UUIDField()),
                ("day", models.DateField()),
                ("visits", models.PositiveIntegerField()),
                ("at_night", models.PositiveIntegerField()),
                ("without_session", models.PositiveIntegerField()),
                (
                    "hours",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), size=24
                    ),
                ),
            ],
            options={
                "db_table": "audit_usualday",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person_id", "day"), name="audit_usual_day_once"
                    )
                ],
            },
        ),
        definer(
            "audit_to_look_through(since timestamptz, until timestamptz)",
            "TABLE (recorded timestamptz, id uuid, actor uuid, payload text)",
            TO_LOOK_THROUGH,
        ),
        definer("audit_find_due()", "boolean", DUE),
        definer("audit_first_event()", "timestamptz", FIRST),
        definer(
            "audit_settled(moment timestamptz)",
            "TABLE (person uuid, file uuid, rule text)",
            SETTLED,
        ),
        row_security("audit_usualday", select=MINE, insert=MINE),
        grant("audit_usualday", "SELECT, INSERT"),
        row_security("audit_findmark", select=MINE, insert=MINE, update=MINE),
        grant("audit_findmark", "SELECT, INSERT, UPDATE"),
        migrations.RunSQL(MOVES, NO_MOVES),
        grant("audit_plannedwork", "SELECT, INSERT, UPDATE (ended_at)"),
    ]
