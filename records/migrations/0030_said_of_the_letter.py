"""A letter leaves once somebody said of it, as it is, that nothing kept back stands in it."""

import django.contrib.postgres.fields
from django.db import migrations, models

from counselling.sql import grant

# a letter as a whole is held back at the gate; what is about one session or note, no rule finds in
# its words: a person says that it is not in them, and what is kept back later is asked again
FORWARD = """
CREATE FUNCTION public.records_letter_keeps_out() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF EXISTS (
    SELECT FROM public.consent_kept_back(NEW.client_id, NEW.recipient_id, NEW.sent_at) k
    WHERE (k.session IS NOT NULL OR k.note IS NOT NULL) AND NOT EXISTS (
      SELECT FROM public.records_share_paper p
      WHERE p.share_id = NEW.id AND k.restriction = ANY (p.kept_out))) THEN
    RAISE EXCEPTION 'Nobody has said that what is kept back is not in this letter.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.records_letter_keeps_out() FROM PUBLIC;
CREATE TRIGGER records_letter_keeps_out BEFORE UPDATE ON public.records_share
FOR EACH ROW WHEN (OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL AND NEW.level = 'summary'
  AND NEW.basis_id IS NULL)
EXECUTE FUNCTION public.records_letter_keeps_out()
"""
BACK = """
DROP TRIGGER records_letter_keeps_out ON public.records_share;
DROP FUNCTION public.records_letter_keeps_out()
"""


class Migration(migrations.Migration):
    """Before, a letter saved while it was typed went around the question."""

    dependencies = [
        ("consent", "0048_nothing_added_later"),
        ("records", "0029_corrections_passed_on"),
    ]

    operations = [
        migrations.AddField(
            model_name="sharepaper",
            name="kept_out",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), null=True, size=None
            ),
        ),
        grant("records_share_paper", "UPDATE (kept_out)"),
        migrations.RunSQL(FORWARD, BACK),
    ]
