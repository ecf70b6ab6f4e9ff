"""Who comes in by a link, and where each page of a form is for them and for signed-in clients."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse

from consent.queries import ENDED
from counselling.access import ActorKind, actor_of
from counselling.accounts import queries as accounts

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor

    View = Callable[..., HttpResponse]

# a page in one's own space has the same name with another beginning
_BY_LINK: Final = "consent:sign-"
_BY_SIGN_IN: Final = "consent:own-"


def link_view(view: View) -> View:
    """Open a page to whom a passed PIN made a link actor; the middleware looks for the mark."""

    @functools.wraps(view)
    def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if actor_of(request).kind is ActorKind.ANONYMOUS:
            return closed(request)
        return view(request, *args, **kwargs)

    opened.link_view = True  # type: ignore[attr-defined]  # our own mark
    marked: View = login_not_required(opened)
    return marked


def is_handed(request: HttpRequest) -> bool:
    """Say whether the device was handed over by somebody who works here."""
    return accounts.parked_for(request) is not None


def ended(request: HttpRequest, how: str) -> HttpResponse:
    """Lead to the page that asks for the device back, and say there how it ended."""
    request.session[ENDED] = how
    return redirect("consent:device")


def closed(request: HttpRequest, *, guessed: bool = False) -> HttpResponse:
    """Say the same for a link that is over, that was never made and whose sitting ended.

    Only the answer to the fifth wrong PIN says what that PIN did.
    """
    if is_handed(request):
        return redirect("consent:device")
    return render(request, "consent/closed.html", {"guessed": guessed}, status=404)


def place(actor: Actor, page: str, request_id: UUID) -> str:
    """Give the address of a page of a form, for how this person came in."""
    beginning = _BY_LINK if actor.kind is ActorKind.LINK else _BY_SIGN_IN
    return reverse(f"{beginning}{page}", args=[request_id])
