"""The log as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Low in the chain: everybody writes here and it knows nobody."""

    name = "audit"
    label = "audit"
    verbose_name = "audit"
