"""Until a client is told: nothing of how somebody was reached, either, in the log they see."""

import importlib

from django.db import migrations

from consent.migrations import _telling as telling

replaced = importlib.import_module("consent.migrations.0038_still_told").replaced


class Migration(migrations.Migration):
    """Who was written down, and who opened what was sent, names no case."""

    dependencies = [("consent", "0038_still_told")]

    operations = [migrations.RunSQL(replaced(telling.LED_TO), replaced(telling.STILL_TOLD))]
