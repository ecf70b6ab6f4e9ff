"""The door gunicorn knocks at; without its keys the process does not open."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")
application = get_wsgi_application()

from counselling import vault  # noqa: E402 the apps must be loaded first

vault.canary()
