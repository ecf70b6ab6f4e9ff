"""Consent as a Django app."""

from types import MappingProxyType
from typing import Final

from django.apps import AppConfig

# what is sealed and stays: the verifier compares each with the event that wrote it
KEPT: Final = MappingProxyType(
    {
        "consent_accounting_extension": ("why",),
        "consent_accounting_given": ("content",),
        "consent_accounting_suspension": ("details",),
        "consent_basis_decision": ("words",),
        "consent_basis_paper": ("content",),
        "consent_disclosure": ("why_so_much",),
        "consent_document": ("source", "content"),
        "consent_hold_ending": ("words",),
        "consent_legal_basis": ("facts", "why_later"),
        "consent_legal_hold": ("words",),
        "consent_question": ("text", "answer"),
        "consent_recipient": ("details",),
        "consent_recipient_address": ("value",),
        "consent_recipient_wording": ("details",),
        "consent_request": ("particulars", "void_words", "decline_note"),
        "consent_restriction": ("words",),
        "consent_restriction_answer": ("reason",),
        "consent_restriction_end": ("words",),
        "consent_signature": ("name", "answers", "text", "evidence", "drawing"),
        "consent_subpoena": ("details",),
        "consent_subpoena_paper": ("content",),
        "consent_subpoena_return": ("words",),
        "consent_subpoena_step": ("words",),
        "consent_telling": ("why",),
    }
)


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
        from consent.domain import (  # noqa: F401, PLC0415 register at import
            basis_events,
            delivery_events,
            events,
            law_events,
            life_events,
        )
        from counselling import jobs  # noqa: PLC0415 needs loaded apps

        jobs.sweepable("consent.seal_document", queries.due_documents)
        jobs.sweepable("consent.compare_documents", queries.due_comparing)
        jobs.sweepable("consent.remind", queries.due_reminders)
        jobs.sweepable("consent.ask_again", queries.due_asking)
        jobs.sweepable("consent.tell_of_ends", queries.due_ends)
        jobs.sweepable("consent.send_letter", queries.due_letters)
        jobs.sweepable("consent.tell_of_disclosure", queries.due_tellings)
        jobs.sweepable("consent.press_basis", queries.due_pressing)
        jobs.sweepable("consent.tell_of_subpoena", queries.due_notices)
        register_switch(queries.switch_is_on)
        on_offline(actions.close_links)
        for table, columns in KEPT.items():
            register_fingerprints(table, *columns, kept=True)
        # gone once the form is signed, declined or sent again
        register_fingerprints("consent_request", "answers")
