"""Who led a session beside the one who holds it: added and taken back here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

import clients.queries
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, Refused
from records import actions, queries
from records.forms import CoLeaderForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor
    from records.queries import SessionRow


@require_http_methods(["GET", "HEAD", "POST"])
@once
def co_leaders(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Show who led a session; its holder adds colleagues of the case and takes them back."""
    actor = actor_of(request)
    require(actor, Permission.LOG_SESSION)
    session = queries.session_row(actor, session_id)
    if session.person != actor.id:
        raise Refused(
            "not-own-session", "Only who held the session may say this.", case=session.case
        )
    form = CoLeaderForm(request.POST or None, people=_people(session))
    if request.method == "POST" and form.is_valid() and _done(request, actor, session, form):
        return redirect("records:co-leaders", session_id)
    return _page(request, session, form)


def _people(session: SessionRow) -> list[tuple[str, str]]:
    """Offer who cares for the case and does not lead the session yet, and who leads it too."""
    names = accounts.names(clients.queries.assigned(session.case))
    there = queries.co_leaders(session.id)
    known = accounts.names(there)
    return [
        (str(one), name)
        for one, name in sorted({**names, **known}.items(), key=lambda pair: pair[1])
        if one != session.person
    ]


def _done(request: HttpRequest, actor: Actor, session: SessionRow, form: CoLeaderForm) -> bool:
    back = request.POST.get("act") == "take back"
    act = actions.remove_co_leader if back else actions.add_co_leader
    try:
        act(actor=actor, session_id=session.id, person_id=form.chosen)
    except Invalid as wrong:
        form.add_error(wrong.field, wrong.message)
        return False
    messages.success(
        request,
        "Taken back."
        if back
        else "Added. They find this session on their day, with a note of their own to write.",
    )
    return True


def _page(request: HttpRequest, session: SessionRow, form: CoLeaderForm) -> HttpResponse:
    there = queries.co_leaders(session.id)
    names = accounts.names({session.person, *there})
    form.offer_all_but(there)
    facts = {
        "form": form,
        "session": session,
        "case": clients.queries.case_row(session.case),
        "holder": names.get(session.person, ""),
        "leaders": [(one, names.get(one, "")) for one in there],
    }
    return render(request, "records/co_leaders.html", facts, status=422 if form.errors else 200)
