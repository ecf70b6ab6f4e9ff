"""The door gunicorn knocks at; a process that is set up wrong or has no keys does not open."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")
_application = get_wsgi_application()

from counselling import starting, unreadable, vault  # noqa: E402 the apps must be loaded first

application = unreadable.without_question(_application)

starting.refuse_to_start_wrong("web")
vault.canary()
