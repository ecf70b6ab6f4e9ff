"""The pages of one's own sign-in: sittings, password, second factor, and who one is, again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID  # noqa: TC003 Django reads the annotation of no view, but people do

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counselling import db
from counselling.access import (
    ActorKind,
    Permission,
    actor_of,
    require,
    require_step_up,
)
from counselling.accounts import actions, domain, forms, queries
from counselling.accounts.domain import Outcome
from counselling.accounts.views.entry import WRONG_CODE, please_wait
from counselling.accounts.views.qr import drawn
from counselling.errors import Invalid, Refused
from counselling.speech import say

if TYPE_CHECKING:
    from django import forms as django_forms
    from django.http import HttpRequest

    from counselling.access import Actor


def _layout(actor: Actor) -> str:
    return "layouts/sheet.html" if actor.kind is ActorKind.CLIENT else "layouts/staff.html"


def _page(
    request: HttpRequest, template: str, shown: dict[str, Any], status: int = 200
) -> HttpResponse:
    layout = {"layout": _layout(actor_of(request))}
    return render(request, f"accounts/{template}.html", layout | shown, status=status)


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show how one signs in, and where one is signed in now (AU-15)."""
    actor = actor_of(request)
    shown = {
        "sittings": queries.sittings(actor),
        "enrolled": queries.is_enrolled(actor.id),
        "codes_left": queries.codes_left(actor.id),
        "is_staff": actor.kind is ActorKind.STAFF,
        "me": actor.id,
    }
    return _page(request, "account", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; the current one is needed."""
    form = forms.PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.change_password(
                actor=actor_of(request),
                request=request,
                current=form.cleaned_data["current"],
                new=form.cleaned_data["password"],
            )
        except Invalid as no:
            form.add_error("password" if no.field == "new" else no.field, no.message)
        else:
            messages.success(
                request, say("Your password is changed. You are signed out elsewhere.")
            )
            return redirect("accounts:account")
    return _page(request, "password", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def authenticator(request: HttpRequest) -> HttpResponse:
    """Add an authenticator or replace it; the recovery codes are new as well."""
    actor = actor_of(request)
    form = forms.EnrolmentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            codes = actions.confirm_new_device(actor=actor, code=form.cleaned_data["code"])
        except Invalid as no:
            form.add_error(no.field, no.message)
        else:
            return _codes(request, codes)
    key = actions.begin_new_device(actor=actor)
    shown = {"form": form, "key": key, "qr": drawn(key.address)}
    return _page(request, "authenticator", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them this once."""
    actor = actor_of(request)
    if request.method != "POST":
        require_step_up(actor, db.now())
        return _page(request, "codes_new", {"back": reverse("accounts:account")})
    try:
        return _codes(request, actions.make_codes(actor=actor))
    except Invalid as no:
        messages.error(request, no.message)
        return redirect("accounts:account")


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return _page(request, "codes", {"codes": codes, "onward": reverse("accounts:account")})


@require_POST
def recovery_codes_file(request: HttpRequest) -> HttpResponse:
    """Give back the codes just shown as a file; only codes that are the actor's own."""
    codes = request.POST.get("codes", "").split()
    if len(codes) > domain.RECOVERY_CODES or not actions.are_codes_of(
        actor=actor_of(request), codes=codes
    ):
        return redirect("accounts:account")
    response = HttpResponse("\n".join(codes) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="codes.txt"'
    return response


@require_POST
def sitting(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End one of one's other sittings."""
    actions.end_session(actor=actor_of(request), session_id=session_id)
    messages.success(request, say("That browser is signed out."))
    return redirect("accounts:account")


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Answer a page that says somebody is still there; arriving here was the act."""
    require(actor_of(request), Permission.MANAGE_OWN_ACCOUNT)
    return HttpResponse(status=204)


@require_POST
def shortcuts(request: HttpRequest) -> HttpResponse:
    """Turn shortcuts by single keys on or off."""
    wanted = request.POST.get("single_keys") == "on"
    actions.choose_shortcuts(actor=actor_of(request), single_keys=wanted)
    messages.success(request, f"Single-key shortcuts are {'on' if wanted else 'off'}.")
    return redirect("accounts:account")


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Keep where one lives, as a hash that is only compared; an empty field forgets it."""
    actor = actor_of(request)
    if actor.kind is not ActorKind.STAFF:
        raise Refused("not-permitted", "This is for who works here.")
    form = forms.HomeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.keep_home(actor=actor, address=form.cleaned_data["address"])
        except Invalid as no:
            form.add_error("address", no.message)
        else:
            messages.success(request, "Kept, to be compared and for nothing else.")
            return redirect("accounts:account")
    return render(request, "accounts/home.html", {"form": form})


def _without_factor(actor: Actor) -> type[django_forms.Form]:
    """Give what proves who has no authenticator: their password, or the word they agreed on."""
    return forms.PasswordAgainForm if queries.has_password(actor.id) else forms.WordAgainForm


@require_http_methods(["GET", "HEAD", "POST"])
def step_up(request: HttpRequest) -> HttpResponse:
    """Ask who one is again, and go back to where it was asked (AU-09)."""
    actor = actor_of(request)
    form_class: type[django_forms.Form] = (
        forms.CodeForm if queries.is_enrolled(actor.id) else _without_factor(actor)
    )
    form = form_class(request.POST if request.method == "POST" else None)
    onward = domain.local_path(request.GET.get("next"), reverse("accounts:account"))
    if form.is_valid():
        code = form.cleaned_data["code"]
        answer = actions.step_up(actor=actor, request=request, answer=code)
        if answer.outcome is Outcome.IN:
            return redirect(onward)
        if answer.wait:
            return please_wait(request, answer)
        form.add_error("code", WRONG_CODE)
    return _page(request, "step_up", {"form": form, "back": onward})
