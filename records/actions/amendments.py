"""What a client says is not right in a note: asked, answered, and kept beside it (RT-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

import audit.actions
import clients.actions
import clients.queries
from clients.domain import Template
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Stale
from counselling.speech import say
from records.access import seeing_amendments
from records.actions.about import stored
from records.actions.amendments_shown import AmendmentShown, shown
from records.actions.notes import add_addendum
from records.domain import NOTE_ADDED_TO, AddendumKind
from records.domain.amendments import (
    AMENDMENT_ASKED,
    AMENDMENT_READ,
    LONGEST_SAID,
    STEP_EVENTS,
    AmendmentMove,
    Basis,
    IllegalStep,
    decide_step,
    due_at,
)
from records.models import Amendment, AmendmentStep, Note, NotePart, PartAddendum, Reading

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


def ask_amendment(
    *,
    actor: Actor,
    client_id: UUID,
    note_id: UUID,
    wrong: str,
    better: str,
    of_own_part: bool = False,
) -> UUID:
    """Say as a client what is not right in a note they may read, and what it should say.

    Raises NotThere for a note that is not open to them, Invalid when empty or when an earlier word
    about this note still waits for its answer.
    """
    require(actor, Permission.SAY_NOT_RIGHT)
    reading = Reading.objects.filter(note_id=note_id, client_id=client_id, until=None).first()
    part = NotePart.objects.filter(note_id=note_id, client_id=client_id).first()
    shared = Note.objects.filter(id=note_id).exists()
    if reading is None or (not shared and part is None):
        raise NotThere("records_note", note_id)
    _check_said(wrong=wrong, better=better)
    if _unanswered(note_id, client_id):
        raise Invalid(
            say("What you said before is not answered yet. You can add to it then."), "wrong"
        )
    own = part if part is not None and (of_own_part or not shared) else None
    amendment = Amendment(
        note_id=note_id,
        session_id=reading.session_id,
        case_id=reading.case_id,
        client_id=client_id,
        part_id=None if own is None else own.id,
        wrong=wrong,
        better=better,
        asked_at=now(),
    )
    amendment.save(force_insert=True)
    audit.actions.record(
        actor=actor,
        kind=AMENDMENT_ASKED,
        client=client_id,
        case=reading.case_id,
        about=("records_amendment", amendment.id),
        rows=[note_id],
        sealed=stored(amendment, "wrong", "better"),
        relation="self",
    )
    return amendment.id


def _unanswered(note_id: UUID, client_id: UUID) -> bool:
    answered = AmendmentStep.objects.filter(move__in=["accepted", "refused"])
    asked = Amendment.objects.filter(note_id=note_id, client_id=client_id)
    return asked.exclude(id__in=answered.values("amendment_id")).exists()


def open_amendment(*, actor: Actor, amendment_id: UUID) -> AmendmentShown:
    """Open what a client said and what became of it; the note itself stays closed.

    Raises NotThere for a hidden one and for none alike.
    """
    require(actor, seeing_amendments(actor))
    amendment = _amendment(amendment_id)
    grant = audit.actions.record(
        actor=actor,
        kind=AMENDMENT_READ,
        client=amendment.client_id,
        case=amendment.case_id,
        about=("records_amendment", amendment.id),
        rows=[amendment.note_id],
        relation=clients.queries.relation(actor, amendment.case_id),
    )
    return shown(amendment, grant)


def extend_amendment(*, actor: Actor, amendment_id: UUID, reason: str) -> None:
    """Take thirty more days, once and in time, with a reason the client reads."""
    require(actor, Permission.ANSWER_NOT_RIGHT)
    _check_said(text=reason)
    _step(actor, _amendment(amendment_id), AmendmentMove.EXTEND, reason)


def accept_amendment(*, actor: Actor, amendment_id: UUID, correction: str, words: str = "") -> None:
    """Put a correction under the note, since the client is right; the client is told.

    Raises NotThere for who does not see the note: it is corrected by who cares for the client.
    """
    require(actor, Permission.ANSWER_NOT_RIGHT)
    require(actor, Permission.WRITE_NOTE)
    amendment = _amendment(amendment_id)
    _check_open(amendment, AmendmentMove.ACCEPT)
    if amendment.part_id is not None:
        beside = _correct_part(actor, amendment, amendment.part_id, correction)
        _step(actor, amendment, AmendmentMove.ACCEPT, words, part_addendum_id=beside)
        return
    under = add_addendum(
        actor=actor, note_id=amendment.note_id, kind=AddendumKind.CORRECTION, text=correction
    )
    _step(actor, amendment, AmendmentMove.ACCEPT, words, addendum_id=under)


def _correct_part(actor: Actor, amendment: Amendment, part_id: UUID, text: str) -> UUID:
    """Correct what was written about this client alone, where nobody else in the case reads it."""
    if not text.strip():
        raise Invalid("Write what is to stand under the note.", "text")
    addendum = PartAddendum(
        part_id=part_id,
        case_id=amendment.case_id,
        author_id=actor.id,
        client_id=amendment.client_id,
        kind=AddendumKind.CORRECTION,
        text=text,
        signed_at=now(),
    )
    addendum.save(force_insert=True)
    audit.actions.record(
        actor=actor,
        kind=NOTE_ADDED_TO,
        client=amendment.client_id,
        case=amendment.case_id,
        about=("note", amendment.note_id),
        rows=[addendum.id],
        detail={"kind": str(AddendumKind.CORRECTION)},
        sealed=stored(addendum, "text"),
        relation=clients.queries.relation(actor, amendment.case_id),
    )
    return addendum.id


def refuse_amendment(*, actor: Actor, amendment_id: UUID, basis: Basis, words: str) -> None:
    """Refuse on one of the grounds there are, in words the client reads; from here it travels."""
    require(actor, Permission.ANSWER_NOT_RIGHT)
    _check_said(text=words)
    _step(actor, _amendment(amendment_id), AmendmentMove.REFUSE, words, basis=basis)


def disagree_with_refusal(*, actor: Actor, amendment_id: UUID, statement: str) -> None:
    """Put the client's own statement beside what was refused; it goes wherever the note goes."""
    require(actor, Permission.SAY_NOT_RIGHT)
    _check_said(text=statement)
    _step(actor, _amendment(amendment_id), AmendmentMove.DISAGREE, statement)


