"""From when a session's note is signed, who was there stays as the note says it."""

from django.db import migrations

# who was there decides what leaves with whom; planting a fictional past is the owner's work
STAYS = """
CREATE FUNCTION public.records_roster_stays() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF session_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
       AND EXISTS (
        SELECT FROM public.records_session held
        JOIN public.records_note note
            ON note.session_id = held.id AND note.author_id = held.person_id
        WHERE held.id = NEW.session_id
    ) THEN
        RAISE EXCEPTION 'Who was in a session never changes once its note is signed.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.records_roster_stays() FROM PUBLIC;
CREATE TRIGGER records_roster_stays BEFORE INSERT OR UPDATE ON public.records_session_member
    FOR EACH ROW EXECUTE FUNCTION public.records_roster_stays()
"""


class Migration(migrations.Migration):
    """What is wrong about it is said under the note, as every correction is."""

    dependencies = [("records", "0011_emergencies_only_read")]

    operations = [
        migrations.RunSQL(
            STAYS,
            "DROP TRIGGER records_roster_stays ON public.records_session_member;"
            "DROP FUNCTION public.records_roster_stays()",
        ),
    ]
