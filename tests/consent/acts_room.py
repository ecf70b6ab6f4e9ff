"""Use cases in the room, of reminders, answers, witnesses and of asking several, done once each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from consent import actions
from consent.domain.answers import enforced_sha256
from counselling.access import SERVICE, Actor, link_actor
from counselling.db import as_actor
from tests.consent import steps
from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.world import World


def handed(world: World) -> tuple[UUID, Actor]:
    """Dana hands her device to Mara."""
    request = steps.ask(world)
    with as_actor(world.dana):
        link = actions.hand_over(actor=world.dana, request_id=request)
    return request, link_actor(link, world.mara)


def hand_over(world: World) -> None:
    handed(world)


def meet(world: World) -> None:
    request, mara = handed(world)
    with as_actor(mara):
        actions.meet(actor=mara, request_id=request)


def open_handed(world: World) -> None:
    request, mara = handed(world)
    with as_actor(mara):
        actions.open_handed(actor=mara, request_id=request)


def hand_back(world: World) -> None:
    request, mara = handed(world)
    with as_actor(mara):
        actions.hand_back(actor=mara, request_id=request)


def set_reminders(world: World) -> None:
    sent = steps.send(world, steps.ask(world))
    with as_actor(world.dana):
        actions.set_reminders(actor=world.dana, request_id=sent.request, on=False)


def remind(world: World) -> None:
    sent = steps.send(world, steps.ask(world))
    with superuser() as root:
        root.execute("UPDATE consent_request SET remind_at = now() - interval '1 second'")
    with as_actor(SERVICE, client=world.mara):
        assert actions.remind(actor=SERVICE, request_id=sent.request)


def read_own_questions(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        actions.ask_question(actor=mara, request_id=request, text="Why?")
    with as_actor(mara):
        actions.read_own_questions(actor=mara, request_id=request)


def witnessed(world: World) -> UUID:
    """Mara has signed, and it is the witness's turn; gives the witness's request."""
    with as_actor(world.dana):
        lead = actions.ask(
            actor=world.dana, client_id=world.mara, version_id=steps.form(steps.SHARING),
            case_id=world.mara_case, asking=steps.asking(), witness=True,
        )  # fmt: skip
    mara = steps.open_by_link(steps.send(world, lead), world.mara)
    steps.sign(lead, mara, steps.read_through(lead, mara, steps.YES))
    from consent import queries

    with as_actor(world.dana):
        return queries.group_of(lead)[1].request


def look_as_witness(world: World) -> None:
    request = witnessed(world)
    with as_actor(world.dana):
        actions.look_as_witness(actor=world.dana, request_id=request)


def sign_as_witness(world: World) -> None:
    sees_it(world, witnessed(world))


def sees_it(world: World, request: UUID, name: str = "Dana Roth") -> UUID:
    """Dana signs as a witness."""
    with as_actor(world.dana):
        read = actions.look_as_witness(actor=world.dana, request_id=request)
    shown = enforced_sha256(read.filled, read.together)
    with as_actor(world.dana):
        return actions.sign_as_witness(
            actor=world.dana, request_id=request, name=name, enforced_shown=shown
        )


def ask_together(world: World) -> None:
    with as_actor(world.dana):
        actions.ask_together(
            actor=world.dana, client_ids=[world.ana, world.ben], asking=steps.asking(),
            version_id=steps.form(steps.SHARING), case_id=world.couple_case,
        )  # fmt: skip


def said_before(world: World) -> None:
    request = steps.ask(world)
    with as_actor(world.dana):
        actions.said_before(actor=world.dana, request_id=request)


ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"consent.actions.{act.__name__}": act
    for act in (
        hand_over, meet, open_handed, hand_back, set_reminders, remind, read_own_questions,
        look_as_witness, sign_as_witness, ask_together, said_before,
    )
}  # fmt: skip
EVENTS: Final[dict[str, list[str]]] = {
    "hand_over": ["link.handed", "request.handed"],
    "meet": ["form.read"],
    "open_handed": ["request.opened"],
    "hand_back": ["link.ended"],
    "set_reminders": ["request.reminders"],
    "remind": ["message.checked", "message.queued", "link.ended", "request.reminded"],
    "read_own_questions": ["question.read"],
    "look_as_witness": ["request.read"],
    "sign_as_witness": ["request.read", "consent.witnessed"],
    "ask_together": ["signers.named", "client.listed", "request.made"] * 2,
    "said_before": ["request.read"],
}
