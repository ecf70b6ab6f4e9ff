"""How the web process is served, in the demo as in production; gunicorn reads this by itself."""

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Workers share the loaded code's memory; connections open with the first request, after the fork.
preload_app = True
max_requests = 2000
max_requests_jitter = 200
timeout = 60
graceful_timeout = 20
keepalive = 5
# Addresses hold ids and the log holds events: a second log of who fetched what is not wanted.
accesslog = None
# Its own lines quote what somebody sent, and from where: they are written by the same allow-list.
at_home = os.environ.get("COUNSELLING_MODE") in {"demo", "test"}
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "ids": {"()": "counselling.logs.Readable" if at_home else "counselling.logs.IdsOnly"}
    },
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "ids"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    "loggers": {"gunicorn.error": {"handlers": ["out"], "propagate": False}},
}
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - a file in memory
