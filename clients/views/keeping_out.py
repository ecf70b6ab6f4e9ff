"""Who may not open a file: people shut out by the client's word, and files that are sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients import actions, forms, queries
from clients.domain.keeping_out import SEAL_WORDS
from counselling.access import PERMISSIONS, Permission, actor_of, require
from counselling.accounts import queries as people
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from django import forms as django_forms
    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor
    from counselling.accounts.domain import Person

ASK = ["GET", "HEAD", "POST"]


def _refuse(form: django_forms.Form, no: Invalid) -> None:
    form.add_error(no.field if no.field in form.fields else None, no.message)


# administrators and reviewers from outside see no file
_MEET_FILES: Final = frozenset(
    role for role, may in PERMISSIONS.items() if Permission.SEE_CONTACT in may
)


def _working(*without: UUID) -> list[Person]:
    """Give who works here now and could open a file by their role, but those."""
    return [
        one
        for one in people.staff()
        if one.is_active and one.roles & _MEET_FILES and one.id not in without
    ]


# -- a client's own -------------------------------------------------------------------------------


@require_http_methods(ASK)
def own_shut_out(request: HttpRequest) -> HttpResponse:
    """Let a client say who may not open their file, and see whom they shut out."""
    actor = actor_of(request)
    client = _own(actor)
    shown = [
        one for one in actions.read_shut_out(actor=actor, client_id=client) if not one.row.until
    ]
    out = {one.row.person for one in shown}
    form = forms.OwnShutOutForm(
        request.POST if request.method == "POST" else None,
        people=people.for_clients(_working(*out)),
    )
    if form.is_valid() and _said(actor, client, form):
        messages.success(request, _("Done. They see nothing of you any more, and are not told."))
        return redirect("clients:own-shut-out")
    names = people.people_for_clients(out)
    context = {"form": form, "out": [(one, names.get(one.row.person)) for one in shown]}
    return render(request, "clients/own_shut_out.html", context)


def _own(actor: Actor) -> UUID:
    require(actor, Permission.SEE_OWN_FILE)
    client = queries.client_of_account(actor.id)
    if client is None:
        raise NotThere("clients_portalaccess")
    return client


def _said(actor: Actor, client: UUID, form: forms.OwnShutOutForm) -> bool:
    """Shut somebody out, asking once more where they care for the client now."""
    said = form.cleaned_data
    if queries.cares_for(client, said["person"]) and not said["sure"]:
        form.ask_whether_sure()
        return False
    try:
        actions.shut_out(
            actor=actor, client_id=client, person_id=said["person"], words=said["words"]
        )
    except Invalid as no:
        _refuse(form, no)
        return False
    return True


@require_POST
def own_shut_out_end(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Let a client let somebody in again."""
    actor = actor_of(request)
    _own(actor)
    try:
        actions.let_in_again(actor=actor, row_id=row_id)
    except Invalid as no:
        messages.error(request, no.message)
    else:
        messages.success(request, _("They may open your file again if their work asks for it."))
    return redirect("clients:own-shut-out")


# -- as staff heard it ----------------------------------------------------------------------------


