"""A trainee sits in, sound is recorded, a client is reminded: only while their word allows it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import counselling.db
from counselling.sql import definer, grant, not_in_emergency, row_security

READS = "case_id = ANY (ARRAY(SELECT public.visible_cases('record')))"
WRITES = "case_id = ANY (ARRAY(SELECT public.visible_cases('write')))"
ME = "public.counselling_actor()"
MINE = (
    "EXISTS (SELECT FROM public.records_session held WHERE held.id = session_id "
    f"AND held.case_id = {{table}}.case_id AND held.person_id = {ME})"
)
JOB = "client_id = (SELECT public.clients_job_client())"

# everybody who is there: on the roster unless they are known not to come, and who joined since
PRESENT = """
SELECT place.client_id FROM public.records_session_member place
WHERE place.session_id = meeting AND place.attendance NOT IN ('cancelled', 'no_show')
UNION
SELECT part.client_id FROM public.clients_casemember part
JOIN public.records_session held ON held.case_id = part.case_id
WHERE held.id = meeting AND part.until IS NULL AND NOT EXISTS (
    SELECT FROM public.records_session_member place
    WHERE place.session_id = meeting AND place.client_id = part.client_id
)
"""
# planting a fictional past is the owner's work; everybody else's instant is the transaction's
GATE = """
CREATE FUNCTION public.records_only_while_allowed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    there uuid[] := ARRAY(SELECT public.records_present(NEW.session_id));
    why text;
BEGIN
    IF session_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    why := CASE
        WHEN NEW.at <> now() THEN 'It is written down at the instant it begins.'
        WHEN cardinality(there) = 0 THEN 'Nobody is in this session.'
        WHEN NOT EXISTS (SELECT FROM public.records_session held WHERE held.id = NEW.session_id
            AND held.attendance NOT IN ('cancelled', 'no_show')
            AND held.starts_at <= now() + interval '1 hour'
            AND held.ends_at >= now() - interval '12 hours')
            THEN 'It is written down while the session takes place.'
        WHEN EXISTS (SELECT FROM unnest(there) AS one (client)
            WHERE NOT public.consent_switched_on(one.client, TG_ARGV[0], now()))
            THEN 'Not everybody who is there has agreed to this.'
    END;
    IF why IS NOT NULL THEN
        RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.records_only_while_allowed() FROM PUBLIC;
CREATE TRIGGER records_sitting_in_allowed BEFORE INSERT ON public.records_sitting_in
    FOR EACH ROW EXECUTE FUNCTION public.records_only_while_allowed('trainee_observer');
CREATE TRIGGER records_recording_allowed BEFORE INSERT ON public.records_recording
    FOR EACH ROW EXECUTE FUNCTION public.records_only_while_allowed('recording');
CREATE TRIGGER records_sitting_in_left BEFORE UPDATE ON public.records_sitting_in
    FOR EACH ROW WHEN (OLD.left_at IS NOT NULL)
    EXECUTE FUNCTION public.counselling_refuse_change('Who left has left.');
CREATE TRIGGER records_recording_erased BEFORE UPDATE ON public.records_recording
    FOR EACH ROW WHEN (OLD.erased_at IS NOT NULL)
    EXECUTE FUNCTION public.counselling_refuse_change('What is erased stays erased.')
"""
NO_GATE = """
DROP TRIGGER records_recording_erased ON public.records_recording;
DROP TRIGGER records_sitting_in_left ON public.records_sitting_in;
DROP TRIGGER records_recording_allowed ON public.records_recording;
DROP TRIGGER records_sitting_in_allowed ON public.records_sitting_in;
DROP FUNCTION public.records_only_while_allowed()
"""

# sessions of tomorrow, from ten in the morning where the practice is
TOMORROW = """
SELECT there.client, held.id, held.starts_at
FROM public.records_session held
CROSS JOIN LATERAL public.records_present(held.id) AS there (client)
WHERE held.attendance = 'expected' AND held.starts_at > now()
  AND held.starts_at < now() + interval '2 days'
  AND (held.starts_at AT TIME ZONE zone)::date = (now() AT TIME ZONE zone)::date + 1
  AND (now() AT TIME ZONE zone)::time >= '10:00'
  AND EXISTS (SELECT FROM public.consent_consent c
    WHERE c.client_id = there.client AND c.activity = 'reminders'
      AND c.since <= now() AND (c.until IS NULL OR c.until > now())
      AND NOT EXISTS (SELECT FROM public.consent_withdrawal gone WHERE gone.consent_id = c.id)
      AND NOT EXISTS (SELECT FROM public.consent_replacement gone WHERE gone.consent_id = c.id))
  AND NOT EXISTS (SELECT FROM public.records_appointment_reminder made
    WHERE made.session_id = held.id AND made.client_id = there.client
      AND made.starts_at = held.starts_at)
