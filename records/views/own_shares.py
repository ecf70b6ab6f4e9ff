"""A client reads first what is to be shared about them, and says what they think of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once
from counselling.errors import Invalid
from records import actions
from records.domain.shares import Answer
from records.forms import OwnWordForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
@once
def own_share(request: HttpRequest, showing_id: UUID) -> HttpResponse:
    """Show the text, to whom it goes and what for; take their word on it."""
    actor = actor_of(request)
    require(actor, Permission.SEE_OWN_FILE)
    form = OwnWordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.answer_showing(
                actor=actor, showing_id=showing_id, answer=Answer(said["act"]), words=said["words"]
            )
        except Invalid as wrong:
            form.add_error("words", wrong.message)
        else:
            messages.success(request, _("Thank you. We have noted what you said."))
            return redirect("records:own-share", showing_id)
    shown = actions.read_showing(actor=actor, showing_id=showing_id)
    facts = {"shown": shown, "form": form}
    return render(request, "records/own_share.html", facts, status=422 if form.errors else 200)
