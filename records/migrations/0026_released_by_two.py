"""What a subpoena asks for goes once a second person let exactly that go, whoever writes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION public.records_share_released() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  held text := (SELECT p.pack_sha256 FROM public.records_share_paper p WHERE p.share_id = NEW.id);
  d public.consent_disclosure%ROWTYPE;
BEGIN
  SELECT * INTO d FROM public.consent_disclosure WHERE id = NEW.disclosure_id;
  IF NOT EXISTS (SELECT FROM public.consent_subpoena s
      WHERE s.id = NEW.subpoena AND s.client_id = NEW.client_id)
     OR public.consent_subpoena_is_over(NEW.subpoena) THEN
    RAISE EXCEPTION 'This subpoena is over, or about somebody else.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF d.basis_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.consent_legal_basis b
      WHERE b.id = d.basis_id AND b.kind = 'court_order') THEN
    RAISE EXCEPTION 'What a subpoena asks for leaves by a court order or with permission only.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF coalesce(held, '') = '' OR NOT EXISTS (SELECT FROM public.consent_subpoena_release r
      WHERE r.subpoena_id = NEW.subpoena AND r.share = NEW.id AND r.content_sha256 = held
        AND r."by" <> NEW."by") THEN
    RAISE EXCEPTION 'A second person has not let exactly this go.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.records_share_released() FROM PUBLIC;
CREATE TRIGGER records_share_released BEFORE INSERT OR UPDATE ON public.records_share
FOR EACH ROW WHEN (NEW.subpoena IS NOT NULL AND NEW.sent_at IS NOT NULL)
EXECUTE FUNCTION public.records_share_released()
"""
BACK = """
DROP TRIGGER records_share_released ON public.records_share;
DROP FUNCTION public.records_share_released()
"""


class Migration(migrations.Migration):
    """A subpoena alone opens nothing (DS-05)."""

    dependencies = [
        ("records", "0025_second_secrets_of_the_machine"),
        ("consent", "0036_orders_that_reach"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACK)]
