"""The gate asks whether the client takes part in the case at that instant, not whether ever."""

from typing import Final

from django.db import migrations

from consent.migrations._gate import GATE

_EVER: Final = """    WHEN NOT EXISTS (SELECT FROM public.clients_casemember m WHERE m.case_id = NEW.case_id
      AND m.client_id = NEW.client_id) THEN 'The case is another client''s.'
"""
_THEN: Final = (
    _EVER
    + """    WHEN NOT public.clients_takes_part(NEW.case_id, NEW.client_id, NEW.at)
      THEN 'Their part in this case has ended. Nothing can be shared from it.'
"""
)
_BEFORE: Final = GATE.split("CREATE TRIGGER")[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    """What `records` refuses by its own rule, the database refuses whoever writes."""

    dependencies = [("consent", "0003_library"), ("clients", "0003_links_and_trail")]

    operations = [migrations.RunSQL(_BEFORE.replace(_EVER, _THEN), _BEFORE)]
