"""Something found in the log of the tests' practice, and the people who decide it."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

from audit import actions
from audit.domain.deciding import Word
from audit.models import Finding
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.people import fresh

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

LOOKED = datetime.timedelta(minutes=11)
AN_HOUR_AGO = datetime.timedelta(hours=1)


def found(
    person: Actor,
    *,
    client: UUID | None = None,
    case: UUID | None = None,
    rule: str = "not-assigned",
    ago: datetime.timedelta = AN_HOUR_AGO,
    count: int = 4,
    events: tuple[UUID, ...] = (),
    **facts: Any,
) -> UUID:
    """Have the machine find a visit of a person."""
    with as_actor(SERVICE) as at:
        made = Finding.objects.create(
            rule=rule,
            person_id=person.id,
            role=person.role,
            client_id=client,
            case_id=case,
            began=at - ago,
            ended=at - ago + LOOKED,
            count=count,
            events=list(events),
            facts=json.dumps(facts, sort_keys=True, separators=(",", ":")),
            found_at=at,
        )
    return made.id


def say(
    actor: Actor, finding: UUID, word: Word = Word.EXPLAINED, text: str = "", code: str = "planned"
) -> UUID:
    """Have a reviewer say something of a finding."""
    with as_actor(actor):
        return actions.decide_finding(
            actor=actor,
            finding_id=finding,
            word=word,
            code=code if word is Word.EXPLAINED else "",
            text=text,
        )


def answer(actor: Actor, finding: UUID, text: str = "I stood in for Dana.") -> UUID:
    """Have somebody answer what a reviewer asks."""
    with as_actor(actor):
        return actions.answer_finding(actor=actor, finding_id=finding, text=text)


def finish(actor: Actor, words: str = "") -> UUID:
    """Have a reviewer sign what they decided."""
    fresh_one = fresh(actor)
    with as_actor(fresh_one):
        return actions.finish_review(actor=fresh_one, words=words)
