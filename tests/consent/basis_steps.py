"""What people do where the law asks for something, one function for each step."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final

from consent import actions
from consent.domain.bases import BasisAnswer, BasisKind, Fact
from consent.domain.documents import REDISCLOSURE_BY_LAW, RecipientShown
from consent.domain.recipients import RecipientKind
from counselling.access import SERVICE
from counselling.db import as_actor, uuid7
from counselling.papers import Paper
from tests.consent import steps
from tests.raw import superuser
from tests.records.safety import recorded_danger

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

COURT: Final = RecipientShown("Amtsgericht Quellenbach", "court", "Amtsgericht", "Ring 1, Berlin")
POLICE: Final = RecipientShown("Wachtmeister Zwirnhoff", "police", "Polizei", "Ring 2, Berlin")
ORDER: Final = Paper(b"%PDF-1.7\nBeschlussblattspur\n%%EOF\n", "application/pdf")
FACTS: Final = {
    BasisKind.COURT_ORDER: {
        Fact.COURT: "Amtsgericht Quellenbach",
        Fact.ORDER_KIND: "order",
        Fact.DOCKET: "17 F 4711/26",
        Fact.ORDERED_ON: "2026-11-02",
        Fact.SCOPE: "the notes of October",
        Fact.NECESSARY: "October is what it names",
    },
    BasisKind.DANGER: {
        Fact.THREAT: "Zwetschgenmesser",
        Fact.ENDANGERED: "somebody we can name",
        Fact.CONSULTED: "Dr Ludolf, by telephone",
        Fact.NECESSARY: "the one session in which it was said",
    },
    BasisKind.CHILD_PROTECTION: {
        Fact.CHILD: "the younger one",
        Fact.CONCERN: "left alone at night",
        Fact.CONSULTED: "the child protection line",
        Fact.AUTHORITY: "Jugendamt",
        Fact.NECESSARY: "what they need to look",
    },
    BasisKind.STATUTE: {
        Fact.STATUTE: "an act, section 3",
        Fact.REQUIRED: "a report within a week",
        Fact.AUTHORITY: "the health office",
        Fact.NECESSARY: "what the section names",
    },
}
PACK: Final = dataclasses.replace(steps.PACK, to=COURT.name, redisclosure=REDISCLOSURE_BY_LAW)


def recipient(world: World, shown: RecipientShown = COURT) -> UUID:
    with as_actor(world.dana):
        return actions.add_recipient(
            actor=world.dana, client_id=world.mara, shown=shown, kind=RecipientKind.COURT
        )


def saying(world: World, kind: BasisKind = BasisKind.COURT_ORDER, **changes: Any) -> Any:
    """What Dana says of a basis, complete."""
    shown = POLICE if kind is BasisKind.DANGER else COURT
    given: dict[str, Any] = {
        "kind": kind,
        "recipient": changes.pop("recipient", None) or recipient(world, shown),
        "categories": ("session_notes",),
        "facts": FACTS[kind],
    }
    if kind is BasisKind.DANGER and "danger" not in changes:
        given["danger"] = recorded_danger(world.dana, world.mara_case, world.mara)
    return actions.Stating(**(given | changes))


def state(
    world: World,
    kind: BasisKind = BasisKind.COURT_ORDER,
    *,
    paper: Paper | None = ORDER,
    by: Actor | None = None,
    **changes: Any,
) -> UUID:
    """Dana states that the law asks for it."""
    said, actor = saying(world, kind, **changes), by or world.dana
    with as_actor(actor):
        return actions.state_basis(
            actor=actor, client_id=world.mara, case_id=world.mara_case, said=said,
            paper=paper if kind is BasisKind.COURT_ORDER else None,
        )  # fmt: skip


def release(world: World, basis: UUID, *, by: Actor | None = None, later: bool = False) -> None:
    """Vera, who supervises Dana, lets it go."""
    actor = by or world.vera
    with as_actor(actor):
        actions.decide_basis(actor=actor, basis_id=basis, answer=BasisAnswer.RELEASE, later=later)


def refuse(world: World, basis: UUID, words: str = "It names another file.") -> None:
    with as_actor(world.vera):
        actions.decide_basis(
            actor=world.vera, basis_id=basis, answer=BasisAnswer.REFUSE, words=words
        )


def released(world: World, kind: BasisKind = BasisKind.COURT_ORDER, **changes: Any) -> UUID:
    basis = state(world, kind, **changes)
    release(world, basis, later="tell_at" in changes)
    return basis


def hand_over(world: World, basis: UUID, **changes: Any) -> UUID:
    """Dana hands one note over on a legal basis."""
    given: dict[str, Any] = {
        "actor": world.dana,
        "client_id": world.mara,
        "case_id": world.mara_case,
        "basis_id": basis,
        "pack": PACK,
        "note_ids": [uuid7()],
        "categories": ["session_notes"],
    }
    with as_actor(world.dana):
        return actions.disclose(**(given | changes))


def hours_pass(basis: UUID, hours: float) -> None:
    """Let a basis have been stated so much earlier, past every trigger."""
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        root.execute(
            "UPDATE consent_legal_basis SET at = at - make_interval(hours => %s) WHERE id = %s",
            [hours, basis],
        )


def later(days: float = 10) -> dict[str, Any]:
    """Say that the client is told later, and why."""
    from counselling import db

    with as_actor(SERVICE):
        at = db.now()
    return {
        "tell_at": at + datetime.timedelta(days=days),
        "why_later": "Hinterhofflur: he reads her mail.",
    }
