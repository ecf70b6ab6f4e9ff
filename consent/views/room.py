"""In the room: the device is handed over, opens one form, and is given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent import actions, queries
from consent.views.doors import ended
from counselling.access import Permission, actor_of, require
from counselling.accounts import actions as accounts
from counselling.accounts import queries as sittings
from counselling.accounts.actions.once import once

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

NOT_THEM: Final = "not-them"


@require_POST
@once
def hand_over(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Park the sitting of who works here, and let this browser open the one form."""
    return handed(request, request_id)


def handed(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Do it; part of each page that ends with the device in a client's hands."""
    actor = actor_of(request)
    link = actions.hand_over(actor=actor, request_id=request_id)
    accounts.park(actor=actor, request=request, row=request_id)
    # what was said to who works here is not for the next person
    list(messages.get_messages(request))
    mark = {"link": str(link), "request": str(request_id), "handed": True}
    request.session[queries.LINK] = mark
    request.session.pop(queries.ENDED, None)
    return redirect("consent:sign-room", request_id)


@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Ask whoever holds the device whether it is them, before they see what they are asked."""
    actor = actor_of(request)
    require(actor, Permission.SIGN_CONSENT)
    if request.method == "POST":
        if request.POST.get("act") == "no":
            actions.hand_back(actor=actor, request_id=request_id)
            return ended(request, NOT_THEM)
        actions.open_handed(actor=actor, request_id=request_id)
        return redirect("consent:sign-short", request_id)
    read = actions.meet(actor=actor, request_id=request_id)
    return render(request, "consent/room.html", {"read": read})


@require_POST
def back(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Give the device back; what was answered is kept."""
    actor = actor_of(request)
    require(actor, Permission.SIGN_CONSENT)
    actions.hand_back(actor=actor, request_id=request_id)
    return ended(request, "later")


@require_safe
@login_not_required
def device(request: HttpRequest) -> HttpResponse:
    """Thank whoever held the device, and let who works here come back with one factor."""
    parked = sittings.parked_for(request)
    if parked is None:
        return redirect("home")
    onward = urlencode({"next": reverse("consent:request", args=[parked])})
    facts = {
        "ended": request.session.get(queries.ENDED, ""),
        "come_back": f"{reverse('accounts:wake')}?{onward}",
    }
    return render(request, "consent/device.html", facts)
