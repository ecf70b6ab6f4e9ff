"""Each use case of writing, approving and asking again, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from consent import actions, queries
from consent.domain.form_source import FormKind
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.consent import forms_here, steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.world import World


def begin_form(world: World) -> None:
    with as_actor(world.ada):
        actions.begin_form(
            actor=world.ada, title="May a friend sit in?", kind=FormKind.OTHER, language="en"
        )


def begin_version(world: World) -> None:
    forms_here.draft(world)


def save_form(world: World) -> None:
    forms_here.save(world, forms_here.draft(world), title="May we tell {recipient}?")


def hand_in_form(world: World) -> None:
    forms_here.hand_in(world, forms_here.draft(world))


def drop_form(world: World) -> None:
    draft = forms_here.draft(world)
    with as_actor(world.ada):
        actions.drop_form(actor=world.ada, draft_id=draft)


def approve_form(world: World) -> None:
    forms_here.published(world)


def give_form_back(world: World) -> None:
    draft = forms_here.draft(world)
    forms_here.hand_in(world, draft)
    with as_actor(world.priya):
        actions.give_form_back(actor=world.priya, draft_id=draft, words="Shorter, please.")


def offer_form(world: World) -> None:
    with as_actor(world.ada):
        form = queries.form_of(steps.form(steps.SHARING))
        actions.offer_form(actor=world.ada, form_id=form, offered=False)


def asked_again(world: World) -> UUID:
    """Mara signed; a newer version came; Dana asks again. Give the row of it."""
    shared = steps.shared_permission(world)
    made = forms_here.published(world)
    with as_actor(world.dana):
        form = queries.form_of(made)
        batch = actions.ask_again(actor=world.dana, form_id=form, chosen={shared.request})
        (row,) = queries.batch(batch).rows
    return row.id


def ask_again(world: World) -> None:
    asked_again(world)


def ask_one_again(world: World) -> None:
    row = asked_again(world)
    with as_actor(SERVICE, client=world.mara):
        actions.ask_one_again(actor=SERVICE, row_id=row)


def fail_asking_again(world: World) -> None:
    row = asked_again(world)
    with as_actor(SERVICE, client=world.mara):
        actions.fail_asking_again(actor=SERVICE, row_id=row, code="Broken")


ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"consent.actions.{act.__name__}": act
    for act in (
        begin_form, begin_version, save_form, hand_in_form, drop_form, approve_form,
        give_form_back, offer_form, ask_again, ask_one_again, fail_asking_again,
    )
}  # fmt: skip

EVENTS: Final[dict[str, list[str]]] = {
    "begin_form": ["form.begun"],
    "begin_version": ["form.begun"],
    "save_form": ["form.saved"],
    "hand_in_form": ["form.handed_in"],
    "drop_form": ["form.dropped"],
    "approve_form": ["form.published"],
    "give_form_back": ["form.given_back"],
    "offer_form": ["form.offered"],
    "ask_again": ["form.again"],
    "ask_one_again": [
        "request.read", "client.listed", "recipient.read", "signers.named", "request.made",
        "request.sent", "message.queued", "message.checked", "form.again_done",
    ],
    "fail_asking_again": ["form.again_failed"],
}  # fmt: skip
