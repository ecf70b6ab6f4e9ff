"""What staff hear of from a client's space: shown until somebody has seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
from clients import queries
from clients.domain import events
from clients.models import News
from counselling import db
from counselling.access import Permission, require

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


def see_news(*, actor: Actor, client_id: UUID) -> int:
    """Note that what is new from a client's space was seen; give how much it was."""
    require(actor, Permission.AMEND_CONTACT)
    queries.client_row(client_id)
    unseen = News.objects.select_for_update().filter(client_id=client_id, seen_at=None)
    ids = list(unseen.values_list("pk", flat=True))
    if ids:
        News.objects.filter(pk__in=ids).update(seen_at=db.now(), seen_by=actor.id)
    audit.actions.record(
        actor=actor,
        kind=events.NEWS_SEEN,
        client=client_id,
        rows=ids,
        relation=queries.relation_to_client(actor, client_id),
    )
    return len(ids)
