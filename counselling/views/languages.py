"""The switch of the page's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

import clients.actions
from counselling import languages
from counselling.access import Permission, actor_of
from counselling.errors import Invalid
from counselling.speech import say

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    """Show pages in another language: for this session, and from now on where one has a space."""
    wanted, actor = request.POST.get("language", ""), actor_of(request)
    if wanted not in languages.known():
        raise Invalid(say("Choose one of the languages on the page."), "language")
    if actor.may(Permission.SEE_OWN_FILE):
        clients.actions.choose_language(actor=actor, language=wanted)
    languages.keep(request, wanted)
    return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest) -> str:
    """Give the page one came from, if it is one of ours."""
    back = request.POST.get("next", "")
    ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if ours else "/"
