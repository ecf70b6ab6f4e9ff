"""Staff's pages on the way out: pick a form, say what it needs, send it or hand the device over."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

import clients.actions
import clients.queries
from consent import actions, queries
from consent.forms import AskForm, asked_before, today
from consent.views.room import handed
from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from consent.domain.documents import RecipientShown
    from consent.queries import FormRow
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """Whom to tell which PIN, and the link where it does not go by itself."""

    who: str
    sent: actions.Sent
    link: str
    # why it does not go: nobody has asked how to reach them
    ask_how: bool


@require_http_methods(["GET", "HEAD", "POST"])
@once
def request_new(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Pick a form, say what it needs to know, send it: two clicks for the form used last."""
    actor = actor_of(request)
    require(actor, Permission.ASK_CONSENT)
    client = clients.queries.client_row(client_id)
    library = queries.forms_for(client_id, client.language)
    before = _before(actor, client_id, request.GET.get("again", ""))
    slug = request.POST.get("form") or request.GET.get("form", "")
    chosen = _chosen(library, before.form.slug if before and not slug else slug)
    recipients = _recipients(actor, client_id) if chosen.shares else {}
    form = AskForm(
        request.POST or None,
        form=chosen,
        recipients=recipients,
        today=today(),
        others=_others(actor, client_id),
        initial=asked_before(before) if before else _prefilled(request),
    )
    if request.method == "POST" and form.is_valid():
        answer = _asked(request, client_id, form)
        if answer is not None:
            return answer
    facts = {
        "form": form,
        "library": library,
        "chosen": chosen,
        "client": client,
        "name": _names(actor, [client_id], "asking for a consent").get(client_id, ""),
        "again": before is not None,
    }
    status = 400 if form.errors else 200
    return render(request, "consent/request_new.html", facts, status=status)


def _recipients(actor: Actor, client_id: UUID) -> dict[UUID, RecipientShown]:
    """Name whom the client can be asked about, as they were written last."""
    found = actions.read_recipients(actor=actor, client_id=client_id)
    return {one.id: one.pending or one.shown for one in found}


def _prefilled(request: HttpRequest) -> dict[str, str]:
    """Begin with what the page that leads here knows: whom it is about, what for; ids, codes."""
    return {name: said for name in ("recipient", "purpose") if (said := request.GET.get(name, ""))}


def _before(actor: Actor, client_id: UUID, again: str) -> actions.Before | None:
    """Give what was asked before, to ask it once more; never an answer (CC-20)."""
    try:
        request_id = UUID(again)
    except ValueError:
        return None
    before = actions.said_before(actor=actor, request_id=request_id)
    if before.client != client_id:
        raise NotThere("consent_request", request_id)
    return before


def _chosen(library: list[FormRow], slug: str) -> FormRow:
    if not library:
        raise Refused("no-form", "No form is offered here. An administrator chooses which are.")
    return next((one for one in library if one.slug == slug), library[0])


def _others(actor: Actor, client_id: UUID) -> Mapping[UUID, str]:
    """Give who else takes part in the one open case of several people, if there is one."""
    case = _case(client_id)
    if case is None:
        return {}
    ids = [one for one in case.present if one != client_id]
    return _names(actor, ids, "asking for a consent") if ids else {}


def _case(client_id: UUID) -> clients.queries.CaseRow | None:
    """Give the case a request belongs to, if there is no doubt."""
    found = [one for one in clients.queries.cases_of(client_id) if one.closed_at is None]
    return found[0] if len(found) == 1 else None


def _names(actor: Actor, ids: list[UUID], purpose: str) -> Mapping[UUID, str]:
    return clients.actions.names_for(actor=actor, client_ids=ids, purpose=purpose)


def _asked(request: HttpRequest, client_id: UUID, form: AskForm) -> HttpResponse | None:
    """Ask whoever was chosen; give no answer where something is missing, which the form says."""
    case = _case(client_id)
    try:
        made = actions.ask_together(
            actor=actor_of(request),
            client_ids=[client_id, *form.others()],
            version_id=form.asked_form.id,
            case_id=case.id if case else None,
            asking=form.asking(),
            witness=form.cleaned_data["witness"],
        )
    except Invalid as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, wrong.message)
        return None
    act = request.POST.get("act")
    if act == "keep":
        return redirect("consent:request", made[0])
    if act == "hand":
        return handed(request, made[0])
    return sent(request, made)


def sent(request: HttpRequest, request_ids: list[UUID]) -> HttpResponse:
    """Send, and show links and PINs in the answer itself: they are kept nowhere, so shown once."""
    actor = actor_of(request)
    everything = [
        told
        for one in request_ids
        for told in _told(actor, actions.send_request(actor=actor, request_id=one))
    ]
    row = queries.request_row(request_ids[0])
    facts = {
        "told": everything,
        "row": row,
        "client": clients.queries.client_row(row.client),
        "name": _names(actor, [row.client], "telling a PIN").get(row.client, ""),
        "may_hand": actor.may(Permission.ASK_CONSENT) and len(everything) == 1,
        "share": _share(request),
    }
    response = render(request, "consent/request_sent.html", facts)
    response.made_at = reverse("consent:request", args=[row.id])  # type: ignore[attr-defined]  # read by `once`
    return response


def _share(request: HttpRequest) -> UUID | None:
    """Give what was being prepared when somebody was asked for it; the way back is by its id."""
    try:
        return UUID(request.GET.get("share", ""))
    except ValueError:
        return None


def _told(actor: Actor, first: actions.Sent) -> list[Told]:
    client_id = queries.request_row(first.request).client
    client = clients.queries.client_row(client_id)
    names = who_signs(actor, client_id)
    return [
        Told(
            names.get(one.guardian, ""),
            one,
            "" if one.goes else settings.BASE_URL.rstrip("/") + one.path,
            ask_how=not one.goes and one.guardian is None and not client.asked_how_to_reach,
        )
        for one in (first, *first.others)
    ]


def who_signs(actor: Actor, client_id: UUID) -> dict[UUID | None, str]:
    """Name the client, and the guardians who sign with or for them: one event."""
    found = _names(actor, [client_id], "telling who signs")
    names: dict[UUID | None, str] = {None: found.get(client_id, "")}
    if clients.queries.decision_in_force(client_id) is not None:
        signers = clients.actions.signers_named(
            actor=actor, client_id=client_id, purpose="telling who signs"
        )
        names |= {one.guardian: one.name for one in signers if one.guardian}
    return names
