"""Who decides for a client: guardians written down, the decision recorded, a sign-in given."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clients import actions, forms, queries
from clients.domain.deciding import BASIS_WORDS, DECIDES_WORDS, LEFT_OUT_WORDS
from counselling import db
from counselling.access import Permission, actor_of, require, require_step_up
from counselling.accounts import queries as people
from counselling.accounts.actions.once import once
from counselling.errors import Invalid

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from clients.domain.guardians import GuardianDetails
    from counselling.access import Actor

ASK = ["GET", "HEAD", "POST"]


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A decision as the page tells it."""

    shown: actions.DecisionShown
    decides: str
    basis: str
    by: str
    runs: bool
    signing: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def until(self) -> datetime.datetime | None:
        """Give the first instant at which it holds no more."""
        return self.shown.row.until


@require_safe
def deciding(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Show who decides, who the guardians are, and every decision before."""
    actor = actor_of(request)
    require(actor, Permission.SEE_CONTACT)
    row = queries.client_row(client_id)
    found = actions.open_deciding(actor=actor, client_id=client_id)
    lines = _lines(found)
    signing = {one.guardian for one in queries.signers_for(client_id)}
    here = [one for one in found.guardians if one.row.ended_at is None]
    context = {
        "client": row,
        "found": found,
        "now": lines[0] if lines and lines[0].runs else None,
        "before": lines[1:] if lines and lines[0].runs else lines,
        "guardians": [(one, one.row.id in signing) for one in here],
        "ended": [one for one in found.guardians if one.row.ended_at is not None],
        "may_decide": actor.may(Permission.DECIDE_CAPACITY),
        "may_amend": actor.may(Permission.AMEND_CONTACT),
        "may_give": actor.may(Permission.GIVE_PORTAL),
    }
    return render(request, "clients/deciding.html", context)


def _lines(found: actions.Deciding) -> list[Line]:
    names = {one.row.id: one.details.name for one in found.guardians}
    staff = people.names({one.row.by for one in found.decisions})
    at = db.now()
    return [
        Line(
            one,
            decides=DECIDES_WORDS[one.row.decides],
            basis=BASIS_WORDS[one.row.basis],
            by=staff.get(one.row.by, ""),
            runs=one.row.runs(at),
            signing=tuple(names[each] for each in one.row.signing if each in names),
            left_out=tuple(
                (names.get(each.guardian, ""), LEFT_OUT_WORDS[each.why_not])
                for each in one.row.guardians
                if each.why_not is not None
            ),
        )
        for one in found.decisions
    ]


@require_http_methods(ASK)
@once
def decision_new(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Record who decides from now on; the birth date proposes, a person decides."""
    actor = actor_of(request)
    require(actor, Permission.DECIDE_CAPACITY)
    row = queries.client_row(client_id)
    known = actions.prepare_decision(actor=actor, client_id=client_id)
    proposal = known.proposal
    form = forms.CapacityForm(
        request.POST if request.method == "POST" else None,
        guardians=known.guardians,
        initial={"decides": proposal[0].value, "basis": proposal[1].value} if proposal else {},
    )
    if form.is_valid():
        try:
            actions.decide_capacity(actor=actor, client_id=client_id, decision=form.decision())
        except Invalid as no:
            _refuse(form, no)
        else:
            messages.success(request, "Recorded. It holds from now on.")
            return redirect("clients:deciding", client_id)
    context = {
        "form": form,
        "client": row,
        "name": known.identity.short,
        "known": known.known,
        "years": known.years,
        "proposal": DECIDES_WORDS[proposal[0]] if proposal else "",
    }
    return render(request, "clients/decision_new.html", context)


def _refuse(form: Form, no: Invalid) -> None:
    form.add_error(no.field if no.field in form.fields else None, no.message)


@require_http_methods(ASK)
@once
def guardian_new(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Write a guardian down."""
    actor = actor_of(request)
    require(actor, Permission.AMEND_CONTACT)
    row = queries.client_row(client_id)
    form = forms.GuardianForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.add_guardian(actor=actor, client_id=client_id, details=form.details())
        except Invalid as no:
            _refuse(form, no)
        else:
            messages.success(
                request, "Written down. They sign once it is recorded that they decide."
            )
            return redirect("clients:deciding", client_id)
    return render(request, "clients/guardian.html", {"form": form, "client": row})


@require_http_methods(ASK)
def guardian(request: HttpRequest, guardian_id: UUID) -> HttpResponse:
    """Correct who a guardian is and how to reach them."""
    actor = actor_of(request)
    require(actor, Permission.AMEND_CONTACT)
    row, details = _known(actor, guardian_id)
    form = forms.GuardianForm(
        request.POST if request.method == "POST" else None,
        initial=forms.guardian_fields_of(details),
    )
    if form.is_valid():
        try:
            actions.amend_guardian(actor=actor, guardian_id=guardian_id, details=form.details())
        except Invalid as no:
            _refuse(form, no)
        else:
            messages.success(request, "Saved.")
            return redirect("clients:deciding", row.client)
    context = {"form": form, "client": queries.client_row(row.client), "guardian": row}
    return render(request, "clients/guardian.html", context)


def _known(actor: Actor, guardian_id: UUID) -> tuple[queries.GuardianRow, GuardianDetails]:
    row = queries.guardian_row(guardian_id)
    found = actions.open_deciding(actor=actor, client_id=row.client)
    return row, next(one.details for one in found.guardians if one.row.id == guardian_id)


@require_http_methods(ASK)
def guardian_end(request: HttpRequest, guardian_id: UUID) -> HttpResponse:
    """End somebody's being a guardian."""
    actor = actor_of(request)
    require(actor, Permission.AMEND_CONTACT)
    row, details = _known(actor, guardian_id)
    back = reverse("clients:deciding", args=[row.client])
    context: dict[str, Any] = {"client": queries.client_row(row.client), "name": details.name}
    context["back"] = back
    if request.method == "POST":
        try:
            actions.end_guardian(actor=actor, guardian_id=guardian_id)
        except Invalid as no:
            messages.error(request, no.message)
        else:
            messages.success(request, "Ended. They sign and see nothing here any more.")
        return redirect(back)
    return render(request, "clients/guardian_end.html", context)


@require_http_methods(ASK)
def sign_in(request: HttpRequest, guardian_id: UUID) -> HttpResponse:
    """Give a guardian a sign-in, or a new link for theirs; link and PIN are shown this once."""
    actor = actor_of(request)
    require(actor, Permission.GIVE_PORTAL)
    row, details = _known(actor, guardian_id)
    known = {} if row.account else {"email": details.contact.email}
    in_use = row.account is not None and people.has_password(row.account)
    if in_use:
        require_step_up(actor, db.now())
    form = forms.GuardianSignInForm(
        request.POST if request.method == "POST" else None, initial=known
    )
    form.fields["email"].required = row.account is None
    if form.is_valid():
        try:
            given = actions.give_guardian_access(
                actor=actor,
                guardian_id=guardian_id,
                email=form.cleaned_data["email"],
                word=form.cleaned_data["word"],
            )
        except Invalid as no:
            _refuse(form, no)
        else:
            return _shown_once(request, row, given)
    context = {
        "form": form,
        "client": queries.client_row(row.client),
        "details": details,
        "has_one": row.account is not None,
        "signs": queries.signs(row.client, row.id),
    }
    return render(request, "clients/guardian_sign_in.html", context)


def _shown_once(
    request: HttpRequest, row: queries.GuardianRow, given: actions.PortalGiven
) -> HttpResponse:
    path = given.path_to_hand_over
    link = settings.BASE_URL.rstrip("/") + path if path else ""
    context = {
        "client": queries.client_row(row.client),
        "pin": given.pin,
        "link": link,
        "back": reverse("clients:deciding", args=[row.client]),
    }
    return render(request, "clients/portal_given.html", context)
