"""Two doors to one house: where clients have a host name of their own, staff's pages are not there.

Also the cookie by which a browser is known again when somebody signs in with it (AU-10).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import HttpResponseRedirect
from django.utils.deprecation import MiddlewareMixin

from counselling.accounts.actions.devices import COOKIE
from counselling.accounts.domain import DEVICE_REMEMBERED
from counselling.hosts import is_clients_host
from counselling.views import errors as error_pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    Answer = Callable[[HttpRequest], HttpResponseBase]

# what only clients, who signs for them and recipients have; on the other host it is not there
_CLIENTS: Final = re.compile(r"/(space|on-behalf|d)(/|$)")
# what both have: the way in and out, one's own sign-in, forms to sign (in the room, on the
# practice's device), signs of life
_BOTH: Final = re.compile(
    r"/($|exit$|sign-in(/|$)|sign-out$|invitations/|step-up$|account(/|$)|r/|healthz$|readyz$"
    r"|language$|verify(/|$)|demo/)"
)


def is_there(path: str, *, for_clients: bool) -> bool:
    """Say whether a page is behind a door: what nobody thought of is staff's alone."""
    if _BOTH.match(path):
        return True
    return bool(_CLIENTS.match(path)) is for_clients


class HostMiddleware(MiddlewareMixin):
    """Answer on each host what belongs there, and for all else that there is no such page."""

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Stand before the sign-in: whether a page is there is nothing to sign in for."""
        if not settings.PORTAL_HOST:
            return None
        if is_there(request.path, for_clients=is_clients_host(request)):
            return None
        return error_pages.not_found(request)


def known_browser(get_response: Answer) -> Answer:
    """Give a browser that somebody signed in with the cookie it is known by next time."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if token := getattr(request, "known_browser", ""):
            response.set_cookie(
                COOKIE,
                token,
                max_age=DEVICE_REMEMBERED,
                secure=True,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


def to_own_door(request: HttpRequest, path: str) -> HttpResponseRedirect:
    """Lead a client to their own host, where there is one."""
    away = settings.PORTAL_HOST and not is_clients_host(request)
    return HttpResponseRedirect(f"{settings.PORTAL_URL}{path}" if away else path)
