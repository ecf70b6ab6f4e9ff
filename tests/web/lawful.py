"""What the law asked for in the practice of the matrix; its client is not told of any of it yet."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final

import consent.actions
import consent.queries
from consent.domain.bases import BasisAnswer, BasisKind, Fact
from consent.domain.documents import REDISCLOSURE_BY_LAW, RecipientShown
from consent.domain.recipients import RecipientKind
from counselling import db
from counselling.db import as_actor
from counselling.papers import Paper
from tests.consent import basis_steps, steps

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

# words that are nowhere else
ASKED: Final = "Amtsstubenklinke"
SEEN: Final = "Siegelwachsrest"
WHY: Final = "Hinterhofflur"
COURT: Final = RecipientShown(f"{ASKED} court", "court", "", "Ring 1")


def stated(by: Actor, client: UUID, case: UUID, word: str = ASKED, **changes: Any) -> UUID:
    """State a court order, of which the client is told later."""
    facts = dict.fromkeys(basis_steps.FACTS[BasisKind.COURT_ORDER], word)
    shown = dataclasses.replace(COURT, name=f"{word} court")
    later = basis_steps.later() | {"why_later": f"{WHY} {word}"}
    with as_actor(by):
        court = consent.actions.add_recipient(
            actor=by, client_id=client, shown=shown, kind=RecipientKind.COURT
        )
        return consent.actions.state_basis(
            actor=by, client_id=client, case_id=case, paper=_paper(word),
            said=consent.actions.Stating(
                kind=BasisKind.COURT_ORDER, recipient=court, categories=("session_notes",),
                facts=facts | {Fact.ORDER_KIND: "order"}, **(later | changes),
            ),
        )  # fmt: skip


def _paper(word: str) -> Paper:
    return Paper(b"%PDF-1.7\n" + word.encode() + b"\n%%EOF\n", "application/pdf")


def went(by: Actor, second: Actor, client: UUID, case: UUID, word: str = SEEN) -> UUID:
    """Let something go on a released order; the client does not know for ten days."""
    basis = stated(by, client, case, word)
    with as_actor(second):
        consent.actions.decide_basis(
            actor=second, basis_id=basis, answer=BasisAnswer.RELEASE, later=True, words=word
        )
    section = dataclasses.replace(steps.SECTION, text=word)
    pack = dataclasses.replace(
        steps.PACK, redisclosure=REDISCLOSURE_BY_LAW, sections=(section,), to=f"{word} court"
    )
    with as_actor(by):
        return consent.actions.disclose(
            actor=by, client_id=client, case_id=case, basis_id=basis, pack=pack, note_ids=[],
            categories=["session_notes"],
        )  # fmt: skip


def lawful(world: World, case: UUID) -> dict[str, UUID]:
    """Leave an order of Ana's that waits for Vera, and one on which something went untold."""
    basis = stated(world.dana, world.ana, case)
    untold = went(world.dana, world.vera, world.ana, case)
    with as_actor(world.vera):
        consent.actions.tell_later(
            actor=world.vera, disclosure_id=untold, why=f"{WHY} longer",
            until=db.now() + datetime.timedelta(days=20),
        )  # fmt: skip
    with as_actor(world.dana):
        (paper,) = consent.queries.basis_row(basis).papers
    return {"basis": basis, "basis_paper": paper, "untold": untold}


def lawful_elsewhere(world: World) -> dict[str, UUID]:
    """Leave an order of Jon's that Sam stated."""
    basis = stated(world.sam, world.jon, world.jon_case)
    with as_actor(world.sam):
        (paper,) = consent.queries.basis_row(basis).papers
    return {"basis_id": basis, "basis_paper_id": paper}
