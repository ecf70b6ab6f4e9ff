"""Something about Ana that Dana prepares to share, and that Ana is shown first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import consent.actions
import consent.queries
import records.actions
from consent.domain.documents import RecipientShown
from consent.domain.recipients import AddressKind, RecipientKind
from counselling.db import as_actor
from records.domain.redacting import Choices
from records.domain.shares import Answer, Channel, Level, Resume
from tests.consent import delivering
from tests.records import sharing
from tests.records.writing import signed_note
from tests.world import assign

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

# what the letter says, and nothing else does
LETTER = "Zephyrine sleeps through most nights"


def prepared(world: World, case: UUID) -> dict[str, UUID]:
    """Leave a letter that waits for Ana's word."""
    dana = world.dana
    with as_actor(dana):
        (row,) = consent.queries.live_consents(world.ana, sharing=True)
        assert row.recipient is not None
        share = records.actions.begin_share(
            actor=dana, client_id=world.ana, case_id=case, recipient_id=row.recipient,
            purpose="school",
        )  # fmt: skip
    with as_actor(dana):
        records.actions.choose(
            actor=dana, share_id=share,
            chosen=records.actions.Chosen(level=Level.SUMMARY, show_first=True),
        )  # fmt: skip
    with as_actor(dana):
        records.actions.write_letter(actor=dana, share_id=share, version=1, text=LETTER)
    with as_actor(dana):
        looked = records.actions.preview_share(actor=dana, share_id=share)
    with as_actor(dana):
        showing = records.actions.show_first(actor=dana, share_id=share, previewed=looked.sha256)
    return {"share": share, "showing": showing}


def planted(world: World, client: UUID, case: UUID, word: str) -> None:
    """Put a word into everything that is sealed of what is prepared to be shared."""
    assign(world.fred, case, world.tess)
    _letter(world, client, case, word)
    _of_a_trainee(world, client, case, word)
    _by_itself(world, client, case, word)


def _somebody(world: World, client: UUID, name: str) -> UUID:
    with as_actor(world.dana):
        return consent.actions.add_recipient(
            actor=world.dana, client_id=client, shown=RecipientShown(name, "GP", "", ""),
            kind=RecipientKind.DOCTOR,
        )  # fmt: skip


def _letter(world: World, client: UUID, case: UUID, word: str) -> None:
    dana = world.dana
    to = _somebody(world, client, f"Dr {word}-letter")
    said = {"client_id": client, "case_id": case, "purpose": "school"}
    share = sharing.begin(world, to, **said)
    sharing.choose(world, share, Level.SUMMARY, why_so_much=f"{word} so much")
    with as_actor(dana):
        records.actions.write_letter(
            actor=dana, share_id=share, version=1, text=f"{word} letter, {word} passage"
        )
    with as_actor(dana):
        records.actions.leave_out(
            actor=dana, share_id=share, choices=Choices(passages=(f"{word} passage",))
        )
    sha = sharing.look(world, share).sha256
    with as_actor(dana):
        records.actions.show_first(actor=dana, share_id=share, previewed=sha)
    with as_actor(dana):
        records.actions.answer_in_room(
            actor=dana, share_id=share, answer=Answer.NOT_RIGHT, words=f"{word} said"
        )
    with as_actor(dana):
        records.actions.send_without_waiting(actor=dana, share_id=share, why=f"{word} at once")


def _of_a_trainee(world: World, client: UUID, case: UUID, word: str) -> None:
    to = _somebody(world, client, f"Dr {word}-trainee")
    share = sharing.asked_of_supervisor(world, client, case, to)
    with as_actor(world.vera):
        records.actions.give_back_share(actor=world.vera, share_id=share, words=f"{word} back")


def _by_itself(world: World, client: UUID, case: UUID, word: str) -> None:
    """Have the machine send a link, so that its second secret waits to be told."""
    note = signed_note(world.dana, case, f"{word} to be sent")
    to = _somebody(world, client, f"Dr {word}-machine")
    address = delivering.address(world, to, AddressKind.EMAIL, f"{word}@surgery.example")
    share = sharing.begin(world, to, client_id=client, case_id=case)
    sharing.choose(world, share, Level.NOTES, note)
    way = records.actions.Way(channel=Channel.LINK, address=address, told_by="in_person")
    sharing.resume(world, share, Resume.SEND, way=way)
    sharing.agree(world, to, client=client)
    assert sharing.machine(share, client)
