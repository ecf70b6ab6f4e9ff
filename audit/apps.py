"""The log as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Low in the chain: everybody writes here and it knows nobody."""

    name = "audit"
    label = "audit"
    verbose_name = "audit"

    def ready(self) -> None:
        """Have words of reviews compared with the log, and the witness by mail told in time."""
        from audit.domain import register_fingerprints  # noqa: PLC0415 after all apps are loaded
        from audit.queries.looking_through import find_due  # noqa: PLC0415 the same
        from audit.queries.months import months_due  # noqa: PLC0415 the same
        from audit.queries.outside import mail_due  # noqa: PLC0415 the same
        from counselling.jobs import sweepable  # noqa: PLC0415 the same

        register_fingerprints("audit_findingword", "text", kept=True)
        register_fingerprints("audit_review", "words", kept=True)
        sweepable("audit.mail_checkpoint", mail_due)
        sweepable("audit.make_months", months_due)
        sweepable("audit.find", find_due)
