"""A hash is known as that of a file with a password only where such a file went, of this client."""

from django.db import migrations

from consent.migrations import _gate as gate

FORWARD = f"""
CREATE FUNCTION public.consent_locked_file_fits() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NOT EXISTS (SELECT FROM public.consent_disclosure d
      JOIN public.consent_document f ON f.id = d.document_id
      WHERE d.id = NEW.disclosure_id AND d.client_id = NEW.client_id AND d.channel = 'file'
        AND f.state = 'sealed'
        AND (NEW.at = now() OR {gate.PLANTING})
        AND (NOT 'process_notes' = ANY (d.categories::text[]) OR {gate.PLANTING}
          OR d."by" = public.counselling_actor())) THEN
    RAISE EXCEPTION 'Nothing of this client went as a file with a password.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.consent_locked_file_fits() FROM PUBLIC;
CREATE TRIGGER consent_locked_file_gate BEFORE INSERT ON public.consent_locked_file
FOR EACH ROW EXECUTE FUNCTION public.consent_locked_file_fits()
"""
BACK = """
DROP TRIGGER consent_locked_file_gate ON public.consent_locked_file;
DROP FUNCTION public.consent_locked_file_fits()
"""


class Migration(migrations.Migration):
    """Before, whoever cares for a client could have any hash called one of ours."""

    dependencies = [("consent", "0048_nothing_added_later")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
