"""The second secret is read after the share went: its disclosure is of then, and stays so."""

from django.db import migrations

AT_ONCE = "(d.at = now() OR planted)"
# what was sent changes in nothing but its secret: the trigger's first question
OR_AS_IT_WAS = "(d.at = now() OR planted OR OLD.disclosure_id = NEW.disclosure_id)"


def judging(old: str, new: str) -> str:
    """Put another condition into the trigger of shares; the rest of it stays."""
    return f"""
DO $do$
DECLARE body text := pg_get_functiondef('public.records_share_gate()'::regprocedure);
BEGIN
  IF position('{old}' IN body) = 0 THEN
    RAISE EXCEPTION 'the trigger of shares is another one';
  END IF;
  EXECUTE replace(body, '{old}', '{new}');
END $do$
"""


class Migration(migrations.Migration):
    """Before, whoever prepared a share that the machine sent could not read its secret at all."""

    dependencies = [("records", "0027_hash_of_what_waits")]

    operations = [migrations.RunSQL(judging(AT_ONCE, OR_AS_IT_WAS), judging(OR_AS_IT_WAS, AT_ONCE))]