"""
DUE = "SELECT DISTINCT due.client FROM public.records_tomorrow(zone) due LIMIT 500"
OF_JOB = """
SELECT due.session, due.starts_at FROM public.records_tomorrow(zone) due
WHERE due.client = public.clients_job_client()
"""


def key() -> models.UUIDField:
    """Give a row its id."""
    return models.UUIDField(
        default=counselling.db.uuid7, editable=False, primary_key=True, serialize=False
    )


def to(model: str) -> models.ForeignKey:
    """Point at another row, which stays while this one is there."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model
    )


class Migration(migrations.Migration):
    """Each is off by itself; the database asks at the instant it happens."""

    dependencies = [
        ("records", "0020_plans_left_unsigned"),
        ("consent", "0014_life_of_a_permission"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SittingIn",
            fields=[
                ("id", key()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                ("session", to("records.session")),
                ("case", to("clients.case")),
                ("person", to(settings.AUTH_USER_MODEL)),
            ],
            options={
                "db_table": "records_sitting_in",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)),
                        fields=("session", "person"),
                        name="sits_in_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recording",
            fields=[
                ("id", key()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(null=True)),
                ("erased_by", models.UUIDField(null=True)),
                ("session", to("records.session")),
                ("case", to("clients.case")),
            ],
            options={
                "db_table": "records_recording",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("erased_at", None)),
                        fields=("session",),
                        name="one_recording_kept",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_at", None), ("erased_by", None)),
                            models.Q(("erased_at__isnull", False), ("erased_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="recording_erased_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppointmentReminder",
            fields=[
                ("id", key()),
                ("starts_at", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("session", to("records.session")),
                ("client", to("clients.client")),
            ],
            options={
                "db_table": "records_appointment_reminder",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "client", "starts_at"), name="reminded_once"
                    )
                ],
            },
        ),
        definer("records_present(meeting uuid)", "SETOF uuid", PRESENT),
        migrations.RunSQL(
            "REVOKE EXECUTE ON FUNCTION public.records_present(uuid) FROM counselling_app",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(GATE, NO_GATE),
        grant("records_sitting_in", "SELECT, INSERT, UPDATE (left_at)"),
        row_security(
            "records_sitting_in",
            select=READS,
            insert=f"{WRITES} AND by = {ME} AND left_at IS NULL "
            f"AND {MINE.format(table='records_sitting_in')}",
            update=WRITES,
        ),
        grant("records_recording", "SELECT, INSERT, UPDATE (erased_at, erased_by)"),
        row_security(
            "records_recording",
            select=f"{READS} OR by = {ME}",
            insert=f"{WRITES} AND by = {ME} AND erased_at IS NULL "
            f"AND {MINE.format(table='records_recording')}",
            # who recorded it erases it, also after they have left the case
            update=f"{WRITES} OR by = {ME}",
        ),
        grant("records_appointment_reminder", "SELECT, INSERT"),
        row_security(
            "records_appointment_reminder",
            select=f"{JOB} OR client_id = ANY (ARRAY(SELECT public.visible_clients('contact'))) "
            "AND (SELECT public.own_client()) IS NULL AND (SELECT public.guarding()) IS NULL",
            insert=JOB,
        ),
        not_in_emergency("records_sitting_in", "records_recording", "records_appointment_reminder"),
        definer(
            "records_tomorrow(zone text)",
            "TABLE (client uuid, session uuid, starts_at timestamptz)",
            TOMORROW,
        ),
        migrations.RunSQL(
            "REVOKE EXECUTE ON FUNCTION public.records_tomorrow(text) FROM counselling_app",
            migrations.RunSQL.noop,
        ),
        definer("records_due_appointments(zone text)", "SETOF uuid", DUE),
        definer(
            "records_appointments_of_job(zone text)",
            "TABLE (session uuid, starts_at timestamptz)",
            OF_JOB,
        ),
    ]
