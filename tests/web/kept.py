"""Somebody who may be told something of Ana, how they are reached, what she wants kept back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import consent.actions
from consent.domain.documents import RecipientShown
from consent.domain.recipients import AddressKind, RecipientKind
from consent.domain.restrictions import AskedHow, EndWay, RestrictionAnswer, What, Wish
from counselling.db import as_actor

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

# words that are nowhere else
CALLED: Final = "Zimtwaffelberg"
NUMBER: Final = "0361 7730412"
WISHED: Final = "Kellertreppenuhr"
REFUSED: Final = "Dachrinnenflieder"
ENDED: Final = "Waschbrettmond"


def known(by: Actor, client: UUID, word: str = CALLED) -> dict[str, UUID]:
    """Leave a recipient with an address, whose new name waits; and a wish nobody answered."""
    with as_actor(by):
        recipient = consent.actions.add_recipient(
            actor=by, client_id=client, kind=RecipientKind.DOCTOR,
            shown=RecipientShown(f"Dr {word}", "dentist", "", "Am Ring 1"),
        )  # fmt: skip
    with as_actor(by):
        address = consent.actions.add_address(
            actor=by, recipient_id=recipient, kind=AddressKind.PHONE, value=NUMBER
        )
        consent.actions.correct_recipient(
            actor=by, recipient_id=recipient,
            shown=RecipientShown(f"Dr {word}-Amsel", "dentist", "", "Am Ring 1"),
        )  # fmt: skip
        wish = Wish(what=What.EVERYTHING, recipient_kind=RecipientKind.EMPLOYER, words=WISHED)
        restriction = consent.actions.ask_restriction(
            actor=by, client_id=client, wish=wish, how=AskedHow.ROOM
        )
    return {"recipient": recipient, "address": address, "restriction": restriction}


def kept(world: World) -> dict[str, UUID]:
    """Leave all of it for Ana, and two wishes more: one refused, one that ended."""
    left = known(world.dana, world.ana)
    wish = Wish(what=What.CATEGORY, category="sud_notes")
    refused, ended = _answered(world.dana, world.ana, wish, REFUSED, ENDED)
    return left | {"refused_restriction": refused, "ended_restriction": ended}


def _answered(dana: Actor, client: UUID, wish: Wish, refused: str, ended: str) -> list[UUID]:
    with as_actor(dana):
        asked = [
            consent.actions.ask_restriction(
                actor=dana, client_id=client, wish=wish, how=AskedHow.LETTER
            )
            for _ in range(2)
        ]
    with as_actor(dana):
        consent.actions.answer_restriction(
            actor=dana, restriction_id=asked[0], answer=RestrictionAnswer.REFUSED, reason=refused
        )
        consent.actions.answer_restriction(
            actor=dana, restriction_id=asked[1], answer=RestrictionAnswer.AGREED
        )
        consent.actions.end_restriction(
            actor=dana, restriction_id=asked[1], way=EndWay.CLIENT_SAYS, words=ended
        )
    return asked


def kept_elsewhere(world: World) -> dict[str, UUID]:
    """Leave the same for Jon, whom Sam cares for."""
    return {f"{name}_id": row for name, row in known(world.sam, world.jon).items()}


def planted(world: World, client: UUID, word: str) -> None:
    """Put a word into everything that is sealed of recipients and of what is kept back."""
    dana = world.dana
    left = known(dana, client, word)
    with as_actor(dana):
        consent.actions.add_address(
            actor=dana, recipient_id=left["recipient"], kind=AddressKind.POST, value=f"{word} 7"
        )
    wish = Wish(what=What.CATEGORY, category="summary", words=f"{word} wished")
    _answered(dana, client, wish, f"{word} refused", f"{word} ended")
