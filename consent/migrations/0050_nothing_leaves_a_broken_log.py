"""Nothing leaves while the log is found not to be whole, but what an immediate danger asks for."""

from django.db import migrations

from consent.migrations import _frozen as frozen


class Migration(migrations.Migration):
    """Asked where something is handed out; what is prepared, sealed and waits stays as it is."""

    dependencies = [
        ("consent", "0049_locked_files_of_ones_own"),
        ("audit", "0006_outside_eyes"),
        ("accounts", "0002_rights_and_questions"),
    ]

    operations = [
        migrations.RunSQL(frozen.WHY, frozen.WHY_BACK),
        migrations.RunSQL(frozen.GATES, frozen.GATES_BACK),
        migrations.RunSQL(frozen.ASK, frozen.ASK_BACK),
        *frozen.LIFTING,
    ]
