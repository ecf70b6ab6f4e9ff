"""Share notes: who was agreed to, which notes, exactly what goes, and handing it over."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.views.decorators.http import require_http_methods

import clients.actions
import clients.queries
import consent.actions
from consent.domain.covers import Category, ConsentState
from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere, Stale
from records import actions, queries
from records.forms import ShareForm

if TYPE_CHECKING:
    import datetime

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor


@require_http_methods(["GET", "HEAD", "POST"])
@once
def share(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Choose, preview as the recipient, hand over on paper."""
    actor = actor_of(request)
    require(actor, Permission.DISCLOSE)
    clients.queries.client_row(client_id)
    form = _form(request, actor, client_id)
    if request.method == "POST" and form.is_valid():
        chosen = (form.cleaned_data["consent"], _ids(form.cleaned_data["notes"]))
        if request.POST.get("act") == "hand over":
            return _hand_over(request, actor, client_id, form, *chosen)
        return _preview(request, actor, client_id, form, *chosen)
    return _choose(request, actor, client_id, form)


def _form(request: HttpRequest, actor: Actor, client_id: UUID) -> ShareForm:
    data = request.POST if request.method == "POST" else None
    return ShareForm(data, consents=_consents(actor, client_id), notes=_notes(client_id))


def _consents(actor: Actor, client_id: UUID) -> list[tuple[str, str]]:
    """Offer the live permissions to share session notes, each with who receives what for."""
    return [
        (str(one.row.id), f"{one.recipient.name}. {one.purpose}{_until(one.row.last_day)}")
        for one in _permissions(actor, client_id)
        if one.row.state is ConsentState.LIVE
    ]


def _permissions(actor: Actor, client_id: UUID) -> list[consent.actions.Permission]:
    """Give every permission to share session notes, live or ended."""
    return [
        one
        for one in consent.actions.read_permissions(actor=actor, client_id=client_id)
        if Category.SESSION_NOTES in one.row.categories
    ]


def _until(until: datetime.datetime | None) -> str:
    return f", until {formats.date_format(timezone.localtime(until), 'j F Y')}" if until else ""


def _notes(client_id: UUID) -> list[tuple[str, str]]:
    rows = queries.notes_holding(client_id, clients.queries.cases_of(client_id))
    return [
        (str(row.id), formats.date_format(timezone.localtime(row.session_at), "l j F Y, H:i"))
        for row in rows
    ]


def _ids(values: list[str]) -> list[UUID]:
    return [UUID(value) for value in values]


def _choose(request: HttpRequest, actor: Actor, client_id: UUID, form: ShareForm) -> HttpResponse:
    facts = {
        "form": form,
        "client": clients.queries.client_row(client_id),
        "names": clients.actions.names_for(actor=actor, client_ids=[client_id], purpose="sharing"),
        "ended": _ended(_permissions(actor, client_id)),
    }
    return render(request, "records/share.html", facts, status=422 if form.errors else 200)


def _ended(rows: list[consent.actions.Permission]) -> list[consent.actions.Permission]:
    """Give the ended permissions of recipients who have no live one."""
    live = {one.row.recipient for one in rows if one.row.state is ConsentState.LIVE}
    last = {one.row.recipient: one for one in reversed(rows) if one.row.recipient not in live}
    return list(last.values())


def _recipient(actor: Actor, client_id: UUID, consent_id: UUID) -> str:
    """Name who receives it; an ended permission too, so that the gate can say why it is refused."""
    rows = _permissions(actor, client_id)
    found = next((one.recipient.name for one in rows if one.row.id == consent_id), None)
    if found is None:
        raise NotThere("consent_consent", consent_id)
    return found


def _preview(
    request: HttpRequest,
    actor: Actor,
    client_id: UUID,
    form: ShareForm,
    consent_id: UUID,
    note_ids: list[UUID],
) -> HttpResponse:
    """Show exactly what the recipient will read."""
    to = _recipient(actor, client_id, consent_id)
    try:
        pack = actions.compose_pack(
            actor=actor,
            client_id=client_id,
            to=to,
            note_ids=note_ids,
            consent_id=consent_id,
        )
    except Invalid as wrong:
        form.add_error(wrong.field, wrong.message)
        return _choose(request, actor, client_id, form)
    facts = {
        "form": form,
        "pack": pack,
        "hash": consent.actions.content_sha256(pack),
        "client": clients.queries.client_row(client_id),
    }
    return render(request, "records/share_preview.html", facts)


def _hand_over(
    request: HttpRequest,
    actor: Actor,
    client_id: UUID,
    form: ShareForm,
    consent_id: UUID,
    note_ids: list[UUID],
) -> HttpResponse:
    try:
        disclosure = actions.share_notes(
            actor=actor,
            client_id=client_id,
            consent_id=consent_id,
            to=_recipient(actor, client_id, consent_id),
            note_ids=note_ids,
            previewed=request.POST.get("hash", ""),
        )
    except Stale:
        messages.warning(request, "Something was added to a note meanwhile. Please look again.")
        return _preview(request, actor, client_id, form, consent_id, note_ids)
    messages.success(request, "Recorded. The sealed document is being made; print it from here.")
    return redirect("consent:disclosure", disclosure)
