"""What waits for a witness, a device in a client's hands, and the words around a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

import consent.actions
import consent.queries
from consent.domain.states import WhyVoid
from counselling.db import as_actor
from tests.consent import steps

if TYPE_CHECKING:
    from uuid import UUID

    from django.test import Client

    from tests.world import World


def awaits_a_witness(world: World) -> UUID:
    """Have Ana sign a form that one of the practice is to witness; gives the witness's part."""
    with as_actor(world.dana):
        lead = consent.actions.ask(
            actor=world.dana, client_id=world.ana, version_id=steps.form(steps.AGREEMENT),
            asking=consent.actions.Asking(), witness=True,
        )  # fmt: skip
    ana = steps.open_by_link(steps.send(world, lead), world.ana)
    shown = steps.read_through(lead, ana, {"begin": True, "emergency-contact": False})
    steps.sign(lead, ana, shown, name="Anathorpe Windlestraw")
    with as_actor(world.dana):
        return consent.queries.group_of(lead)[1].request


def handed_over(browser: Client, request: UUID) -> Client:
    """Hand the device of who is signed in over for one form."""
    answer = browser.post(reverse("consent:hand-over", args=[request]))
    assert answer.status_code == 302, answer.content
    return browser


def planted(world: World, client: UUID, word: str) -> None:
    """Answer a question in words, call a form back in words, and have one declined with a note."""
    asked, called, declined = (steps.ask(world, steps.AGREEMENT, client=client) for _ in range(3))
    reader = steps.open_by_link(steps.send(world, asked), client)
    with as_actor(reader):
        question = consent.actions.ask_question(
            actor=reader, request_id=asked, text=f"{word}-asked"
        )
    with as_actor(world.dana):
        consent.actions.close_question(
            actor=world.dana, question_id=question, answer=f"{word}-answer"
        )
    with as_actor(world.dana):
        consent.actions.void_request(
            actor=world.dana, request_id=called, why=WhyVoid.MISTAKE, words=f"{word}-void"
        )
    says_no = steps.open_by_link(steps.send(world, declined), client)
    with as_actor(says_no):
        consent.actions.decline(actor=says_no, request_id=declined, note=f"{word}-declined")
