"""What people do about subpoenas, holds and accountings, one function for each step."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from consent import actions
from consent.domain.accounting import Form, Statement
from consent.domain.subpoenas import Sender, Step
from counselling.db import as_actor
from tests.consent import basis_steps

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

LAWYER: Final = "Rechtsanwalt Stachelbusch"
ASKS: Final = "all notes since the spring, the Quittenbaum sessions above all"
PAPER: Final = b"%PDF-1.7\nLadungsblattspur\n%%EOF\n"


def today() -> datetime.date:
    return timezone.localdate()


def came(**changes: Any) -> actions.Came:
    given: dict[str, Any] = {
        "sender": Sender.LAWYER,
        "name": LAWYER,
        "docket": "3 C 815/26",
        "asks_for": ASKS,
        "received_on": today(),
        "due_on": today() + datetime.timedelta(days=14),
        "object_by": today() + datetime.timedelta(days=7),
    }
    return actions.Came(**(given | changes))


def subpoena(world: World, **changes: Any) -> UUID:
    """Dana writes down what came for Mara's file."""
    with as_actor(world.dana):
        return actions.record_subpoena(actor=world.dana, client_id=world.mara, came=came(**changes))


def step(world: World, subpoena_id: UUID, kind: Step, words: str = "") -> None:
    with as_actor(world.dana):
        actions.add_step(
            actor=world.dana, subpoena_id=subpoena_id, kind=kind, on=today(), words=words
        )


def account(world: World, actor: Actor | None = None, **changes: Any) -> list[actions.Accounted]:
    by = actor or world.dana
    given: dict[str, Any] = {
        "client_id": world.mara, "since": today() - datetime.timedelta(days=365), "until": today(),
    }  # fmt: skip
    with as_actor(by):
        return actions.account_for(actor=by, **(given | changes))


def given(world: World, actor: Actor | None = None, form: Form = Form.CSV, **changes: Any) -> bytes:
    by = actor or world.dana
    said: dict[str, Any] = {
        "client_id": world.mara, "since": today() - datetime.timedelta(days=365), "until": today(),
        "form": form,
    }  # fmt: skip
    with as_actor(by):
        return actions.give_accounting(actor=by, **(said | changes))


def hidden(world: World, days: float = 10) -> UUID:
    """Something went to a court, and Mara is told in some days: Vera agreed."""
    basis = basis_steps.released(world, **basis_steps.later(days))
    return basis_steps.hand_over(world, basis, **told_later(world, days))


def told_later(world: World, days: float) -> dict[str, Any]:
    from counselling import db
    from counselling.access import SERVICE

    with as_actor(SERVICE):
        at = db.now()
    return {"told_at": at + datetime.timedelta(days=days - 1), "later_by": world.vera.id}


def suspend(world: World, disclosure: UUID, *, days: float = 20, **changes: Any) -> UUID:
    said: dict[str, Any] = {
        "client_id": world.mara,
        "disclosures": [disclosure],
        "statement": Statement.ORAL,
        "official": "Kommissarin Holzapfelbaum",
        "words": "It would be in the way, she says.",
    }
    by = changes.pop("by", world.priya)
    with as_actor(by) as at:
        until = at + datetime.timedelta(days=days)
        return actions.suspend_accounting(actor=by, until=until, **(said | changes))
