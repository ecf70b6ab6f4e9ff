"""Consent as a Django app."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Forms, requests, signatures, what they allow, and the gate everything that leaves passes."""

    name = "consent"
    label = "consent"
    verbose_name = "consent"

    def ready(self) -> None:
        """Make the kinds of events known, and let the sweeper find documents that are due."""
        from audit.domain import register_fingerprints  # noqa: PLC0415 needs loaded apps
        from clients.actions.own_card import on_offline  # noqa: PLC0415 needs loaded apps
        from clients.queries import register_switch  # noqa: PLC0415 needs loaded apps
        from consent import actions, queries  # noqa: PLC0415 needs loaded apps
        from consent.domain import events, life_events  # noqa: F401, PLC0415 register at import
        from counselling import jobs  # noqa: PLC0415 needs loaded apps

        jobs.sweepable("consent.seal_document", queries.due_documents)
        jobs.sweepable("consent.compare_documents", queries.due_comparing)
        jobs.sweepable("consent.remind", queries.due_reminders)
        jobs.sweepable("consent.ask_again", queries.due_asking)
        jobs.sweepable("consent.tell_of_ends", queries.due_ends)
        register_switch(queries.switch_is_on)
        on_offline(actions.close_links)
        register_fingerprints(
            "consent_signature", "name", "answers", "text", "evidence", "drawing", kept=True
        )
        register_fingerprints("consent_document", "source", "content", kept=True)
        register_fingerprints("consent_request", "particulars", kept=True)
        # gone once the form is signed, declined or sent again
        register_fingerprints("consent_request", "answers")
        register_fingerprints("consent_recipient", "details", kept=True)
        register_fingerprints("consent_request", "void_words", "decline_note", kept=True)
        register_fingerprints("consent_question", "text", "answer", kept=True)
