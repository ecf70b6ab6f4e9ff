"""Hiding a page that was left alone, and coming back to it with one factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from counselling.access import ActorKind, actor_of
from counselling.accounts import actions, domain, forms, queries
from counselling.accounts.domain import Outcome
from counselling.accounts.views.entry import please_wait

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

WRONG = "This is neither your password nor a code that is good now. Please try again."


@require_POST
def sleep(request: HttpRequest) -> HttpResponse:
    """Answer a page that was hidden: from here the sitting opens nothing."""
    actions.fall_asleep(actor=actor_of(request), request=request)
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def wake(request: HttpRequest) -> HttpResponse:
    """Ask for one factor, on a page of its own or inside the page that was hidden."""
    quiet = request.headers.get("Accept", "").startswith("application/json")
    actor = actor_of(request)
    if actor.kind in {ActorKind.STAFF, ActorKind.CLIENT}:
        return _awake(request, actor.id) if quiet else redirect("home")
    sitting = queries.sleeping_of(request)
    if sitting is None:
        return _over(request, quiet=quiet)
    onward = domain.local_path(request.GET.get("next"), reverse("home"))
    form = forms.WakeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answer = actions.wake(actor=actor, request=request, answer=form.cleaned_data["answer"])
        if answer.outcome is Outcome.IN:
            return _awake(request, sitting.account_id) if quiet else redirect(onward)
        if answer.wait:
            return _wait(request, answer, quiet=quiet)
        form.add_error("answer", WRONG)
    if quiet:
        return JsonResponse({"wrong": WRONG if form.is_bound else ""}, status=422)
    shown = {"form": form, "name": sitting.account.name, "parked": sitting.parked_for is not None}
    return render(request, "accounts/wake.html", shown)


def _awake(request: HttpRequest, who: UUID) -> HttpResponse:
    """Say who is back, and what their forms prove it with: after a new sign-in it is another."""
    return JsonResponse({"who": str(who), "token": get_token(request)})


def _over(request: HttpRequest, *, quiet: bool) -> HttpResponse:
    """Lead to the whole sign-in: nothing sleeps here any more."""
    if quiet:
        return JsonResponse({"over": True}, status=410)
    return redirect("accounts:sign-in")


def _wait(request: HttpRequest, answer: domain.Answer, *, quiet: bool) -> HttpResponse:
    if not quiet:
        return please_wait(request, answer, way_round=False)
    words = f"Please wait {domain.in_words(answer.wait)}, then try again."
    return JsonResponse({"wrong": words}, status=429)
