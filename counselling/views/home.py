"""Where "/" leads for each person, and the quick way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from counselling.access import ActorKind, Permission, actor_of
from counselling.accounts import actions as accounts

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_FIRST = (
    (Permission.WRITE_NOTE, "today"),
    (Permission.REVIEW_TRAIL, "today"),
    (Permission.SEE_CONTACT, "clients:caseload"),
    (Permission.MANAGE_STAFF, "accounts:staff"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead everybody to the page their day begins with."""
    actor = actor_of(request)
    if actor.kind is ActorKind.CLIENT:
        return redirect("space")
    first = next((name for permission, name in _FIRST if actor.may(permission)), None)
    return redirect(first or "accounts:account")


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def quick_exit(request: HttpRequest) -> HttpResponse:
    """End the sitting, clear what the browser keeps of us, and show a neutral page.

    Asking for the page again shows it again, and does nothing.
    """
    if request.method != "POST":
        return render(request, "exit.html")
    actor = actor_of(request)
    if actor.kind in {ActorKind.CLIENT, ActorKind.STAFF}:
        accounts.sign_out(actor=actor, request=request)
    else:
        request.session.flush()
    response = render(request, "exit.html")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
