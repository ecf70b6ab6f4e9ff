"""What a client knows of a legal basis stays told when something else goes on it untold."""

from django.db import migrations

from consent.migrations import _telling as telling
from counselling.sql import definer

SIGNATURE = "consent_hidden_event(said text, what text, who uuid, instant timestamptz)"


def replaced(body: str) -> str:
    """Give the function another body; who may call it and what asks it stays."""
    made = str(definer(SIGNATURE, "boolean", body).sql)
    return made.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    """Told is told."""

    dependencies = [("consent", "0037_own_sessions")]

    operations = [migrations.RunSQL(replaced(telling.STILL_TOLD), replaced(telling.HIDDEN))]
