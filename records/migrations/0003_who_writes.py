"""Reading a case is no longer enough to write in it: writing asks the level `write`."""

from django.db import migrations

from counselling.sql import policy

READS = "case_id = ANY (ARRAY(SELECT public.visible_cases('record')))"
WRITES = "case_id = ANY (ARRAY(SELECT public.visible_cases('write')))"
AUTHOR = "author_id = public.counselling_actor()"
TABLES = ("records_draft", "records_note", "records_process_note", "records_addendum")


class Migration(migrations.Migration):
    """What a supervisor reads, and whoever comes in an emergency, they cannot write in."""

    dependencies = [
        ("records", "0002_row_security"),
        ("clients", "0005_writing_is_a_level"),
    ]

    operations = [
        *(policy("records_session", command, WRITES, READS) for command in ("insert", "update")),
        *(
            policy(table, "insert", f"{AUTHOR} AND {WRITES}", f"{AUTHOR} AND {READS}")
            for table in TABLES
        ),
        policy("records_draft", "update", f"{AUTHOR} AND {WRITES}", f"{AUTHOR} AND {READS}"),
    ]
