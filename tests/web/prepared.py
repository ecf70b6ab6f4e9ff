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

    from counselling.access import Actor
    from tests.world import World

# what the letter says, and nothing else does
LETTER = "Zephyrine sleeps through most nights"
# why so much went, and why nobody waited: words that are nowhere else
MUCH = "Quastenzweig"
AT_ONCE = "Flussbettkies"


def prepared(world: World, case: UUID) -> dict[str, UUID]:
    """Leave a letter that waits for Ana's word."""
    with as_actor(world.dana):
        (row,) = consent.queries.live_consents(world.ana, sharing=True)
    assert row.recipient is not None
    return _shown_first(world.dana, world.ana, case, row.recipient)


def prepared_elsewhere(world: World) -> dict[str, UUID]:
    """Leave a letter of Sam's that waits for Jon's word."""
    to = _somebody(world.sam, world.jon, "Dr Nobody Else")
    made = _shown_first(world.sam, world.jon, world.jon_case, to)
    return {"share_id": made["share"], "showing_id": made["showing"]}


def _shown_first(by: Actor, client: UUID, case: UUID, to: UUID) -> dict[str, UUID]:
    with as_actor(by):
        share = records.actions.begin_share(
            actor=by, client_id=client, case_id=case, recipient_id=to, purpose="school"
        )
    with as_actor(by):
        records.actions.choose(
            actor=by, share_id=share,
            chosen=records.actions.Chosen(level=Level.SUMMARY, show_first=True),
        )  # fmt: skip
    with as_actor(by):
        records.actions.write_letter(actor=by, share_id=share, version=1, text=LETTER)
    with as_actor(by):
        looked = records.actions.preview_share(actor=by, share_id=share)
    with as_actor(by):
        showing = records.actions.show_first(actor=by, share_id=share, previewed=looked.sha256)
    return {"share": share, "showing": showing}


def asked_for(world: World, case: UUID, subpoena: UUID, note: UUID) -> dict[str, UUID]:
    """Leave a note that is locked because a subpoena asks for it; a second person looks."""
    dana = world.dana
    with as_actor(dana):
        (row,) = consent.queries.live_consents(world.ana, sharing=True)
    assert row.recipient is not None
    said = {"client_id": world.ana, "case_id": case, "purpose": row.purpose}
    share = sharing.begin(world, row.recipient, subpoena_id=subpoena, **said)
    sharing.choose(world, share, Level.NOTES, note)
    sha = sharing.look(world, share).sha256
    with as_actor(dana):
        records.actions.lock_share(actor=dana, share_id=share, previewed=sha)
    return {"asked_for_share": share}


def by_itself(world: World, case: UUID, note: UUID) -> dict[str, UUID]:
    """Leave a note that the machine sent as a link, whose second secret nobody has read yet."""
    ana = world.ana
    with as_actor(world.dana):
        (row,) = consent.queries.live_consents(ana, sharing=True)
    assert row.recipient is not None
    address = delivering.address(world, row.recipient, AddressKind.EMAIL, "post@ysolde.example")
    said = {"client_id": ana, "case_id": case, "purpose": row.purpose}
    share = sharing.begin(world, row.recipient, **said)
    sharing.choose(world, share, Level.NOTES, note, why_so_much=MUCH, show_first=True)
    with as_actor(world.dana):
        records.actions.send_without_waiting(actor=world.dana, share_id=share, why=AT_ONCE)
    way = records.actions.Way(channel=Channel.LINK, address=address, told_by="in_person")
    sharing.resume(world, share, Resume.SEND, way=way)
    assert sharing.machine(share, ana)
    sent = sharing.row(world, share).disclosure
    assert sent is not None
    return {"sent_share": share, "sent_disclosure": sent}


def planted(world: World, client: UUID, case: UUID, word: str) -> None:
    """Put a word into everything that is sealed of what is prepared to be shared."""
    assign(world.fred, case, world.tess)
    _letter(world, client, case, word)
    _of_a_trainee(world, client, case, word)
    _by_itself(world, client, case, word)


def _somebody(by: Actor, client: UUID, name: str) -> UUID:
    with as_actor(by):
        return consent.actions.add_recipient(
            actor=by, client_id=client, shown=RecipientShown(name, "GP", "", ""),
            kind=RecipientKind.DOCTOR,
        )  # fmt: skip


def _letter(world: World, client: UUID, case: UUID, word: str) -> None:
    dana = world.dana
    to = _somebody(world.dana, client, f"Dr {word}-letter")
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
    to = _somebody(world.dana, client, f"Dr {word}-trainee")
    share = sharing.asked_of_supervisor(world, client, case, to)
    with as_actor(world.vera):
        records.actions.give_back_share(actor=world.vera, share_id=share, words=f"{word} back")


def _by_itself(world: World, client: UUID, case: UUID, word: str) -> None:
    """Have the machine send a link, so that its second secret waits to be told."""
    note = signed_note(world.dana, case, f"{word} to be sent")
    to = _somebody(world.dana, client, f"Dr {word}-machine")
    address = delivering.address(world, to, AddressKind.EMAIL, f"{word}@surgery.example")
    share = sharing.begin(world, to, client_id=client, case_id=case)
    sharing.choose(world, share, Level.NOTES, note, why_so_much=f"{word} so much")
    way = records.actions.Way(channel=Channel.LINK, address=address, told_by="in_person")
    sharing.resume(world, share, Resume.SEND, way=way)
    sharing.agree(world, to, client=client)
    assert sharing.machine(share, client)
