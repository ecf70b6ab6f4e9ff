"""The door of a signing link: looking changes nothing, the PIN opens (ES-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from consent import actions, queries
from consent.forms import PinForm
from consent.views.doors import closed
from counselling.access import ActorKind, Permission, actor_of, require
from counselling.accounts.actions import allowances
from counselling.accounts.domain import DEAD_LINKS
from counselling.speech import say_number

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the PIN; a scanner that follows the link finds a form and leaves no trace."""
    actor = actor_of(request)
    found = queries.link_of(token)
    if found is None or not found.opens:
        allowances.spend_here(actor, DEAD_LINKS)
        return closed(request)
    if actor.kind is not ActorKind.ANONYMOUS:
        return render(request, "consent/signed_in.html", {"client": found.client}, status=409)
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _try(request, form, token)
    status = 400 if form.is_bound else 200
    return render(request, "consent/pin.html", {"form": form}, status=status)


@require_POST
def presence(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Answer a page that says somebody is still reading; arriving here was the act."""
    require(actor_of(request), Permission.SIGN_CONSENT)
    queries.request_row(request_id)
    return HttpResponse(status=204)


def _try(request: HttpRequest, form: PinForm, token: str) -> HttpResponse:
    tried = actions.open_link(actor=actor_of(request), token=token, pin=form.cleaned_data["pin"])
    if isinstance(tried, actions.NotOpened):
        if not tried.left:
            return closed(request, guessed=tried.guessed)
        message = say_number(
            "That is not the PIN. You can try once more.",
            "That is not the PIN. You can try %(number)s more times.",
            number=tried.left,
        )
        form.add_error("pin", message)
        return render(request, "consent/pin.html", {"form": form}, status=400)
    request.session.cycle_key()
    request.session[queries.LINK] = {"link": str(tried.link), "request": str(tried.request)}
    return redirect(reverse("consent:sign-short", args=[tried.request]))
