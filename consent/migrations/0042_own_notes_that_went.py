"""What went of notes kept by their author alone opens for who disclosed it, and for nobody else."""

from django.db import migrations

from counselling.sql import APP, definer

MACHINE = "'00000000-0000-7000-8000-000000000001'::uuid"
HIDDEN = f"""
SELECT d.document_id FROM public.consent_disclosure d
WHERE 'process_notes' = ANY (d.categories)
  AND public.counselling_actor() IS DISTINCT FROM d."by"
  AND public.counselling_actor() IS DISTINCT FROM {MACHINE}
  AND d.document_id IS DISTINCT FROM public.consent_share_shown()
"""
INDEX = """
CREATE INDEX consent_disclosure_of_own_notes ON public.consent_disclosure (document_id)
WHERE 'process_notes' = ANY (categories)
"""
POLICY = f"""
CREATE POLICY consent_document_of_own_notes ON public.consent_document AS RESTRICTIVE
FOR SELECT TO {APP}
USING (kind <> 'disclosure' OR id <> ALL (ARRAY(SELECT public.consent_own_notes_of_others())))
"""


class Migration(migrations.Migration):
    """Neither a colleague of the case nor the client's space: only the line stays (AC-06)."""

    dependencies = [("consent", "0041_waits_for_a_second")]

    operations = [
        migrations.RunSQL(INDEX, "DROP INDEX public.consent_disclosure_of_own_notes"),
        definer("consent_own_notes_of_others()", "SETOF uuid", HIDDEN),
        migrations.RunSQL(
            POLICY, "DROP POLICY consent_document_of_own_notes ON public.consent_document"
        ),
    ]
