"""Each use case of keeping recipients, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from consent import actions
from consent.domain.documents import RecipientShown
from consent.domain.recipients import AddressKind, Agreement, RecipientKind, Verified
from consent.domain.restrictions import AskedHow, EndWay, RestrictionAnswer, What, Wish
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


NOTHING_TO_INSURERS: Final = Wish(
    what=What.EVERYTHING, recipient_kind=RecipientKind.INSURER, words="My insurer is my cousin."
)


def wished(world: World, wish: Wish = NOTHING_TO_INSURERS) -> UUID:
    with as_actor(world.mara_portal):
        return actions.ask_restriction(actor=world.mara_portal, client_id=world.mara, wish=wish)


def agreed(world: World, wish: Wish = NOTHING_TO_INSURERS) -> UUID:
    asked = wished(world, wish)
    answered(world, asked, RestrictionAnswer.AGREED)
    return asked


def answered(world: World, asked: UUID, answer: RestrictionAnswer, reason: str = "") -> None:
    with as_actor(world.dana):
        actions.answer_restriction(
            actor=world.dana, restriction_id=asked, answer=answer, reason=reason
        )


def ended(world: World, asked: UUID, way: EndWay = EndWay.CLIENT_SAYS) -> None:
    with as_actor(world.dana):
        actions.end_restriction(
            actor=world.dana, restriction_id=asked, way=way, words="We talked about it."
        )


def ask_restriction(world: World) -> None:
    with as_actor(world.dana):
        actions.ask_restriction(
            actor=world.dana, client_id=world.mara, wish=NOTHING_TO_INSURERS, how=AskedHow.ROOM
        )


def answer_restriction(world: World) -> None:
    agreed(world)


def end_restriction(world: World) -> None:
    ended(world, agreed(world))


def read_restrictions(world: World) -> None:
    ended(world, agreed(world))
    with as_actor(world.mara_portal):
        actions.read_restrictions(actor=world.mara_portal, client_id=world.mara)


ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"consent.actions.{act.__name__}": act
    for act in (
        read_recipients, add_recipient, correct_recipient, merge_recipients, add_address,
        verify_address, end_address, decide_wording, decide_merge, ask_restriction,
        answer_restriction, end_restriction, read_restrictions,
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
    "ask_restriction": ["restriction.asked"],
    "answer_restriction": ["restriction.answered"],
    "end_restriction": ["restriction.ended"],
    "read_restrictions": ["restriction.read"],
}