def reply_to_statement(*, actor: Actor, amendment_id: UUID, words: str) -> None:
    """Reply once to a statement of disagreement; the client is told and the reply travels too."""
    require(actor, Permission.ANSWER_NOT_RIGHT)
    _check_said(text=words)
    _step(actor, _amendment(amendment_id), AmendmentMove.REBUT, words)


def _amendment(amendment_id: UUID) -> Amendment:
    found = Amendment.objects.select_related("session").prefetch_related("steps")
    amendment = found.filter(id=amendment_id).first()
    if amendment is None:
        raise NotThere("records_amendment", amendment_id)
    return amendment


def _check_said(**said: str) -> None:
    for field, words in said.items():
        if not words.strip():
            raise Invalid(say("Write this in your own words."), field)
        if len(words) > LONGEST_SAID:
            raise Invalid(say("At most %(number)s characters.", number=LONGEST_SAID), field)


def _check_open(amendment: Amendment, move: AmendmentMove) -> None:
    steps = [AmendmentMove(one.move) for one in amendment.steps.all()]
    late = now() > due_at(amendment.asked_at, steps)
    try:
        decide_step(steps, move, overdue=late)
    except IllegalStep:
        raise Stale from None


def _step(
    actor: Actor,
    amendment: Amendment,
    move: AmendmentMove,
    text: str,
    *,
    basis: Basis | None = None,
    addendum_id: UUID | None = None,
    part_addendum_id: UUID | None = None,
) -> None:
    """Write one step; raises Stale where somebody else was quicker, or it does not fit any more."""
    _check_open(amendment, move)
    step = AmendmentStep(
        amendment_id=amendment.id,
        case_id=amendment.case_id,
        client_id=amendment.client_id,
        move=move,
        basis=basis or "",
        text=text,
        addendum_id=addendum_id,
        part_addendum_id=part_addendum_id,
        by_id=actor.id,
        at=now(),
    )
    try:
        with transaction.atomic():
            step.save(force_insert=True)
    except IntegrityError:
        raise Stale from None
    audit.actions.record(
        actor=actor,
        kind=STEP_EVENTS[move],
        client=amendment.client_id,
        case=amendment.case_id,
        about=("records_amendment", amendment.id),
        rows=[amendment.note_id, step.id],
        reason=step.basis,
        sealed=stored(step, "text"),
        relation=clients.queries.relation(actor, amendment.case_id),
    )
    if move is not AmendmentMove.DISAGREE:
        _tell(actor, amendment.client_id)


def _tell(actor: Actor, client_id: UUID) -> None:
    """Write a letter that says no more than that there is something to read."""
    link = "/space" if clients.queries.has_portal(client_id) else ""
    clients.actions.queue_message(
        actor=actor, client_id=client_id, template=Template.DOCUMENT, link=link
    )
