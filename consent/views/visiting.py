"""What a recipient sees of their link: a door, one thing to read, and that it is closed."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from audit.queries.outside import is_frozen
from consent import actions, queries
from consent.domain.delivery import IDLE
from consent.domain.documents import PART_TWO
from consent.forms import SecretForm
from counselling import languages
from counselling.access import ActorKind, actor_of
from counselling.accounts.actions import allowances
from counselling.accounts.domain import DEAD_LINKS
from counselling.errors import NotThere
from counselling.speech import say_number

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]

_TRY_AGAIN: Final = str(24 * 3600)
# a page left open says by itself that it is over, a moment after it is
_REFRESH: Final = str(int(IDLE.total_seconds()) + 60)


def recipient_view(view: View) -> View:
    """Open a page to whom a right secret let in; the middleware looks for the mark."""

    @functools.wraps(view)
    def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if actor_of(request).kind is ActorKind.ANONYMOUS:
            return _closed(request)
        return view(request, *args, **kwargs)

    opened.recipient_view = True  # type: ignore[attr-defined]  # our own mark
    marked: View = login_not_required(opened)
    return marked


def _closed(request: HttpRequest) -> HttpResponse:
    """Say the same of a link that ended, ran out, was taken back or was never made.

    While the log is looked into no link opens, and each says the same: come again.
    """
    if is_frozen():
        response = render(request, "shared/not_now.html", status=503)
        response.headers["Retry-After"] = _TRY_AGAIN
        return response
    return render(request, "shared/closed.html", status=404)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the second secret; a scanner that follows the link finds a form and no more.

    The form is the same whether the link leads anywhere: only the right word tells.
    """
    actor = actor_of(request)
    if actor.kind is not ActorKind.ANONYMOUS:
        return render(request, "shared/signed_in.html", status=409)
    form = SecretForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _try(request, form, token)
    status = 400 if form.is_bound else 200
    return render(request, "shared/door.html", {"form": form}, status=status)


def _try(request: HttpRequest, form: SecretForm, token: str) -> HttpResponse:
    actor = actor_of(request)
    tried = actions.open_share(actor=actor, token=token, secret=form.cleaned_data["secret"])
    if isinstance(tried, actions.NotLet):
        if not tried.left:
            # the fifth wrong word is counted at the link, and must never be rolled back from here
            if not tried.guessed:
                allowances.spend_here(actor, DEAD_LINKS)
            return _closed(request)
        message = say_number(
            "That is not the word. You can try once more.",
            "That is not the word. You can try %(number)s more times.",
            number=tried.left,
        )
        form.add_error("secret", message)
        return render(request, "shared/door.html", {"form": form}, status=400)
    request.session.cycle_key()
    request.session[queries.SITTING] = {"sitting": str(tried.sitting), "link": str(tried.link)}
    return redirect("consent:share-read", tried.link)


@require_http_methods(["GET", "HEAD"])
def read(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Show the very thing that was shared, if it may be read at this instant."""
    try:
        shown = actions.read_shared(actor=actor_of(request), link_id=link_id)
    except NotThere:
        return _closed(request)
    with languages.speaking(shown.source.language):
        mark = {
            "who": shown.source.recipient.name,
            "when": languages.day_in_words(timezone.localdate()),
            "reference": str(shown.document)[-8:],
        }
        notice = gettext(shown.source.pack.redisclosure)
    facts = {
        "link_id": link_id,
        "page": shown.page,
        "mark": mark,
        "redisclosure": notice,
        "part_two": PART_TWO if shown.source.part_two else "",
    }
    response = render(request, "shared/read.html", facts)
    response.headers["Refresh"] = _REFRESH
    return response


@require_POST
def finish(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Close the link by the word of who read it."""
    try:
        actions.finish_reading_shared(actor=actor_of(request), link_id=link_id)
    except NotThere:
        return _closed(request)
    request.session.pop(queries.SITTING, None)
    return redirect("consent:share-finished")


@login_not_required
@require_http_methods(["GET", "HEAD"])
def finished(request: HttpRequest) -> HttpResponse:
    """Say that a link is closed; of which, and of whom, it says nothing."""
    if actor_of(request).kind is not ActorKind.ANONYMOUS:
        return redirect("home")
    return render(request, "shared/finished.html")