@require_http_methods(ASK)
@once
def shut_out(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Show who is shut out to who may know it, and write down what the client said."""
    actor = actor_of(request)
    require(actor, Permission.HEAR_SHUT_OUT)
    row = queries.client_row(client_id)
    form = forms.ShutOutForm(
        request.POST if request.method == "POST" else None, people=_working(actor.id)
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.shut_out(
                actor=actor, client_id=client_id, person_id=said["person"], words=said["words"]
            )
        except Invalid as no:
            _refuse(form, no)
        else:
            messages.success(request, "Written down. It holds from now on; they are not told.")
            return redirect("clients:shut-out", client_id)
    shown = actions.read_shut_out(actor=actor, client_id=client_id)
    names = people.names({who for one in shown for who in (one.row.person, one.row.by)})
    context = {
        "client": row,
        "form": form,
        "out": [(one, names.get(one.row.person, ""), names.get(one.row.by, "")) for one in shown],
        "back": reverse("client", args=[client_id]),
    }
    return render(request, "clients/shut_out.html", context)


@require_http_methods(ASK)
def shut_out_end(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Write down that a client lets somebody in again."""
    actor = actor_of(request)
    require(actor, Permission.HEAR_SHUT_OUT)
    row = queries.shut_out_row(row_id)
    back = reverse("clients:shut-out", args=[row.client])
    if request.method == "POST":
        try:
            actions.let_in_again(actor=actor, row_id=row_id)
        except Invalid as no:
            messages.error(request, no.message)
        else:
            messages.success(request, "Written down. What had ended does not come back by itself.")
        return redirect(back)
    name = people.names([row.person]).get(row.person, "")
    context = {"client": queries.client_row(row.client), "name": name, "back": back}
    return render(request, "clients/shut_out_end.html", context)


# -- sealed ---------------------------------------------------------------------------------------


@require_http_methods(ASK)
@once
def seal(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Show why a file is sealed and who was let in, or seal it."""
    actor = actor_of(request)
    require(actor, Permission.SEAL_FILE)
    row = queries.client_row(client_id)
    shown = actions.read_seal(actor=actor, client_id=client_id)
    if shown is not None:
        return _sealed(request, row, shown, forms.LetInForm(people=_working(actor.id)))
    form = forms.SealForm(
        request.POST if request.method == "POST" else None, people=_working(actor.id)
    )
    if form.is_valid():
        try:
            actions.seal_file(actor=actor, client_id=client_id, **form.said())
        except Invalid as no:
            _refuse(form, no)
        else:
            messages.success(request, "Sealed. No role opens it from now on.")
            return redirect("clients:caseload")
    context = {"client": row, "form": form, "back": reverse("client", args=[client_id])}
    return render(request, "clients/seal.html", context)


def _sealed(
    request: HttpRequest, row: queries.ClientRow, shown: actions.SealShown, form: forms.LetInForm
) -> HttpResponse:
    inside = {one.person for one in shown.let_in}
    named = people.names(inside | {shown.row.by, shown.row.person or shown.row.by})
    context = {
        "client": row,
        "shown": shown,
        "word": SEAL_WORDS[shown.row.kind],
        "by": named.get(shown.row.by, ""),
        "whose": named.get(shown.row.person, "") if shown.row.person else "",
        "let_in": [(one, named.get(one.person, "")) for one in shown.let_in],
        "form": form,
    }
    return render(request, "clients/sealed.html", context)


@require_POST
def let_in(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Let a colleague into a sealed file."""
    actor = actor_of(request)
    require(actor, Permission.SEAL_FILE)
    row = queries.client_row(client_id)
    form = forms.LetInForm(request.POST, people=_working(actor.id))
    if form.is_valid():
        try:
            actions.let_into_file(
                actor=actor, client_id=client_id, person_id=form.cleaned_data["person"]
            )
        except Invalid as no:
            _refuse(form, no)
        else:
            return redirect("clients:seal", client_id)
    shown = actions.read_seal(actor=actor, client_id=client_id)
    if shown is None:
        raise NotThere("clients_sealedfile")
    return _sealed(request, row, shown, form)


@require_POST
def let_in_end(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """End that a colleague is let in."""
    client_id = actions.end_letting_in(actor=actor_of(request), row_id=row_id)
    return redirect("clients:seal", client_id)


@require_http_methods(ASK)
def seal_end(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """End that a file is sealed."""
    actor = actor_of(request)
    require(actor, Permission.SEAL_FILE)
    row = queries.client_row(client_id)
    if queries.sealed_file(client_id) is None:
        raise NotThere("clients_sealedfile")
    back = reverse("clients:seal", args=[client_id])
    if request.method == "POST":
        actions.unseal_file(actor=actor, client_id=client_id)
        messages.success(request, "Not sealed any more.")
        return redirect("client", client_id)
    return render(request, "clients/seal_end.html", {"client": row, "back": back})
