"""Where "/" leads for each person, and the quick way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clients.access import is_guardian
from counselling import db
from counselling.access import ActorKind, Permission, actor_of
from counselling.accounts import actions as accounts
from counselling.doors import to_own_door
from counselling.views.waiting import waiting

if TYPE_CHECKING:
    from django.http import HttpRequest

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
        return to_own_door(request, reverse("consent:guarded" if is_guardian(actor) else "space"))
    first = next((name for permission, name in _FIRST if actor.may(permission)), None)
    # whose day begins elsewhere is led to what waits for them, if anything does
    if first != "today" and actor.kind is ActorKind.STAFF and waiting(actor, db.now()):
        return redirect("today")
    return redirect(first or "accounts:account")


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def quick_exit(request: HttpRequest) -> HttpResponse:
    """End the sitting, clear what the browser keeps of us, and lead to a neutral page.

    With JavaScript that page takes the place of the one that was left; asking for it does nothing.
    """
    if request.method != "POST":
        return render(request, "exit.html")
    # the address of what is shown is another than of what was asked: loading it again asks nothing
    actor = actor_of(request)
    if actor.kind in {ActorKind.CLIENT, ActorKind.STAFF}:
        accounts.sign_out(actor=actor, request=request)
    else:
        request.session.flush()
    response = HttpResponse(status=303, headers={"Location": reverse("quick-exit")})
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
