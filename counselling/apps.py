"""The project as an app: its checks, its Celery application, its heartbeat table."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Composition that has to be there before anything runs."""

    name = "counselling"
    label = "counselling"
    verbose_name = "counselling"

    def ready(self) -> None:
        """Make the Celery application current and the system checks known."""
        from counselling import (  # noqa: PLC0415 they need loaded apps
            celery,  # noqa: F401 loaded for its effect, as are the others
            checks,  # noqa: F401
            checks_of_holdings,  # noqa: F401
            checks_of_settings,  # noqa: F401
            starting,  # noqa: F401
        )
