"""What a session of several people asks of its editor: a roster, and names where none belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import clients.actions
from records.domain import names_in, spellings, without_names
from records.models import CoLeader, Draft
from records.queries import together

if TYPE_CHECKING:
    from counselling import vault
    from counselling.access import Actor
    from records.models import Session
    from records.queries import Together


def several(actor: Actor, session: Session) -> Together:
    """Give the roster of a session to who holds it."""
    return together(
        actor,
        session=session.id,
        case=session.case_id,
        person=session.person_id,
        ends_at=session.ends_at,
    )


def looked_for(those: Together, grant: vault.Grant | None) -> frozenset[tuple[str, ...]]:
    """Give every spelling of the names that a shared part is to be without (DESIGN 7)."""
    if grant is None or not without_names(those.kind):
        return frozenset()
    people = [one.client for one in those.places]
    known = clients.actions.identities_under(grant, people).values()
    return spellings(name for one in known for name in (one.given, one.family, one.called))


def named_in(text: str, runs: frozenset[tuple[str, ...]]) -> tuple[str, ...]:
    """Give the names a text holds, as they are written there, each once."""
    return tuple(dict.fromkeys(text[one.start : one.end] for one in names_in(text, runs)))


def has_led(actor: Actor, session: Session) -> bool:
    """Say whether the actor holds a session, led it too, or has begun to write about it."""
    if session.person_id == actor.id:
        return True
    mine = {"session_id": session.id}
    return (
        CoLeader.objects.filter(**mine, person_id=actor.id).exists()
        or Draft.objects.filter(**mine, author_id=actor.id).exists()
    )
