"""The Celery application: settings that lose nothing, the schedule in code."""

from __future__ import annotations

import contextlib
import datetime
import logging
import os
import signal
import time
from typing import Any, Final

from celery import Celery, signals
from celery.schedules import crontab, schedule
from kombu.transport import TRANSPORT_ALIASES

log = logging.getLogger("counselling.worker")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")

# named, so that nobody who uses another broker needs its client
TRANSPORT_ALIASES["pgmq"] = "counselling.broker:Transport"

app = Celery("counselling")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()

_BEGAN: Final = datetime.datetime.now(datetime.UTC), time.monotonic()


def steady_now() -> datetime.datetime:
    """Give the time of the start and what has passed since.

    A machine's clock that is set back an hour would else stop every schedule for an hour.
    """
    began, mark = _BEGAN
    return began + datetime.timedelta(seconds=time.monotonic() - mark)


app.conf.beat_schedule = {
    "beat": {"task": "counselling.beat", "schedule": schedule(30.0, nowfun=steady_now)},
    "sweep": {"task": "counselling.sweep", "schedule": crontab(minute="*", nowfun=steady_now)},
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
def _worker_starts_in_order(**_: Any) -> None:
    _start_in_order("worker")


@signals.beat_init.connect
def _scheduler_starts_in_order(**_: Any) -> None:
    from counselling import health  # noqa: PLC0415 needs loaded apps

    _start_in_order("scheduler")
    health.try_to_beat("scheduler")


def _start_in_order(process: str) -> None:
    """Refuse to start set up wrong or without keys, rather than to fail at the first task."""
    from counselling import starting, vault  # noqa: PLC0415 needs loaded apps

    starting.refuse_to_start_wrong(process)
    try:
        vault.canary()
    except vault.KeysRefused as error:
        raise SystemExit(str(error)) from error  # Celery logs what else is raised here and goes on


@signals.after_task_publish.connect(sender="counselling.beat")
def _scheduler_lives(**_: Any) -> None:
    """Let the health check tell a silent scheduler from a silent worker."""
    from django.conf import settings  # noqa: PLC0415 needs loaded apps

    from counselling import health  # noqa: PLC0415 needs loaded apps

    if settings.PROCESS == "scheduler":
        health.try_to_beat("scheduler")


@signals.worker_ready.connect
def _first_beat(**_: Any) -> None:
    from counselling import health  # noqa: PLC0415 needs loaded apps

    health.beat("worker")


# ended by somebody else and not by us: out of memory, by hand, by a fault of a library
_KILLED: Final = {-signal.SIGKILL, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT}


@signals.worker_ready.connect
def _end_with_a_killed_child(sender: Any, **_: Any) -> None:
    """End the whole worker when one of its children is killed; whoever runs it starts it again.

    Children share the lock of the pipe they read from. A child that is killed while it waits for
    work takes the lock along, and the worker would stay up, take messages and do nothing for ever.
    Nothing is lost: what was begun is due again. Pools with a pipe per child have their own way.
    """
    pool = getattr(sender.pool, "_pool", None)
    if pool is None or getattr(pool, "on_process_down", True) is not None:
        return

    def end(child: Any) -> None:
        if child.exitcode in _KILLED:
            log.error("worker.child-killed")
            for other in list(pool._pool):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(other.pid, signal.SIGKILL)
            os._exit(1)

    pool.on_process_down = end


@signals.setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Connected so that Celery leaves the logging of settings alone."""
