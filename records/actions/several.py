"""What a session of several people asks of its editor: a roster, and names where none belong."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import clients.actions
import clients.queries
from counselling.errors import NotThere
from records.domain import names_in, spellings, without_names
from records.models import CoLeader, Draft
from records.queries import roster

if TYPE_CHECKING:
    from counselling import vault
    from counselling.access import Actor
    from records.models import Session
    from records.queries import Place


@dataclasses.dataclass(frozen=True, slots=True)
class Several:
    """Which kind of case it is, and who is on the roster of a session of it."""

    kind: str = ""
    places: tuple[Place, ...] = ()


def several(actor: Actor, session: Session) -> Several:
    """Give the roster to who holds the session, as long as they care for the case."""
    if session.person_id != actor.id:
        return Several()
    try:
        case = clients.queries.case_row(session.case_id)
    except NotThere:
        return Several()
    return Several(case.kind, roster(case, session.id, session.ends_at))


def named_in(text: str, together: Several, grant: vault.Grant | None) -> tuple[str, ...]:
    """Give the names, as written, in a shared part that is to be without any (DESIGN 7)."""
    if grant is None or not without_names(together.kind):
        return ()
    people = [one.client for one in together.places]
    known = clients.actions.identities_under(grant, people).values()
    runs = spellings(name for one in known for name in (one.given, one.family, one.called))
    found = names_in(text, runs)
    return tuple(dict.fromkeys(text[one.start : one.end] for one in found))


def has_led(actor: Actor, session: Session) -> bool:
    """Say whether the actor holds a session, led it too, or has begun to write about it."""
    if session.person_id == actor.id:
        return True
    mine = {"session_id": session.id}
    return (
        CoLeader.objects.filter(**mine, person_id=actor.id).exists()
        or Draft.objects.filter(**mine, author_id=actor.id).exists()
    )
