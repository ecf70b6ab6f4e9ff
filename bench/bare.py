"""A bare Django page: the middleware every new project has, one query, one small template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.template import Context, Engine
from django.urls import path

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

ADDRESS: Final = "/bare"
# what `startproject` writes, and ours that leads to the one page
MIDDLEWARE: Final = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bench.bare.own_address",
]
_TEMPLATE: Final = Engine().from_string(
    "<!doctype html><title>{{ row.name }}</title><h1>{{ row.name }}</h1><p>{{ row.address }}</p>"
)


def page(_request: HttpRequest) -> HttpResponse:
    """Ask for one row and show it."""
    row = apps.get_model("accounts", "Practice")._default_manager.get(pk=1)
    return HttpResponse(_TEMPLATE.render(Context({"row": row})))


urlpatterns = [path(ADDRESS.lstrip("/"), page)]


def own_address(get_response: Callable[..., Any]) -> Callable[..., Any]:
    """Let the page be found without a place among the practice's addresses."""

    def middleware(request: HttpRequest) -> Any:
        request.urlconf = "bench.bare"  # type: ignore[attr-defined]  # Django's own, not in the stubs
        return get_response(request)

    return middleware


class Bare(WSGIHandler):
    """Django with the middleware of a new project, in a process set up for the practice."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 Django's
        """Load that middleware instead of ours."""
        ours, settings.MIDDLEWARE = settings.MIDDLEWARE, MIDDLEWARE
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = ours
