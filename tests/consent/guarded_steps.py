"""Several people sign one form: each reads it and answers for themselves, in turn."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from consent import actions, queries
from consent.domain.answers import enforced_sha256
from consent.domain.documents import text_sha256
from consent.queries.groups import group_of
from counselling.db import as_actor
from tests.consent import steps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from counselling.access import Actor
    from tests.clients.guarding import Young
    from tests.world import World


@dataclasses.dataclass(frozen=True)
class Together:
    """A form that was sent to everybody who signs: each with their request, in turn."""

    lead: UUID
    parts: tuple[tuple[UUID, Actor, str], ...]


def sent(world: World, young: Young, slug: str = steps.SHARING) -> Together:
    """Dana asks Ben and whoever decides with him."""
    lead = steps.ask(world, slug, client=young.client)
    steps.send(world, lead)
    with as_actor(world.dana):
        parts = group_of(lead)
    who = {
        None: (world.ben_portal, "Benjabur Oxenholme"),
        young.mum: (young.mum_portal, "Quillaria Oxenholme"),
        young.dad: (young.dad_portal, "Darbrook Oxenholme"),
    }
    return Together(lead, tuple((one.request, *who[one.guardian]) for one in parts))


def sign_one(
    request: UUID, actor: Actor, name: str, answers: Mapping[str, bool], *, opened: bool = False
) -> UUID:
    """Open, read through, answer and sign, in one's own space, or by a link that is `opened`."""
    if not opened:
        with as_actor(actor):
            actions.open_request(actor=actor, request_id=request)
    with as_actor(actor):
        actions.accept_online(
            actor=actor, request_id=request, explained_sha256=text_sha256("explained")
        )
    with as_actor(actor):
        actions.save_answers(actor=actor, request_id=request, answers=answers)
    with as_actor(actor):
        read = actions.read_form(actor=actor, request_id=request, page="whole text")
    with as_actor(actor):
        actions.finish_reading(actor=actor, request_id=request, shown_sha256=read.shown_sha256)
    with as_actor(actor):
        shown = actions.read_form(actor=actor, request_id=request, page="signature")
    return steps.sign(request, actor, enforced_sha256(shown.filled, shown.together), name)


def sign_all(together: Together, *answers: Mapping[str, bool]) -> None:
    """Let everybody sign in turn, each with their own answers, or all with the same."""
    for number, (request, actor, name) in enumerate(together.parts):
        sign_one(request, actor, name, answers[min(number, len(answers) - 1)])


def live(world: World, client: UUID) -> set[str]:
    """Give the clauses that hold."""
    with as_actor(world.dana):
        return {one.clause for one in queries.live_consents(client)}
