"""The accounts app, and how the log shows people."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Sign-in names are sealed; the log asks here for the names of staff."""

    name = "counselling.accounts"
    label = "accounts"
    verbose_name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how the log shows who acted."""
        from audit.domain import register_labels  # noqa: PLC0415 it needs loaded apps
        from counselling.accounts import queries  # noqa: PLC0415 it needs loaded apps

        register_labels("person", queries.names)
