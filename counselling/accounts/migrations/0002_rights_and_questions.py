"""What the application may do with these tables, and the questions that policies ask of them."""

from django.db import migrations

from counselling.sql import definer, grant

# a person who has been deactivated holds nothing, whatever the rows of roles say
HAS_ROLE = """
SELECT EXISTS (
    SELECT FROM public.accounts_roleheld held
    JOIN public.accounts_account account ON account.id = held.account_id
    WHERE held.account_id = public.counselling_actor()
      AND held.role = wanted AND account.is_active
      AND held.since <= now() AND (held.until IS NULL OR held.until > now())
)
"""
SUPERVISES = """
SELECT public.actor_has_role('supervisor') AND EXISTS (
    SELECT FROM public.accounts_supervision arranged
    WHERE arranged.supervisor_id = public.counselling_actor()
      AND arranged.supervisee_id = person
      AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
)
"""


class Migration(migrations.Migration):
    """Rows end, they are not deleted, except used-up secrets and forgotten failures."""

    dependencies = [("accounts", "0001_initial"), ("counselling", "0001_initial")]

    operations = [
        grant("accounts_account", "SELECT, INSERT, UPDATE"),
        grant("accounts_roleheld", "SELECT, INSERT, UPDATE (until)"),
        grant("accounts_supervision", "SELECT, INSERT, UPDATE (until)"),
        grant("accounts_totpdevice", "SELECT, INSERT, UPDATE, DELETE"),
        grant("accounts_recoverycode", "SELECT, INSERT, UPDATE (used_at), DELETE"),
        grant("accounts_throttle", "SELECT, INSERT, UPDATE, DELETE"),
        grant("accounts_signedinsession", "SELECT, INSERT, UPDATE"),
        grant("accounts_practice", "SELECT, UPDATE"),
        grant("accounts_invitation", "SELECT, INSERT, UPDATE"),
        grant("accounts_factorreset", "SELECT, INSERT, UPDATE"),
        definer("actor_has_role(wanted text)", "boolean", HAS_ROLE),
        definer("supervises(person uuid)", "boolean", SUPERVISES),
        migrations.RunSQL(
            "INSERT INTO public.accounts_practice "
            "(id, name, address, phone, crisis_line, complaints_contact) "
            "VALUES (1, 'The practice', '', '', '', '')",
            "DELETE FROM public.accounts_practice",
        ),
    ]
