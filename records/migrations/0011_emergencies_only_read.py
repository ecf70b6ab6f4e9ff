"""Inside an emergency access there are notes, plans and dangers to read, of one client, and no more.

No part for its author alone, no draft, no comment of a supervisor, nobody else's part of a couple,
family or group. Nothing is written.
"""

from django.db import migrations

from counselling.sql import not_in_emergency, read_in_emergency


class Migration(migrations.Migration):
    """A table that is not named here is shut by the next migration that makes it."""

    dependencies = [
        ("records", "0010_facts_stay"),
        ("clients", "0009_emergencies_only_read"),
    ]

    operations = [
        *(
            read_in_emergency(table, client)
            for table, client in (
                ("records_session", ""),
                ("records_note", ""),
                ("records_addendum", ""),
                ("records_session_member", "client_id"),
                ("records_note_part", "client_id"),
                ("records_part_addendum", "client_id"),
                ("records_plan", "client_id"),
                ("records_danger", "client_id"),
                ("records_danger_addition", "client_id"),
            )
        ),
        not_in_emergency(
            "records_amendment",
            "records_amendment_step",
            "records_co_leader",
            "records_co_signature",
            "records_draft",
            "records_draft_part",
            "records_plan_draft",
            "records_plan_giving",
            "records_process_note",
            "records_reading",
            "records_reminder",
            "records_return",
            "records_return_comment",
            "records_supervision_draft",
            "records_supervision_note",
        ),
    ]
