"""The pages before somebody is signed in, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from counselling.access import ActorKind, actor_of
from counselling.accounts import actions, domain, forms, queries
from counselling.accounts.actions import allowances
from counselling.accounts.domain import Outcome
from counselling.accounts.views.qr import drawn
from counselling.errors import Invalid
from counselling.speech import say

if TYPE_CHECKING:
    from django import forms as django_forms
    from django.http import HttpRequest, HttpResponse

WRONG = "E-mail address and password do not fit together. Please check both."
WRONG_CODE = say("This code is not right, or was used before. Wait for the next one and try again.")
LATE = say("That took a little too long. Please begin again.")


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; nobody is signed in by these alone if they have a factor."""
    actor = actor_of(request)
    if actor.kind in {ActorKind.STAFF, ActorKind.CLIENT}:
        return redirect("home")
    if request.method != "POST":
        onward = domain.local_path(request.GET.get("next"), "")
        if queries.sleeping_of(request) is not None and "anew" not in request.GET:
            return redirect(f"{reverse('accounts:wake')}?{urlencode({'next': onward or '/'})}")
        form = forms.SignInForm(initial={"next": onward})
        return render(request, "accounts/sign_in.html", {"form": form})
    form = forms.SignInForm(request.POST)
    if form.is_valid():
        answer = actions.give_password(
            actor=actor,
            request=request,
            email=form.cleaned_data["email"],
            password=form.cleaned_data["password"],
            next_path=domain.local_path(form.cleaned_data["next"], ""),
        )
        return _onward(request, answer, form, WRONG, "accounts/sign_in.html")
    return render(request, "accounts/sign_in.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def factor(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of a sign-in that has begun."""
    if queries.pending_account(request) is None:
        return _begin_again(request)
    if request.method != "POST":
        shown = {"code": request.GET.get("code", "")} if settings.DEMO else {}
        return render(request, "accounts/factor.html", {"form": forms.CodeForm(initial=shown)})
    form = forms.CodeForm(request.POST)
    if form.is_valid():
        code = form.cleaned_data["code"]
        answer = actions.give_code(actor=actor_of(request), request=request, code=code)
        return _onward(request, answer, form, WRONG_CODE, "accounts/factor.html")
    return render(request, "accounts/factor.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def recovery(request: HttpRequest) -> HttpResponse:
    """Ask for all three at once, for who is made to wait: a recovery code works throughout."""
    actor = actor_of(request)
    if actor.kind in {ActorKind.STAFF, ActorKind.CLIENT}:
        return redirect("home")
    form = forms.RecoveryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answer = actions.give_recovery_code(actor=actor, request=request, **form.cleaned_data)
        if answer.wait:
            return please_wait(request, answer, way_round=False)
        return _onward(
            request, answer, form, say("These three do not fit together."), "accounts/recovery.html"
        )
    return render(request, "accounts/recovery.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def enrolment(request: HttpRequest) -> HttpResponse:
    """Have a first second factor set up, and show the recovery codes this once."""
    actor = actor_of(request)
    form = forms.EnrolmentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            code = form.cleaned_data["code"]
            codes = actions.confirm_enrolment(actor=actor, request=request, code=code)
        except Invalid as no:
            form.add_error(no.field, no.message)
        else:
            return _codes(request, codes) if codes else _begin_again(request)
    key = actions.begin_enrolment(actor=actor, request=request)
    if key is None:
        return _begin_again(request)
    shown = {"form": form, "key": key, "qr": drawn(key.address)}
    return render(request, "accounts/enrolment.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Have an invited person choose a password; looking at the page uses nothing up (AU-07)."""
    actor = actor_of(request)
    found = queries.invitation(token)
    if found is None:
        allowances.spend_here(actor, domain.DEAD_LINKS)
        return render(request, "accounts/invitation_over.html", status=404)
    posted = request.POST if request.method == "POST" else None
    form = forms.InvitationForm(posted, asks_pin=found.asks_pin)
    if form.is_valid():
        try:
            answer = actions.accept_invitation(
                actor=actor,
                token=token,
                pin=form.cleaned_data.get("pin", ""),
                password=form.cleaned_data["password"],
            )
        except Invalid as no:
            form.add_error(no.field, no.message)
        else:
            return _invited(request, answer, form)
    return render(request, "accounts/invitation.html", {"form": form})


@require_POST
@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the sitting and have the browser forget all it kept (AU-13)."""
    actor = actor_of(request)
    if actor.kind in {ActorKind.STAFF, ActorKind.CLIENT}:
        actions.sign_out(actor=actor, request=request)
    else:
        request.session.flush()
    response = redirect("accounts:sign-in")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


# -- answers -----------------------------------------------------------------------------------


def _onward(
    request: HttpRequest,
    answer: domain.Answer,
    form: django_forms.Form,
    wrong: str,
    template: str,
) -> HttpResponse:
    match answer.outcome:
        case Outcome.IN:
            return redirect(domain.local_path(request.session.pop("next", ""), reverse("home")))
        case Outcome.FACTOR:
            return redirect("accounts:factor")
        case Outcome.ENROLMENT:
            return redirect("accounts:enrolment")
        case Outcome.LATE:
            return _begin_again(request)
        case Outcome.WAIT | Outcome.BUSY:
            return please_wait(request, answer)
    form.add_error(None, wrong)
    return render(request, template, {"form": form})


def please_wait(
    request: HttpRequest, answer: domain.Answer, *, way_round: bool = True
) -> HttpResponse:
    """Say how long, and what works meanwhile."""
    shown = {
        "busy": answer.outcome is Outcome.BUSY,
        "how_long": domain.in_words(answer.wait),
        "way_round": way_round,
    }
    response = render(request, "accounts/wait.html", shown, status=429)
    response.headers["Retry-After"] = str(answer.wait)
    return response


def _begin_again(request: HttpRequest) -> HttpResponse:
    messages.info(request, LATE)
    return redirect("accounts:sign-in")


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    onward = domain.local_path(request.session.pop("next", ""), reverse("home"))
    return render(request, "accounts/codes.html", {"codes": codes, "onward": onward})


def _invited(request: HttpRequest, answer: domain.Answer, form: django_forms.Form) -> HttpResponse:
    match answer.outcome:
        case Outcome.IN:
            messages.success(request, say("Your password is set. Please sign in with it."))
            return redirect("accounts:sign-in")
        case Outcome.WAIT | Outcome.BUSY:
            return please_wait(request, answer)
        case Outcome.LATE:
            return render(request, "accounts/invitation_over.html", status=404)
    form.add_error("pin", say("This PIN is not right. Please check it, or ask us for a new link."))
    return render(request, "accounts/invitation.html", {"form": form})
