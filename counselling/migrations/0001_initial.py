"""The heartbeat table, the question "who acts?", and the refusal of changes."""

from django.db import migrations, models

from counselling.sql import grant

ACTOR = """
CREATE FUNCTION public.counselling_actor() RETURNS uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT nullif(current_setting('counselling.actor', true), '')::uuid $$;
CREATE FUNCTION public.counselling_job_client() RETURNS uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT nullif(current_setting('counselling.job_client', true), '')::uuid $$
"""
REFUSE = """
CREATE FUNCTION public.counselling_refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


class Migration(migrations.Migration):
    """First of all."""

    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("process", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "counselling_heartbeat"},
        ),
        migrations.RunSQL("GRANT USAGE ON SCHEMA public TO counselling_app", ""),
        migrations.RunSQL(
            ACTOR,
            "DROP FUNCTION public.counselling_actor(); DROP FUNCTION public.counselling_job_client()",
        ),
        migrations.RunSQL(REFUSE, "DROP FUNCTION public.counselling_refuse_change()"),
        grant("counselling_heartbeat", "SELECT, INSERT, UPDATE"),
    ]
