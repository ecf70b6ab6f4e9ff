"""Whether somebody may share at all is said before whether they still care for the client."""

from django.db import migrations

# triggers of one event go by their names: this one after `consent_disclosure_whose`
TABLE = "ON public.consent_disclosure RENAME TO"
LATER = f"ALTER TRIGGER consent_disclosure_for_whom {TABLE} consent_disclosure_whose_case"
BEFORE = f"ALTER TRIGGER consent_disclosure_whose_case {TABLE} consent_disclosure_for_whom"


class Migration(migrations.Migration):
    """The same no, with the reason that helps."""

    dependencies = [("consent", "0043_asked_a_second_time")]

    operations = [migrations.RunSQL(LATER, BEFORE)]
