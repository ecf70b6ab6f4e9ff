"""From when its note is signed, when and how a session took place stays as the note says it."""

from django.db import migrations

from counselling.sql import grant

FACTS = "starts_at, ends_at, modality, attendance"
STAYS = """
CREATE FUNCTION public.records_facts_stay() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF (OLD.starts_at, OLD.ends_at, OLD.modality, OLD.attendance)
       IS DISTINCT FROM (NEW.starts_at, NEW.ends_at, NEW.modality, NEW.attendance)
       AND EXISTS (SELECT FROM public.records_note n
                   WHERE n.session_id = OLD.id AND n.author_id = OLD.person_id) THEN
        RAISE EXCEPTION 'The facts of a session never change once its note is signed.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$body$;
REVOKE ALL ON FUNCTION public.records_facts_stay() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    """What is wrong about them is said under the note, as every correction is."""

    dependencies = [("records", "0009_client_reads_what_stands")]

    operations = [
        grant("records_session", "UPDATE (starts_at, ends_at)"),
        migrations.RunSQL(
            STAYS + f"CREATE TRIGGER records_session_facts_stay BEFORE UPDATE OF {FACTS} "
            "ON public.records_session FOR EACH ROW EXECUTE FUNCTION public.records_facts_stay()",
            "DROP TRIGGER records_session_facts_stay ON public.records_session;"
            "DROP FUNCTION public.records_facts_stay()",
        ),
    ]
