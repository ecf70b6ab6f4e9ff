"""Pages of the demo only: be somebody by one click, and read what would have been sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from counselling.access import ActorKind, actor_of
from counselling.accounts import actions as accounts
from counselling.accounts import domain, queries
from counselling.accounts.domain import Answer, Outcome
from counselling.local.outbox import letters
from counselling.local.people import PEOPLE

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counselling.local.people import Person

MOST: Final = 50
NOT_NOW: Final = "This did not work just now: a code is good once. Try again in half a minute."


@require_POST
@login_not_required
def people(request: HttpRequest) -> HttpResponse:
    """Sign in as an invented person by both real steps, filled in for whoever clicked."""
    person = next((one for one in PEOPLE if one.key == request.POST.get("person")), None)
    if person is None:
        raise Http404
    if actor_of(request).kind in {ActorKind.STAFF, ActorKind.CLIENT}:
        return redirect("home")
    onward = domain.local_path(request.POST.get("next", ""), reverse("home"))
    if _sign_in(request, person).outcome is Outcome.IN:
        return redirect(onward)
    messages.info(request, NOT_NOW)
    return redirect("accounts:sign-in")


def _sign_in(request: HttpRequest, person: Person) -> Answer:
    actor = actor_of(request)
    answer = accounts.give_password(
        actor=actor,
        request=request,
        email=person.email,
        password=person.password,
        word=person.word,
    )
    account = queries.pending_account(request)
    if answer.outcome is not Outcome.FACTOR or account is None:
        return answer
    code = queries.next_code(account.id, person.secret)
    return accounts.give_code(actor=actor, request=request, code=code)


@require_safe
@login_not_required
def outbox(request: HttpRequest) -> HttpResponse:
    """Show what would have been sent, newest first."""
    found = letters(Path(settings.OUTBOX))[:MOST]
    return render(request, "demo/outbox.html", {"letters": found})


outbox.no_actor = True  # type: ignore[attr-defined]  # read by ActorMiddleware
