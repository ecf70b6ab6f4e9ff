"""The project as an app: its checks, its Celery application, its heartbeat table."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext, ngettext

from counselling import dumps, speech


class ProjectConfig(AppConfig):
    """Composition that has to be there before anything runs."""

    name = "counselling"
    label = "counselling"
    verbose_name = "counselling"

    def ready(self) -> None:
        """Forbid dumps, make the Celery application current and the system checks known."""
        # the tests' own process keeps its limits: it has to show what those it starts do without
        if (settings.MODE, settings.PROCESS) != ("test", "test"):
            dumps.forbid(undumpable=settings.MODE == "production")
        from counselling import (  # noqa: PLC0415 they need loaded apps
            celery,  # noqa: F401 loaded for its effect, as are the others
            checks,  # noqa: F401 importing registers them
            checks_of_holdings,  # noqa: F401 as above
            checks_of_settings,  # noqa: F401 as above
            starting,  # noqa: F401 as above
        )

        speech.speak_with(gettext, ngettext)
