"""The app `clients`: its labels for the trail, its fingerprints, its queue."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """What other parts have to know before anything runs."""

    name = "clients"
    verbose_name = "clients"

    def ready(self) -> None:
        """Say how cases and clients read in the trail, and where due messages are found."""
        from audit.domain import register_labels  # noqa: PLC0415 needs apps
        from audit.facts import register_facts  # noqa: PLC0415 the same
        from clients import actions, queries  # noqa: PLC0415 needs loaded apps
        from clients.domain import events  # noqa: F401, PLC0415 kinds known from the start
        from counselling.accounts import queries as people  # noqa: PLC0415 needs loaded apps
        from counselling.accounts.actions.telling import on_client  # noqa: PLC0415 needs apps
        from counselling.jobs import sweepable  # noqa: PLC0415 needs loaded apps

        register_facts("clients", queries.around_visits)
        register_labels("case", queries.case_references)
        register_labels("client", queries.client_references)
        _register_fingerprints()
        sweepable("clients.send_message", queries.due_messages)
        sweepable("clients.send_link", people.links_to_send)
        on_client(actions.tell_of_sign_in)
        sweepable("clients.tend_emergency", queries.due_emergencies)
        sweepable("clients.index_name", queries.not_found_by_name)
        sweepable("clients.tend_question", queries.due_questions)
        sweepable("clients.tell_of_openings", queries.due_tellings)


def _register_fingerprints() -> None:
    from audit.domain import register_fingerprints  # noqa: PLC0415 after all apps are loaded

    register_fingerprints("clients_client", "identity", "contact", kept=True)
    register_fingerprints("clients_contactcard", "card", kept=True)
    # gone once the message is sent
    register_fingerprints("clients_message", "content")
    register_fingerprints("clients_emergencyaccess", "sentence", kept=True)
    register_fingerprints("clients_emergencynote", "text", kept=True)
    register_fingerprints("clients_emergencydecision", "text", kept=True)
    register_fingerprints("clients_guardian", "details", kept=True)
    register_fingerprints("clients_capacitydecision", "why", kept=True)
    register_fingerprints("clients_sealedfile", "why", kept=True)
    register_fingerprints("clients_shutout", "words", kept=True)
    register_fingerprints("clients_accessquestion", "text", kept=True)
    register_fingerprints("clients_accessanswer", "text", kept=True)
