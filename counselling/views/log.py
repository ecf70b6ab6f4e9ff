"""How the log stands, what that stops, and the agreement of two that sharing goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from audit.queries import standing
from audit.queries.outside import badge, frozen, witnesses
from consent import actions
from counselling.access import ActorKind, Permission, actor_of, require, require_step_up
from counselling.accounts import queries as accounts
from counselling.db import now
from counselling.errors import Refused
from counselling.views.waits import Waits

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse

    from audit.queries.outside import Freeze
    from counselling.access import Actor

REASONS: Final = (
    ("mended", "The cause was found and mended"),
    ("examined", "It was examined, and nothing that matters is missing or changed"),
    ("harmless", "It cannot be mended, the cause is known and did no harm"),
)


class GoOnForm(forms.Form):
    """What was found out; nothing is chosen beforehand."""

    why = forms.ChoiceField(
        label="What was found out?",
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what was found out."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    """Show how the log stands; two who may agree here that sharing goes on."""
    actor = actor_of(request)
    if actor.kind is not ActorKind.STAFF:
        raise Refused("not-permitted", "This page is for people who work here.")
    form = GoOnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(actor, Permission.LIFT_FREEZE)
        if form.is_valid():
            return _go_on(request, actor, form.cleaned_data["why"])
    stopped = frozen()
    facts = {
        "badge": badge(),
        "standing": standing(),
        "stopped": stopped,
        "agreed": _agreed(stopped),
        "mine": stopped is not None and any(one.by == actor.id for one in stopped.agreed),
        "may": actor.may(Permission.LIFT_FREEZE),
        "sees": actor.may(Permission.LIFT_FREEZE) or actor.may(Permission.REVIEW_TRAIL),
        "witnesses": witnesses(),
        "mails": bool(settings.WITNESS_MAIL),
        "form": form,
    }
    return render(request, "log.html", facts, status=400 if form.is_bound else 200)


def _go_on(request: HttpRequest, actor: Actor, why: str) -> HttpResponse:
    require_step_up(actor, now())
    if actions.let_go_on(actor=actor, why=why):
        messages.success(request, "Sharing goes on.")
    else:
        messages.success(request, "Your word is kept. Sharing goes on once a second of you agrees.")
    return redirect("log")


def _agreed(stopped: Freeze | None) -> list[tuple[str, str, datetime.datetime]]:
    """Give who agreed so far, what they found out, and when."""
    if stopped is None:
        return []
    names = accounts.names([one.by for one in stopped.agreed])
    words = dict(REASONS)
    return [(names.get(one.by, ""), words[one.why], one.at) for one in stopped.agreed]


def _broken(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """What is stopped because of the log: everybody who shares is told, two of us decide."""
    if not any(actor.may(one) for one in (Permission.PREPARE_SHARE, *_LOOKS)):
        return
    stopped = frozen()
    if stopped is not None:
        words = "the log is looked into: nothing leaves but in immediate danger"
        yield Waits("sharing is stopped", reverse("log"), stopped.at, words=words, state="alert")


def _unseen(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    if not any(actor.may(one) for one in _LOOKS):
        return
    since = badge().unseen_since
    if since is not None:
        words = "nobody outside sees how the log grows"
        yield Waits("no witness", reverse("log"), since, words=words, state="alert")


_LOOKS: Final = (Permission.LIFT_FREEZE, Permission.REVIEW_TRAIL)
LOG: Final[tuple[Callable[[Actor, datetime.datetime], Iterable[Waits]], ...]] = (_broken, _unseen)
