"""A client's own pages about being reached: their card, and the choice of nothing online."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients import actions, forms, queries
from counselling.access import Permission, actor_of, require
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

ASK = ["GET", "HEAD", "POST"]


@require_http_methods(ASK)
def own_card(request: HttpRequest) -> HttpResponse:
    """Show a client how they may be reached, and let them say it anew."""
    actor = actor_of(request)
    own = actions.read_own_card(actor=actor)
    client = queries.client_of_account(actor.id)
    texts = client is not None and queries.texts_may_go(client)
    form = forms.OwnCardForm(
        request.POST if request.method == "POST" else None,
        initial=forms.own_card_fields_of(own.card),
        texts=texts,
    )
    if form.is_valid():
        try:
            actions.set_own_card(actor=actor, card=form.card())
        except Invalid as no:
            form.add_error(no.field, no.message)
        else:
            messages.success(request, _("Saved. Every letter obeys it from now on."))
            return redirect("clients:own-card")
    return render(request, "clients/own_card.html", {"form": form, "own": own})


@require_http_methods(ASK)
def nothing_online(request: HttpRequest) -> HttpResponse:
    """Say what ends when nothing is to be online, and end it."""
    actor = actor_of(request)
    require(actor, Permission.SEE_OWN_FILE)
    if queries.client_of_account(actor.id) is None:
        raise NotThere("clients_portalaccess")
    if request.method != "POST":
        facts = {"back": reverse("clients:own-card"), "layout": "layouts/sheet.html"}
        return render(request, "clients/nothing_online.html", facts)
    actions.choose_nothing_online(actor=actor)
    request.session.flush()
    response = render(request, "clients/nothing_online_done.html")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@require_POST
def news(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Note that what is new from a client's space was seen."""
    actions.see_news(actor=actor_of(request), client_id=client_id)
    return redirect("client", client_id)
