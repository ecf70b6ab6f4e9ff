"""Make the months of the log ahead from any moment, let the worker do it too, and say how far.

Without a partition for the running month no event can be written, and so nothing be done at all.
The sealer makes them each day; a worker makes them as well, where the sealer was down for long.
"""

from django.db import migrations

from counselling.sql import APP, definer

SEALER = "counselling_sealer"
SERVICE = "'00000000-0000-7000-8000-000000000001'::uuid"

AHEAD = """
CREATE FUNCTION public.audit_make_partitions_from(moment timestamptz) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    month timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
BEGIN
    FOR ahead IN 0..3 LOOP
        PERFORM public.audit_make_partition(
            (month + make_interval(months => ahead)) AT TIME ZONE 'UTC');
    END LOOP;
    RETURN (month + interval '4 months') AT TIME ZONE 'UTC';
END $body$;
REVOKE ALL ON FUNCTION public.audit_make_partitions_from(timestamptz) FROM PUBLIC;
CREATE OR REPLACE FUNCTION public.audit_make_partitions() RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$ SELECT public.audit_make_partitions_from(now()) $body$
"""
OLD_AHEAD = """
CREATE OR REPLACE FUNCTION public.audit_make_partitions() RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    FOR ahead IN 0..3 LOOP
        PERFORM public.audit_make_partition(now() + make_interval(months => ahead));
    END LOOP;
    RETURN (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '4 months')
        AT TIME ZONE 'UTC';
END $body$;
DROP FUNCTION public.audit_make_partitions_from(timestamptz)
"""
# the machine's own work, whoever else has the application's role
BY_WORKER = f"""
CREATE FUNCTION public.audit_make_months() RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF public.counselling_actor() IS DISTINCT FROM {SERVICE} THEN
        RAISE EXCEPTION 'Months of the log are made by the system.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN public.audit_make_partitions();
END $body$;
REVOKE ALL ON FUNCTION public.audit_make_months() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_make_months() TO {APP}
"""
# the first month there is, and the first from the running one on that there is not
MONTHS = """
SELECT (SELECT min(to_date(right(c.relname, 7), 'YYYY_MM')) FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'public.audit_event'::regclass),
    (SELECT coalesce(min(month), max(ahead.until))::date FROM (SELECT
            date_trunc('month', now() AT TIME ZONE 'UTC') + interval '6 months') ahead(until)
        LEFT JOIN generate_series(
            date_trunc('month', now() AT TIME ZONE 'UTC'),
            date_trunc('month', now() AT TIME ZONE 'UTC') + interval '5 months', '1 month') month
            ON to_regclass('public.audit_event_' || to_char(month, 'YYYY_MM')) IS NULL)
"""


class Migration(migrations.Migration):
    """Nothing that is kept changes."""

    dependencies = [("audit", "0008_findings"), ("counselling", "0001_initial")]

    operations = [
        migrations.RunSQL(AHEAD, OLD_AHEAD),
        migrations.RunSQL(BY_WORKER, "DROP FUNCTION public.audit_make_months()"),
        definer("audit_months()", "TABLE (first date, missing date)", MONTHS),
    ]
