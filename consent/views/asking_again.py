"""Ask all again: a counsellor's own clients who hold an older version, and how asking them goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

import clients.actions
import clients.queries
from consent import actions, queries
from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once
from counselling.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from consent.queries import Held


class ChosenForm(forms.Form):
    """Whom to ask; nobody is chosen beforehand."""

    chosen = forms.TypedMultipleChoiceField(
        label="Whom to ask",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one client to ask."},
    )

    def __init__(
        self, *args: object, held: Iterable[Held], names: Mapping[UUID, str], **kwargs: object
    ) -> None:
        """Offer those who were not asked yet."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they are
        self.fields["chosen"].choices = [  # type: ignore[attr-defined]  # a choice field
            (str(one.earlier), f"{names.get(one.client, '')}, version {one.number}")
            for one in held
            if one.may_ask
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@once
def again(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Whom of one's own clients to ask again: all of them, or some."""
    actor = actor_of(request)
    require(actor, Permission.ASK_CONSENT)
    card = queries.form_card(form_id)
    held = queries.held_by(clients.queries.clients_of(actor), form_id)
    names = clients.actions.names_for(
        actor=actor, client_ids=[one.client for one in held], purpose="asking again"
    )
    held.sort(key=lambda one: names.get(one.client, "").casefold())
    form = ChosenForm(_chosen(request, held), held=held, names=names)
    if request.method == "POST" and form.is_valid():
        chosen = {one.earlier for one in held if str(one.earlier) in form.cleaned_data["chosen"]}
        try:
            made = actions.ask_again(actor=actor, form_id=form_id, chosen=chosen)
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            return redirect("consent:again-batch", made)
    facts = {
        "card": card,
        "form": form,
        "held": [(one, names.get(one.client, "")) for one in held],
        "open": sum(one.may_ask for one in held),
        "batches": queries.batches(form_id, actor.id),
    }
    status = 400 if form.errors else 200
    return render(request, "consent/forms/again.html", facts, status=status)


def _chosen(request: HttpRequest, held: list[Held]) -> dict[str, list[str]] | None:
    """Give what was ticked, or everybody."""
    if not request.POST:
        return None
    if request.POST.get("act") == "all":
        return {"chosen": [str(one.earlier) for one in held if one.may_ask]}
    return {"chosen": request.POST.getlist("chosen")}


@require_http_methods(["GET", "HEAD"])
def progress(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """How asking goes: counts, and who is where; it looks again by itself while it runs."""
    actor = actor_of(request)
    require(actor, Permission.ASK_CONSENT)
    batch = queries.batch(batch_id)
    mine = set(clients.queries.clients_of(actor))
    names = clients.actions.names_for(
        actor=actor,
        client_ids=[row.client for row in batch.rows if row.client in mine],
        purpose="asking again",
    )
    facts = {
        "batch": batch,
        "card": queries.form_card(batch.form),
        "rows": [(row, names.get(row.client, "")) for row in batch.rows],
    }
    return render(request, "consent/forms/progress.html", facts)
