"""The accounts app, and how the log shows people."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Sign-in names are sealed; the log asks here for the names of staff."""

    name = "counselling.accounts"
    label = "accounts"
    verbose_name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how the log shows who acted, and who is told when it is not whole."""
        from audit.alarm import on_broken  # noqa: PLC0415 it needs loaded apps
        from audit.domain import register_fingerprints, register_labels  # noqa: PLC0415 they need loaded apps
        from audit.facts import register_staff  # noqa: PLC0415 they need loaded apps
        from counselling.accounts import actions, queries  # noqa: PLC0415 they need loaded apps

        register_labels("person", queries.names)
        register_staff(queries.staff_among)
        # an address of one's own in somebody's account, a key one knows: the way in, so compared
        register_fingerprints("accounts_account", "email", kept=True)
        register_fingerprints("accounts_totpdevice", "key")
        register_fingerprints("accounts_riskalias", "reason", kept=True)
        on_broken(actions.alert_privacy_officers)
