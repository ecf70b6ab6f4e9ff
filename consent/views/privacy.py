"""The privacy notice, for everybody who signs in as a client or for one (RT-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent import actions, queries
from counselling import languages
from counselling.access import ActorKind, Permission, actor_of, require
from counselling.errors import Invalid, Refused

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the notice in the language of the page, and keep that it was seen."""
    actor = actor_of(request)
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    if actor.kind is not ActorKind.CLIENT:
        raise Refused("not-permitted", "This is a page of clients.")
    notice = queries.privacy_notice(languages.spoken())
    if request.method == "POST":
        try:
            actions.acknowledge_notice(
                actor=actor, language=notice.language, shown_sha256=request.POST.get("notice", "")
            )
        except Invalid as changed:
            messages.info(request, changed.message)
            return redirect("consent:privacy")
        messages.success(request, _("Thank you. You find the notice here on any day."))
        return redirect("home")
    seen = queries.seen_notice(actor, notice)
    return render(request, "consent/privacy.html", {"notice": notice, "seen": seen})
