"""Forms of the practice of the matrix: one being written, one that waits, one asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from consent import actions, queries
from consent.views.writing import clause_id
from counselling.db import as_actor
from tests.consent import forms_here, steps

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World


def written(world: World, signed: UUID) -> dict[str, Any]:
    """Let Ada write and Priya approve; Dana asks Ana again, and has Mara left to ask."""
    old = steps.form(steps.SHARING)
    steps.signed(world)
    made = forms_here.published(world)
    with as_actor(world.dana):
        form = queries.form_of(made)
        batch = actions.ask_again(actor=world.dana, form_id=form, chosen={signed})
    draft, waiting = (forms_here.draft(world, slug) for slug in (steps.RECORDING, steps.OBSERVER))
    forms_here.hand_in(world, waiting)
    return {
        "form": form, "version": old, "batch": batch, "draft": draft, "waiting_draft": waiting,
        "clause": clause_id(draft, forms_here.row(world, draft).source.clauses[0].code),
    }  # fmt: skip


def asked_again_elsewhere(world: World) -> dict[str, UUID]:
    """Let Sam ask Jon again, for a form that nobody else has signed."""
    with as_actor(world.sam):
        signed = actions.ask(
            actor=world.sam, client_id=world.jon, version_id=steps.form("messages"),
            case_id=world.jon_case, asking=actions.Asking(),
        )  # fmt: skip
    link = steps.open_by_link(steps.send(world, signed, by=world.sam), world.jon)
    answers = {"email": True, "text-messages": False, "reminders": False}
    name = "Jonquarry Applegarth"
    steps.sign(signed, link, steps.read_through(signed, link, answers), name=name)
    made = forms_here.published(world, "messages")
    with as_actor(world.sam):
        form = queries.form_of(made)
        return {"batch_id": actions.ask_again(actor=world.sam, form_id=form, chosen={signed})}
