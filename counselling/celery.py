"""The Celery application: settings that lose nothing, the schedule in code."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")

app = Celery("counselling")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()

app.conf.beat_schedule = {
    "beat": {"task": "counselling.beat", "schedule": 30.0},
    "sweep": {"task": "counselling.sweep", "schedule": crontab(minute="*")},
}


@app.task(name="counselling.beat")
def beat() -> None:
    """Tell readiness that scheduler, broker and worker reach each other."""
    from counselling import health  # noqa: PLC0415 needs loaded apps

    health.beat("worker")


@app.task(name="counselling.sweep")
def sweep() -> None:
    """Send again what is due: the rows are the queue's truth."""
    from counselling import jobs  # noqa: PLC0415 needs loaded apps

    jobs.sweep()


@signals.celeryd_init.connect
@signals.beat_init.connect
def _read_the_broker_from_settings(**_: Any) -> None:
    """Undo Celery's command line, which takes BROKER_URL from the environment by itself.

    It would not know the folder of a socket; settings have read the address already.
    """
    os.environ.pop("CELERY_BROKER_URL", None)


@signals.worker_init.connect
@signals.beat_init.connect
def _start_in_order(**_: Any) -> None:
    """Refuse to start set up wrong or without keys, rather than to fail at the first task."""
    from counselling import starting, vault  # noqa: PLC0415 needs loaded apps

    starting.refuse_to_start_wrong()
    try:
        vault.canary()
    except vault.KeysRefused as error:
        raise SystemExit(str(error)) from error  # Celery logs what else is raised here and goes on


@signals.after_task_publish.connect(sender="counselling.beat")
def _scheduler_lives(**_: Any) -> None:
    """Let the health check tell a silent scheduler from a silent worker."""
    from django.conf import settings  # noqa: PLC0415 needs loaded apps

    from counselling import health  # noqa: PLC0415

    if settings.PROCESS == "scheduler":
        health.try_to_beat("scheduler")


@signals.worker_ready.connect
def _first_beat(**_: Any) -> None:
    from counselling import health  # noqa: PLC0415 needs loaded apps

    health.beat("worker")


@signals.setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Connected so that Celery leaves the logging of settings alone."""
