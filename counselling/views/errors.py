"""Error pages: calm, branded, the same words for hidden and none, no cause, an id to quote."""

from __future__ import annotations

import contextlib
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse

from clients.access import may_use_emergency
from counselling.access import ActorKind, actor_of
from counselling.accounts import queries as accounts
from counselling.db import acting, as_actor
from counselling.speech import say

if TYPE_CHECKING:
    from django.http import HttpRequest


def _page(
    request: HttpRequest, status: int, message: str = "", name: str = "", **more: Any
) -> HttpResponse:
    """Show an error page; it needs nothing of its surroundings, which may be what failed."""
    facts = {"error_id": getattr(request, "id", ""), "message": message, "bare": True}
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        facts |= _for_clients(request)
    facts |= more
    page = render_to_string(f"errors/{name or status}.html", facts)
    return HttpResponse(page, status=status)


def _for_clients(request: HttpRequest) -> dict[str, Any]:
    """Give what every page of a client carries, here too: the crisis line.

    No form and so no way out: a token would make each page another, and hidden and none are one.
    """
    if not hasattr(request, "session"):  # refused before anybody asked who it is
        return {}
    try:
        actor = getattr(request, "actor", None) or accounts.actor_for(request)
        if actor.kind is ActorKind.STAFF:
            return {}
        # a page may refuse in the midst of an act, as the one for files does (CSRF asked inside)
        with contextlib.nullcontext() if acting() else as_actor(actor):
            return {"practice": accounts.practice(), "bare": False}
    except Error:
        return {}


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what could not be understood, or was more than is taken."""
    return _page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


@login_not_required
def forbidden(request: HttpRequest, message: str = "") -> HttpResponse:
    """Say what was refused and why."""
    return _page(request, 403, message)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer Django's own refusals."""
    return _page(request, 403)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form came from elsewhere or is too old."""
    return _page(request, 403, name="403_csrf")


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer hidden and none with the same page; whoever may, finds the way for an emergency."""
    return _page(request, 404, may_use_emergency=may_use_emergency(actor_of(request)))


def handed_over(request: HttpRequest) -> HttpResponse:
    """Say that a device in a client's hands opens its one form, and how it is given back."""
    return _page(request, 403, name="handed_over", device=reverse("consent:device"))


def not_allowed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Put a page to the bare answer that names the methods an address has."""
    page = _page(request, 405)
    page.headers["Allow"] = answer.headers["Allow"]
    return page


def stale(request: HttpRequest) -> HttpResponse:
    """Say that a newer version was saved meanwhile."""
    return _page(request, 409)


def too_often(request: HttpRequest, wait: int) -> HttpResponse:
    """Say how long to wait, and keep what was sent on the page: it is sent again from there."""
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    posted = request.method == "POST"
    facts: dict[str, Any] = {
        "wait": wait,
        "again": request.get_full_path(),
        "again_token": get_token(request) if posted else "",
        "sent": sent,
    }
    response = _page(request, 429, **facts)
    response.headers["Retry-After"] = str(wait)
    return response


def not_whole(request: HttpRequest) -> HttpResponse:
    """Say that something stored is not what was sealed, and that people know."""
    words = say(
        "Something on this page is no longer what was stored, so none of it is shown. "
        "The privacy officer has been told."
    )
    return _page(request, 500, words)


# a browser keeps what it sent and asks before it sends it again; an act done twice is done once
_NOT_KEPT: Final = say(
    "What you just sent was not kept, but your browser still has it: "
    "reload this page in a few minutes and say yes to send it again."
)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault, or that the database is away for a moment."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = _page(request, 503, _NOT_KEPT if request.method == "POST" else "")
        response.headers["Retry-After"] = "5"
        return response
    return _page(request, 500)
