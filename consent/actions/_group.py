"""What belongs to everybody who signs a form together: turns, and the end of all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

import audit.actions
import clients.actions
import clients.queries
from consent.domain import events
from consent.domain.states import WhyVoid
from consent.queries.deciding import group_stands
from consent.queries.groups import group_of, waits_for
from counselling import db
from counselling.errors import Refused
from counselling.speech import say

if TYPE_CHECKING:
    from uuid import UUID

    from consent.models import Request
    from consent.queries.groups import Part
    from counselling.access import Actor

OTHERS_DECIDE = say(
    "Who decides has changed since this was asked. It will be asked anew; nothing is lost by it."
)
NOT_YET = say(
    "Somebody who signs before you has not signed yet. Your answers are kept; please come back."
)


def require_turn(request: Request) -> tuple[Part, ...]:
    """Give everybody's part; raises Refused while somebody who comes earlier has not signed.

    Nor does anybody sign once others decide for the client than those who were asked.
    """
    if not group_stands(request.pk):
        code, about = "others-decide", {"client": request.client_id, "case": request.case_id}
        raise Refused(code, OTHERS_DECIDE, **about)
    parts = group_of(request.pk)
    if waits_for(parts, request.pk):
        raise Refused("not-your-turn", NOT_YET, client=request.client_id, case=request.case_id)
    return parts


def end_group(actor: Actor, request: UUID, client: UUID) -> None:
    """Close what the others were asked: without this one it can come to nothing any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_end_group(%s, %s)", [request, db.now()])
        ended = [row[0] for row in cursor.fetchall()]
    if not ended:
        return
    audit.actions.record(
        actor=actor,
        kind=events.REQUEST_VOIDED,
        client=client,
        about=("consent_request", request),
        rows=ended,
        reason=WhyVoid.GROUP.value,
    )
    for one in ended:
        clients.actions.end_links(actor=actor, client_id=client, row=one)
