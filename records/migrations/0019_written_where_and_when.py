"""What is written about a session is of its case, is written now, and waits where a trainee wrote it.

The days to finish a note were asked of its session alone, so that in raw SQL who had left one case
could have put a note of it into any other. A draft begun in the future would never have locked, a
danger recorded in the future would have kept its client in the dark for as long, and a trainee
could have signed what waits for nobody.
"""

from django.db import migrations

# planting a fictional past is the owner's work
PLANTED = "session_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)"
OF_ITS_CASE = """
CREATE FUNCTION public.records_of_its_case() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NOT EXISTS (
        SELECT FROM public.records_session held
        WHERE held.id = NEW.session_id AND held.case_id = NEW.case_id
    ) THEN
        RAISE EXCEPTION 'What is written about a session is of its case.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.records_of_its_case() FROM PUBLIC;
CREATE TRIGGER records_draft_of_its_case BEFORE INSERT ON public.records_draft
    FOR EACH ROW EXECUTE FUNCTION public.records_of_its_case();
CREATE TRIGGER records_note_of_its_case BEFORE INSERT ON public.records_note
    FOR EACH ROW EXECUTE FUNCTION public.records_of_its_case();
CREATE FUNCTION public.records_of_its_note() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NOT EXISTS (
        SELECT FROM public.records_note note
        WHERE note.id = NEW.note_id AND note.case_id = NEW.case_id
          AND note.author_id = NEW.author_id
    ) THEN
        RAISE EXCEPTION 'A part for its author alone is of their own note.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.records_of_its_note() FROM PUBLIC;
CREATE TRIGGER records_process_note_of_its_note BEFORE INSERT ON public.records_process_note
    FOR EACH ROW EXECUTE FUNCTION public.records_of_its_note();
CREATE FUNCTION public.records_part_of_a_member() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NOT public.records_was_in_case(NEW.case_id, NEW.client_id) THEN
        RAISE EXCEPTION 'A part is about somebody who is or was in the case.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.records_part_of_a_member() FROM PUBLIC;
CREATE TRIGGER records_note_part_of_a_member BEFORE INSERT ON public.records_note_part
    FOR EACH ROW EXECUTE FUNCTION public.records_part_of_a_member()
"""
OF_ANY = """
DROP TRIGGER records_note_part_of_a_member ON public.records_note_part;
DROP TRIGGER records_process_note_of_its_note ON public.records_process_note;
DROP TRIGGER records_note_of_its_case ON public.records_note;
DROP TRIGGER records_draft_of_its_case ON public.records_draft;
DROP FUNCTION public.records_part_of_a_member(), public.records_of_its_note(),
    public.records_of_its_case()
"""
# the column that says when, of tables whose dates decide something
WHEN = {
    "records_draft": "begun_at",
    "records_danger": "signed_at",
    "records_danger_addition": "signed_at",
    "records_note": "signed_at",
}
NOT_BEFORE_NOW = "\n".join(
    f"""
CREATE FUNCTION public.{table}_written_now() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NEW.{column} <> now() AND NOT {PLANTED} THEN
        RAISE EXCEPTION 'What is written is written now.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER {table}_written_now AFTER INSERT ON public.{table}
    FOR EACH ROW EXECUTE FUNCTION public.{table}_written_now();"""
    for table, column in WHEN.items()
)
WHENEVER = ";\n".join(
    f"DROP TRIGGER {table}_written_now ON public.{table};DROP FUNCTION public.{table}_written_now()"
    for table in WHEN
)
# beside every other reason, also where a note is finished later (SU-01)
WAITS = """
CREATE POLICY records_note_of_trainee_waits ON public.records_note AS RESTRICTIVE
FOR INSERT TO counselling_app
WITH CHECK (needs_co_signature OR NOT (SELECT public.actor_has_role('trainee')))
"""


class Migration(migrations.Migration):
    """Triggers and a policy ask what the acts ask."""

    dependencies = [("records", "0018_left_with_supervisors")]

    operations = [
        migrations.RunSQL(OF_ITS_CASE, OF_ANY),
        migrations.RunSQL(NOT_BEFORE_NOW, WHENEVER),
        migrations.RunSQL(
            WAITS, "DROP POLICY records_note_of_trainee_waits ON public.records_note"
        ),
    ]
