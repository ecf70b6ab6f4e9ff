"""Each use case of keeping recipients, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from consent import actions
from consent.domain.documents import RecipientShown
from consent.domain.recipients import AddressKind, Agreement, RecipientKind, Verified
from counselling.db import as_actor

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.world import World

HANS: Final = RecipientShown("Hans Quillfeather", "GP", "Quill Surgery", "Am Anger 4, Jena")
MARRIED: Final = RecipientShown("Hans Ottersby", "GP", "Quill Surgery", "Am Anger 4, Jena")


def added(world: World, shown: RecipientShown = HANS) -> UUID:
    with as_actor(world.dana):
        return actions.add_recipient(
            actor=world.dana, client_id=world.mara, shown=shown, kind=RecipientKind.DOCTOR
        )


def renamed(world: World, recipient: UUID, shown: RecipientShown = MARRIED) -> UUID:
    with as_actor(world.dana):
        return actions.correct_recipient(actor=world.dana, recipient_id=recipient, shown=shown)


def addressed(world: World, recipient: UUID) -> UUID:
    with as_actor(world.dana):
        return actions.add_address(
            actor=world.dana, recipient_id=recipient, kind=AddressKind.PHONE, value="03641 555 20"
        )


def merged(world: World, gone: UUID, into: UUID) -> UUID:
    with as_actor(world.dana):
        return actions.merge_recipients(actor=world.dana, gone_id=gone, into_id=into)


def read_recipients(world: World) -> None:
    addressed(world, added(world))
    with as_actor(world.dana):
        actions.read_recipients(actor=world.dana, client_id=world.mara)


def add_recipient(world: World) -> None:
    added(world)


def correct_recipient(world: World) -> None:
    renamed(world, added(world))


def merge_recipients(world: World) -> None:
    merged(world, added(world), added(world, MARRIED))


def add_address(world: World) -> None:
    addressed(world, added(world))


def verify_address(world: World) -> None:
    address = addressed(world, added(world))
    with as_actor(world.dana):
        actions.verify_address(actor=world.dana, address_id=address, how=Verified.CALLED_BACK)


def end_address(world: World) -> None:
    address = addressed(world, added(world))
    with as_actor(world.dana):
        actions.end_address(actor=world.dana, address_id=address)


def decide_wording(world: World) -> None:
    wording = renamed(world, added(world))
    with as_actor(world.priya):
        actions.decide_wording(actor=world.priya, wording_id=wording, answer=Agreement.AGREE)


def decide_merge(world: World) -> None:
    both = merged(world, added(world), added(world, MARRIED))
    with as_actor(world.priya):
        actions.decide_merge(actor=world.priya, merge_id=both, answer=Agreement.AGREE)


ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"consent.actions.{act.__name__}": act
    for act in (
        read_recipients, add_recipient, correct_recipient, merge_recipients, add_address,
        verify_address, end_address, decide_wording, decide_merge,
    )
}  # fmt: skip
EVENTS: Final[dict[str, list[str]]] = {
    "read_recipients": ["recipient.read"],
    "add_recipient": ["recipient.added"],
    "correct_recipient": ["recipient.corrected"],
    "merge_recipients": ["recipient.merged"],
    "add_address": ["recipient.address_added"],
    "verify_address": ["recipient.address_verified"],
    "end_address": ["recipient.address_ended"],
    "decide_wording": ["recipient.decided"],
    "decide_merge": ["recipient.decided"],
}
