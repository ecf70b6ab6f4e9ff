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
from clients.domain import CaseKind
from counselling.access import Permission, actor_of, require
from records import actions, queries
from records.forms import ShareForm

if TYPE_CHECKING:
    import datetime

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor

# what several people said together leaves only when each of them agreed
_LEAVES = frozenset({CaseKind.INDIVIDUAL, CaseKind.GROUP})


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Choose, preview as the recipient, hand over on paper."""
    actor = actor_of(request)
    require(actor, Permission.DISCLOSE)
    clients.queries.client_row(client_id)
    form = _form(request, actor, client_id)
    if request.method == "POST" and form.is_valid():
        chosen = (form.cleaned_data["consent"], _ids(form.cleaned_data["notes"]))
        if request.POST.get("act") == "hand over":
            return _hand_over(request, actor, client_id, *chosen)
        return _preview(request, actor, client_id, form, *chosen)
    return _choose(request, actor, client_id, form)


def _form(request: HttpRequest, actor: Actor, client_id: UUID) -> ShareForm:
    data = request.POST if request.method == "POST" else None
    return ShareForm(data, consents=_consents(actor, client_id), notes=_notes(client_id))


def _consents(actor: Actor, client_id: UUID) -> list[tuple[str, str]]:
    """Offer the live permissions to share session notes, each with who receives what for."""
    rows = consent.actions.shareable(actor=actor, client_id=client_id)
    return [
        (str(row.consent), f"{row.recipient}: {row.purpose}{_until(row.until)}") for row in rows
    ]


def _until(until: datetime.datetime | None) -> str:
    return f", until {formats.date_format(timezone.localtime(until), 'j F Y')}" if until else ""


def _notes(client_id: UUID) -> list[tuple[str, str]]:
    cases = [row.id for row in clients.queries.cases_of(client_id) if row.kind in _LEAVES]
    return [
        (str(row.id), formats.date_format(timezone.localtime(row.session_at), "l j F Y, H:i"))
        for row in queries.notes_of_cases(cases)
    ]


def _ids(values: list[str]) -> list[UUID]:
    return [UUID(value) for value in values]


def _choose(request: HttpRequest, actor: Actor, client_id: UUID, form: ShareForm) -> HttpResponse:
    facts = {"form": form, "client": clients.queries.client_row(client_id)}
    facts |= {"names": _names(actor, client_id)}
    return render(request, "records/share.html", facts, status=422 if form.errors else 200)


def _names(actor: Actor, client_id: UUID) -> dict[UUID, str]:
    return clients.actions.names_for(actor=actor, client_ids=[client_id], purpose="sharing")


def _recipient(actor: Actor, client_id: UUID, consent_id: UUID) -> str:
    rows = consent.actions.shareable(actor=actor, client_id=client_id)
    return next((row.recipient for row in rows if row.consent == consent_id), "")


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
    pack = actions.compose_pack(actor=actor, client_id=client_id, to=to, note_ids=note_ids)
    facts = {"form": form, "pack": pack, "client": clients.queries.client_row(client_id)}
    return render(request, "records/share_preview.html", facts)


def _hand_over(
    request: HttpRequest, actor: Actor, client_id: UUID, consent_id: UUID, note_ids: list[UUID]
) -> HttpResponse:
    to = _recipient(actor, client_id, consent_id)
    disclosure = actions.share_notes(
        actor=actor, client_id=client_id, consent_id=consent_id, to=to, note_ids=note_ids
    )
    messages.success(request, "Recorded. The sealed document is being made; print it from here.")
    return redirect("consent:disclosure", disclosure)
