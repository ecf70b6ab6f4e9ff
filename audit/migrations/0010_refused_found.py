"""Find what was refused or failed among millions: it is rare, and one page looked through all.

At a million events the page of what was refused took three seconds, and grew with the log.
"""

from django.db import migrations

INDEX = """
CREATE INDEX audit_event_not_done ON public.audit_event (outcome, recorded, id)
    WHERE outcome <> 'ok'
"""


class Migration(migrations.Migration):
    """Nothing that is kept changes; what was done, nearly all there is, is not in the index."""

    dependencies = [("audit", "0009_months")]

    operations = [migrations.RunSQL(INDEX, "DROP INDEX public.audit_event_not_done")]
