"""The records app."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Sessions, notes, addenda and what is composed from them."""

    name = "records"

    def ready(self) -> None:
        """Have the verifier compare what is stored with what the events say was stored."""
        from audit.facts import register_facts  # noqa: PLC0415 after all apps are loaded
        from audit.queries import register_told  # noqa: PLC0415 after all apps are loaded
        from clients.queries import register_left_open  # noqa: PLC0415 after all apps are loaded
        from counselling.jobs import sweepable  # noqa: PLC0415 the same
        from records import queries  # noqa: PLC0415 the same
        from records.domain.dangers import UNTOLD_KINDS  # noqa: PLC0415 the same
        from records.queries.reviewing import around_visits  # noqa: PLC0415 the same
        from records.queries.shares import due_shares  # noqa: PLC0415 the same

        register_facts("records", around_visits)
        register_left_open(queries.left_open)
        register_left_open(queries.left_to_judge)
        register_left_open(queries.left_plans)
        sweepable("records.remind", queries.due_reminders)
        sweepable("records.remind_client", queries.due_appointments)
        sweepable("records.send_share", due_shares)
        register_told(UNTOLD_KINDS, queries.dangers_told_of)
        _register_fingerprints()


def _register_fingerprints() -> None:
    from audit.domain import register_fingerprints  # noqa: PLC0415 after all apps are loaded

    register_fingerprints("records_note", "record_part", "risk", kept=True)
    register_fingerprints("records_process_note", "text", kept=True)
    register_fingerprints("records_addendum", "text", kept=True)
    register_fingerprints("records_return_comment", "content", kept=True)
    register_fingerprints("records_supervision_note", "text", kept=True)
    register_fingerprints("records_note_part", "text", kept=True)
    register_fingerprints("records_part_addendum", "text", kept=True)
    register_fingerprints("records_amendment", "wrong", "better", kept=True)
    register_fingerprints("records_amendment_step", "text", kept=True)
    register_fingerprints("records_amendment_named", "who", kept=True)
    register_fingerprints("records_amendment_told", "why_not", kept=True)
    register_fingerprints("records_plan", "content", kept=True)
    register_fingerprints("records_danger", "threat", "consulted", "told", kept=True)
    register_fingerprints("records_danger_addition", "content", kept=True)
    # emptied when something is prepared anew; a letter saves itself, so it is not among them
    register_fingerprints("records_share", "why_so_much", "unwaited_why", "release_words", "secret")
    register_fingerprints("records_share_paper", "redactions", "pack")
    register_fingerprints("records_share_showing", "content", "words", kept=True)
