"""Each use case about subpoenas, holds and accountings, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from consent import actions, queries
from consent.domain.accounting import AskedHow
from consent.domain.subpoenas import HoldAnswer, HowTold, Step, WhyHeld
from counselling.access import SERVICE
from counselling.db import as_actor, uuid7
from tests.consent import law_steps, steps
from tests.consent.freezing import agree, freeze

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.world import World


def place_hold(world: World) -> UUID:
    with as_actor(world.dana):
        return actions.place_hold(
            actor=world.dana, client_id=world.mara, why=WhyHeld.COMPLAINT, words="a complaint"
        )


def read_holds(world: World) -> None:
    place_hold(world)
    with as_actor(world.dana):
        actions.read_holds(actor=world.dana, client_id=world.mara)


def ask_hold_end(world: World) -> UUID:
    hold = place_hold(world)
    with as_actor(world.dana):
        actions.ask_hold_end(actor=world.dana, hold_id=hold, words="It is settled.")
    return hold


def decide_hold_end(world: World) -> None:
    hold = ask_hold_end(world)
    with as_actor(world.vera):
        actions.decide_hold_end(actor=world.vera, hold_id=hold, answer=HoldAnswer.END)


def record_subpoena(world: World) -> UUID:
    return law_steps.subpoena(world)


def read_subpoenas(world: World) -> None:
    record_subpoena(world)
    with as_actor(world.dana):
        actions.read_subpoenas(actor=world.dana, client_id=world.mara)


def read_subpoena(world: World) -> None:
    subpoena = record_subpoena(world)
    with as_actor(world.dana):
        actions.read_subpoena(actor=world.dana, subpoena_id=subpoena)


def add_step(world: World) -> None:
    law_steps.step(world, record_subpoena(world), Step.OBJECTED, "by our lawyer")


def keep_subpoena_paper(world: World) -> UUID:
    subpoena = record_subpoena(world)
    with as_actor(world.dana):
        return actions.keep_subpoena_paper(
            actor=world.dana, subpoena_id=subpoena, content=law_steps.PAPER, media="application/pdf"
        )


def open_subpoena_paper(world: World) -> None:
    paper = keep_subpoena_paper(world)
    with as_actor(world.dana):
        actions.open_subpoena_paper(actor=world.dana, paper_id=paper)


def release_for_subpoena(world: World) -> None:
    subpoena = record_subpoena(world)
    with as_actor(world.vera):
        actions.release_for_subpoena(
            actor=world.vera, subpoena_id=subpoena, share=uuid7(), prepared_by=world.dana.id,
            content_sha256="ab" * 32,
        )  # fmt: skip


def send_back_for_subpoena(world: World) -> None:
    subpoena = record_subpoena(world)
    with as_actor(world.vera):
        actions.send_back_for_subpoena(
            actor=world.vera, subpoena_id=subpoena, share=uuid7(), prepared_by=world.dana.id,
            content_sha256="ab" * 32, words="The second page is not asked for.",
        )  # fmt: skip


def tell_of_subpoena(world: World) -> None:
    subpoena = record_subpoena(world)
    with as_actor(SERVICE, client=world.mara):
        actions.tell_of_subpoena(actor=SERVICE, subpoena_id=subpoena)


def fail_telling_of_subpoena(world: World) -> None:
    subpoena = record_subpoena(world)
    with as_actor(SERVICE, client=world.mara):
        actions.fail_telling_of_subpoena(actor=SERVICE, subpoena_id=subpoena, code="KilledError")


def told_of_subpoena(world: World) -> None:
    subpoena = record_subpoena(world)
    with as_actor(world.dana):
        actions.told_of_subpoena(actor=world.dana, subpoena_id=subpoena, how=HowTold.ROOM)


def read_own_subpoenas(world: World) -> None:
    record_subpoena(world)
    with as_actor(world.mara_portal):
        actions.read_own_subpoenas(actor=world.mara_portal, client_id=world.mara)


def account_for(world: World) -> None:
    steps.disclose(world, steps.shared_permission(world))
    law_steps.account(world)


def give_accounting(world: World) -> None:
    steps.disclose(world, steps.shared_permission(world))
    law_steps.given(world)


def ask_accounting(world: World) -> UUID:
    with as_actor(world.dana):
        return actions.ask_accounting(
            actor=world.dana, client_id=world.mara, since=law_steps.today(),
            until=law_steps.today(), how=AskedHow.PHONE, asked_on=law_steps.today(),
        )  # fmt: skip


def extend_accounting(world: World) -> None:
    request = ask_accounting(world)
    with as_actor(world.dana):
        actions.extend_accounting(actor=world.dana, request_id=request, why="Two files in store.")


def suspend_accounting(world: World) -> UUID:
    made = law_steps.suspend(world, law_steps.hidden(world))
    with as_actor(world.dana):
        assert queries.disclosures_of(world.mara)
    return made


def read_asked_accountings(world: World) -> None:
    ask_accounting(world)
    with as_actor(world.mara_portal):
        actions.read_asked_accountings(actor=world.mara_portal, client_id=world.mara)


def open_given_accounting(world: World) -> None:
    give_accounting(world)
    with as_actor(world.mara_portal):
        (given,) = queries.given_accountings(world.mara)
        actions.open_given_accounting(actor=world.mara_portal, given_id=given.id)


def read_suspension(world: World) -> None:
    made = suspend_accounting(world)
    with as_actor(world.vera):
        actions.read_suspension(actor=world.vera, suspension_id=made)


def let_go_on(world: World) -> None:
    freeze()
    agree(world.priya)


ACTS: Final[dict[str, Callable[[World], object]]] = {
    f"consent.actions.{act.__name__}": act
    for act in (
        place_hold, read_holds, ask_hold_end, decide_hold_end, record_subpoena, read_subpoenas,
        read_subpoena, add_step, keep_subpoena_paper, open_subpoena_paper, release_for_subpoena,
        send_back_for_subpoena, tell_of_subpoena, fail_telling_of_subpoena, told_of_subpoena,
        read_own_subpoenas, account_for, give_accounting, ask_accounting, extend_accounting,
        suspend_accounting, read_asked_accountings, open_given_accounting,
        read_suspension, let_go_on,
    )
}  # fmt: skip
EVENTS: Final[dict[str, list[str]]] = {
    "place_hold": ["hold.placed"],
    "read_holds": ["hold.read"],
    "ask_hold_end": ["hold.end_asked"],
    "decide_hold_end": ["hold.decided"],
    "record_subpoena": ["hold.placed", "subpoena.came"],
    "read_subpoenas": ["subpoena.read"],
    "read_subpoena": ["subpoena.read"],
    "add_step": ["subpoena.step"],
    "keep_subpoena_paper": ["subpoena.paper_kept"],
    "open_subpoena_paper": ["subpoena.paper_opened"],
    "release_for_subpoena": ["subpoena.released"],
    "send_back_for_subpoena": ["subpoena.sent_back"],
    "tell_of_subpoena": ["message.queued", "subpoena.tended"],
    "fail_telling_of_subpoena": ["subpoena.tended"],
    "told_of_subpoena": ["subpoena.told"],
    "let_go_on": ["audit.thaw.agreed"],
    "read_own_subpoenas": ["subpoena.own_read"],
    "account_for": ["accounting.read"],
    "give_accounting": ["accounting.given", "accounting.read", "client.listed"],
    "ask_accounting": ["accounting.asked"],
    "extend_accounting": ["accounting.extended"],
    "suspend_accounting": ["accounting.suspended"],
    "read_asked_accountings": ["accounting.asked_read"],
    "open_given_accounting": ["accounting.opened"],
    "read_suspension": ["accounting.suspension_read"],
}
