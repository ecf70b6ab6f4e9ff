"""Sending a recipient a link, reading through it, and closing it: each done once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from consent import actions
from consent.domain.delivery import LetterState
from consent.models import RecipientLetter
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.consent import delivering, steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.world import World


def letter(world: World) -> UUID:
    """Give the letter that was asked for last."""
    with as_actor(world.dana):
        return RecipientLetter.objects.order_by("-made_at").values_list("pk", flat=True)[0]


def deliver(world: World) -> None:
    delivering.delivered(world)


def revoke(world: World) -> None:
    sent = delivering.delivered(world)
    with as_actor(world.dana):
        actions.revoke(actor=world.dana, disclosure_id=sent.disclosure)


def claim_letter(world: World) -> None:
    delivering.delivered(world)
    claimed(world)


def settle_letter(world: World) -> None:
    claim_letter(world)
    which = letter(world)
    with as_actor(SERVICE, client=world.mara):
        actions.settle_letter(actor=SERVICE, letter_id=which, state=LetterState.SENT)


def fail_letter(world: World) -> None:
    delivering.delivered(world)
    which = letter(world)
    with as_actor(SERVICE, client=world.mara):
        actions.fail_letter(actor=SERVICE, letter_id=which, code="OSError")


def claimed(world: World) -> str:
    """Let the worker take the newest letter; give what it says."""
    which = letter(world)
    with as_actor(SERVICE, client=world.mara):
        ready = actions.claim_letter(actor=SERVICE, letter_id=which)
    assert ready is not None
    return ready.body


def _token(world: World) -> tuple[delivering.Sent, str]:
    sent = delivering.delivered(world)
    return sent, delivering.token_in(claimed(world))


def open_share(world: World) -> None:
    sent, token = _token(world)
    delivering.opened(token, sent.secret.secret)


def read_shared(world: World) -> None:
    sent, token = _token(world)
    delivering.read(delivering.reader(token, sent, world.mara), sent)


def finish_reading_shared(world: World) -> None:
    sent, token = _token(world)
    actor = delivering.reader(token, sent, world.mara)
    with as_actor(actor):
        actions.finish_reading_shared(actor=actor, link_id=sent.secret.link)


def tell_it_ended(world: World) -> None:
    sent = delivering.delivered(world)
    steps.stop(world, sent.shared.consent)
    with as_actor(world.dana):
        actions.tell_it_ended(actor=world.dana, disclosure_ids=[sent.disclosure])


def read_to_whom(world: World) -> None:
    steps.disclose(world, steps.shared_permission(world))
    with as_actor(world.dana):
        actions.read_to_whom(actor=world.dana, client_id=world.mara)


def read_why(world: World) -> None:
    made = steps.disclose(world, steps.shared_permission(world), why_so_much="All of it is asked.")
    with as_actor(world.dana):
        actions.read_why(actor=world.dana, disclosure_id=made)


ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"consent.actions.{one.__name__}": one
    for one in (
        deliver, revoke, claim_letter, settle_letter, fail_letter, open_share, read_shared,
        finish_reading_shared, tell_it_ended, read_to_whom, read_why,
    )
}  # fmt: skip
EVENTS: Final[dict[str, list[str]]] = {
    "deliver": ["delivery.made", "delivery.letter_queued"],
    "revoke": ["delivery.revoked"],
    "claim_letter": ["delivery.letter_claimed"],
    "settle_letter": ["delivery.letter_sent"],
    "fail_letter": ["delivery.letter_failed"],
    "open_share": ["delivery.opened"],
    "read_shared": ["delivery.read"],
    "finish_reading_shared": ["delivery.finished"],
    "tell_it_ended": ["delivery.letter_queued"],
    "read_to_whom": ["disclosure.read"],
    "read_why": ["disclosure.why-read"],
}
