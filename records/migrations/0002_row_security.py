"""Who sees which row, and what never changes."""

from django.db import migrations

from counselling.sql import grant, never_changes, row_security

CASE = "case_id = ANY (ARRAY(SELECT public.visible_cases('record')))"
CASE_AT_DESK = "case_id = ANY (ARRAY(SELECT public.visible_cases('contact')))"
OWN = f"author_id = public.counselling_actor() AND {CASE}"

# whoever ends an assignment may not see the draft, and its words must not be lost to its author
KEEP_DRAFTS = """
CREATE FUNCTION public.records_draft_stays_reachable() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ BEGIN
  IF EXISTS (SELECT FROM public.records_draft
             WHERE case_id = NEW.case_id AND author_id = NEW.person_id) THEN
    RAISE EXCEPTION 'A note of this case is not signed yet. Its author signs it first.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.records_draft_stays_reachable() FROM PUBLIC;
CREATE TRIGGER records_draft_stays_reachable BEFORE UPDATE ON public.clients_assignment
FOR EACH ROW WHEN (OLD.until IS NULL AND NEW.until IS NOT NULL)
EXECUTE FUNCTION public.records_draft_stays_reachable()
"""


class Migration(migrations.Migration):
    """Row security for sessions and notes; the part for its author alone adds the author."""

    dependencies = [
        ("records", "0001_initial"),
        ("clients", "0002_row_security"),
        ("counselling", "0001_initial"),
    ]

    operations = [
        row_security("records_session", select=CASE_AT_DESK, insert=CASE, update=CASE),
        grant("records_session", "SELECT, INSERT, UPDATE (attendance, modality)"),
        row_security("records_draft", select=OWN, insert=OWN, update=OWN, delete=OWN),
        grant("records_draft", "SELECT, INSERT, UPDATE, DELETE"),
        row_security("records_note", select=CASE, insert=OWN),
        grant("records_note", "SELECT, INSERT"),
        never_changes("records_note", "signed note"),
        row_security("records_process_note", select=OWN, insert=OWN),
        grant("records_process_note", "SELECT, INSERT"),
        never_changes("records_process_note", "signed note"),
        row_security("records_addendum", select=CASE, insert=OWN),
        grant("records_addendum", "SELECT, INSERT"),
        never_changes("records_addendum", "signed addendum"),
        migrations.RunSQL(
            KEEP_DRAFTS,
            "DROP TRIGGER records_draft_stays_reachable ON public.clients_assignment;"
            "DROP FUNCTION public.records_draft_stays_reachable()",
        ),
    ]
