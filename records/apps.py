"""The records app."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Sessions, notes, addenda and what is composed from them."""

    name = "records"
