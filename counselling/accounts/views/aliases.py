"""The page on which two people decide that clients read a code for a colleague's name."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from counselling import db
from counselling.access import ActorKind, Permission, actor_of, require, require_step_up
from counselling.accounts import actions, forms, queries
from counselling.accounts.actions.once import once
from counselling.errors import Invalid

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor


@require_http_methods(["GET", "HEAD", "POST"])
@once
def alias(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show where it stands, and ask, agree or end."""
    actor = actor_of(request)
    if not queries.may_ask_alias(actor, person_id):
        require(actor, Permission.AGREE_ALIAS)
    require_step_up(actor, db.now())
    who = queries.person(person_id)
    act = request.POST.get("act", "")
    asks = request.method == "POST" and act not in {"agree", "end"}
    form = forms.AliasForm(request.POST if asks else None)
    if request.method == "POST" and (not asks or form.is_valid()):
        try:
            done = _done(act, actor, person_id, form)
        except Invalid as no:
            form.add_error(no.field or None, no.message)
        else:
            messages.success(request, done)
            return redirect("accounts:alias", person_id)
    row = queries.alias_of(person_id)
    is_self = actor.kind is ActorKind.STAFF and actor.id == person_id
    agrees = actor.may(Permission.AGREE_ALIAS) and not is_self
    facts = {
        "who": who,
        "row": row,
        "reason": actions.read_alias(actor=actor, person_id=person_id) if row else "",
        "asked_by": queries.names([row.asked_by]).get(row.asked_by, "") if row else "",
        "may_agree": agrees and row and not row.agreed_at and row.asked_by != actor.id,
        "may_ask": queries.may_ask_alias(actor, person_id),
        "form": form,
    }
    return render(request, "accounts/alias.html", facts, status=422 if form.errors else 200)


def _done(act: str, actor: Actor, person_id: UUID, form: forms.AliasForm) -> str:
    if act not in {"agree", "end"}:
        last = form.cleaned_data["until"]
        until = last and timezone.make_aware(
            datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time())
        )
        reason = form.cleaned_data["reason"]
        actions.ask_alias(actor=actor, person_id=person_id, reason=reason, until=until)
        return "Asked. It holds as soon as a privacy officer agrees."
    if act == "agree":
        actions.agree_alias(actor=actor, person_id=person_id)
        return "Agreed. Clients read role and code from now on."
    actions.end_alias(actor=actor, person_id=person_id)
    return "Ended. Clients read the name."
