"""Coming in by a link and the agreed word, and setting a forgotten password anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from counselling.access import ActorKind, Permission, actor_of, require
from counselling.accounts import actions, domain, forms, queries
from counselling.accounts.actions import allowances
from counselling.accounts.domain import Answer, Outcome, Purpose
from counselling.accounts.views.entry import please_wait
from counselling.errors import Invalid

if TYPE_CHECKING:
    from django import forms as django_forms
    from django.http import HttpRequest, HttpResponse

    from counselling.accounts.domain import OpenLink, Tried

_IN = frozenset({ActorKind.STAFF, ActorKind.CLIENT})


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a link to come in with."""
    return _asked(request, Purpose.ENTRY, "accounts/link_new.html")


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link with which a forgotten password is set anew (AU-07)."""
    return _asked(request, Purpose.RESET, "accounts/forgotten.html")


def _asked(request: HttpRequest, purpose: Purpose, template: str) -> HttpResponse:
    """Take the name down and say the same whoever it is, if it is anybody (AU-06)."""
    actor = actor_of(request)
    if actor.kind in _IN:
        return redirect("home")
    form = forms.LinkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        actions.ask_link(actor=actor, email=email, purpose=purpose)
        return redirect("accounts:link-sent")
    return render(request, template, {"form": form})


@require_safe
@login_not_required
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a letter is on its way if there is anybody to write to."""
    return render(request, "accounts/link_sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the word; looking at the page, as scanners of letters do, uses nothing up."""
    actor = actor_of(request)
    if actor.kind in _IN:
        return redirect("home")
    found = queries.open_link(token)
    if found is None:
        allowances.spend_here(actor, domain.DEAD_LINKS)
        return _over(request)
    form = _form(request, found)
    if form.is_valid():
        try:
            return _judged(request, form, found, token)
        except Invalid as no:
            form.add_error(no.field if no.field in form.fields else None, no.message)
    return _page(request, form, found)


def _form(request: HttpRequest, found: OpenLink) -> django_forms.Form:
    said = request.POST if request.method == "POST" else None
    if found.purpose is Purpose.ENTRY:
        return forms.WordForm(said)
    return forms.ForgottenForm(said, asks_word=found.asks_word)


def _judged(
    request: HttpRequest, form: django_forms.Form, found: OpenLink, token: str
) -> HttpResponse:
    actor, word = actor_of(request), form.cleaned_data.get("word", "")
    if found.purpose is Purpose.ENTRY:
        tried = actions.give_word(actor=actor, request=request, token=token, word=word)
        return _onward(request, form, found, tried, "home")
    tried = actions.set_forgotten_password(
        actor=actor, token=token, word=word, password=form.cleaned_data["password"]
    )
    if tried.outcome is Outcome.IN:
        messages.success(request, _("Your password is set. Please sign in with it."))
    return _onward(request, form, found, tried, "accounts:sign-in")


def _onward(
    request: HttpRequest, form: django_forms.Form, found: OpenLink, tried: Tried, to: str
) -> HttpResponse:
    match tried.outcome:
        case Outcome.IN:
            return redirect(to)
        case Outcome.FACTOR:
            return redirect("accounts:factor")
        case Outcome.WAIT | Outcome.BUSY:
            return please_wait(request, Answer(tried.outcome, tried.wait), way_round=False)
        case Outcome.LATE:
            return _over(request)
    if tried.guessed:
        return _over(request, guessed=True)
    left = ngettext("You can try once more.", "You can try %(left)s more times.", tried.left)
    words = _("That is not the word you agreed on.") + " " + left % {"left": tried.left}
    form.add_error("word", words)
    return _page(request, form, found)


def _page(request: HttpRequest, form: django_forms.Form, found: OpenLink) -> HttpResponse:
    shown = {"form": form, "resets": found.purpose is Purpose.RESET}
    return render(request, "accounts/link.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """Ask who came in with one secret for another: the agreed word, or an authenticator."""
    actor = actor_of(request)
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    onward = domain.local_path(request.GET.get("next"), reverse("home"))
    if actor.proven:
        return redirect(onward)
    form = forms.WordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        word = form.cleaned_data["word"]
        answer = actions.give_second(actor=actor, request=request, word=word)
        if answer.outcome is Outcome.IN:
            return redirect(onward)
        if answer.wait:
            return please_wait(request, answer, way_round=False)
        form.add_error("word", _("That is not the word you agreed on."))
    shown = {"form": form, "has_word": queries.has_word(actor.id)}
    return render(request, "accounts/second.html", shown)


def _over(request: HttpRequest, *, guessed: bool = False) -> HttpResponse:
    """Say the same for a link that is over and for one that never was."""
    return render(request, "accounts/link_over.html", {"guessed": guessed}, status=404)
