"""The door gunicorn knocks at; a process that is set up wrong or has no keys does not open."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")
application = get_wsgi_application()

from counselling import starting, vault  # noqa: E402 the apps must be loaded first

starting.refuse_to_start_wrong("web")
vault.canary()
