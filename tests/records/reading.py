"""What the stories of a client who reads have in common: a note opened, a word about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import consent.actions
import consent.queries
import records.actions
from counselling.db import as_actor
from records.domain.amendments import Basis
from tests.consent import steps
from tests.records.writing import signed_note

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World


def opened_note(world: World, text: str = "Slept five hours.") -> UUID:
    """Sign a note of Mara's and let her read it."""
    note = signed_note(world.dana, world.mara_case, text, alone="Mine.")
    let_read(world.dana, note, world.mara)
    return note


def let_read(author: Actor, note: UUID, *people: UUID) -> None:
    """Let exactly these people read a note."""
    with as_actor(author):
        records.actions.set_readers(actor=author, note_id=note, client_ids=people)


def reads(person: Actor, note: UUID) -> records.actions.OwnNotePage:
    """Read a note as the client does."""
    assert person.client is not None
    with as_actor(person):
        return records.actions.read_own_note(actor=person, note_id=note, client_id=person.client)


def says(person: Actor, note: UUID, words: str = "It was seven.", *, own: bool = False) -> UUID:
    """Say as a client that something in a note is not right."""
    assert person.client is not None
    with as_actor(person):
        return records.actions.ask_amendment(
            actor=person, client_id=person.client, note_id=note, of_own_part=own,
            wrong=f"Not so: {words}", better=words,
        )  # fmt: skip


def refuses(by: Actor, amendment: UUID, words: str = "My clock said so.") -> None:
    """Refuse on the ground that the note is right."""
    with as_actor(by):
        records.actions.refuse_amendment(
            actor=by, amendment_id=amendment, basis=Basis.ACCURATE, words=words
        )


def disagrees(person: Actor, amendment: UUID, statement: str = "I slept seven hours.") -> None:
    """Put a statement of one's own beside it."""
    with as_actor(person):
        records.actions.disagree_with_refusal(
            actor=person, amendment_id=amendment, statement=statement
        )


def replies(by: Actor, amendment: UUID, words: str = "We looked at the log.") -> None:
    """Reply to the statement."""
    with as_actor(by):
        records.actions.reply_to_statement(actor=by, amendment_id=amendment, words=words)


def accepts(by: Actor, amendment: UUID, correction: str, words: str = "") -> None:
    """Put a correction under the note."""
    with as_actor(by):
        records.actions.accept_amendment(
            actor=by, amendment_id=amendment, correction=correction, words=words
        )


def extends(by: Actor, amendment: UUID, reason: str = "The log is with her doctor.") -> None:
    """Take thirty more days."""
    with as_actor(by):
        records.actions.extend_amendment(actor=by, amendment_id=amendment, reason=reason)


def went(by: Actor, client: UUID, case: UUID, note: UUID) -> UUID:
    """Share a note on the live permission, before anything in it is corrected."""
    with as_actor(by):
        (row,) = consent.queries.live_consents(client, sharing=True)
        return consent.actions.disclose(
            actor=by, client_id=client, case_id=case, consent_id=row.id, pack=steps.PACK,
            note_ids=[note], categories=["session_notes"],
        )  # fmt: skip


def others(by: Actor, amendment: UUID) -> list[records.actions.Other]:
    """Look who else is to know of a correction."""
    with as_actor(by):
        return records.actions.others_to_tell(actor=by, amendment_id=amendment)


def names(person: Actor, amendment: UUID, who: str = "The school nurse") -> UUID:
    """Name somebody who is to know."""
    with as_actor(person):
        return records.actions.name_other(actor=person, amendment_id=amendment, who=who)


def tells(by: Actor, amendment: UUID, other: UUID, recipient: UUID | None = None) -> UUID:
    """Prepare to tell one of them; gives the share."""
    with as_actor(by):
        return records.actions.tell_other(
            actor=by, amendment_id=amendment, other_id=other, recipient_id=recipient
        )


def leaves_out(by: Actor, amendment: UUID, other: UUID, why: str = "He has moved.") -> None:
    """Write down why one of them is not told."""
    with as_actor(by):
        records.actions.tell_not(actor=by, amendment_id=amendment, other_id=other, why=why)
