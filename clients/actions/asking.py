"""A client asks about an opening of their file; somebody else than who opened it answers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

import audit.actions
from clients import queries
from clients.actions.messages import queue_message
from clients.actions.openings import ACCESSES
from clients.domain import openings as domain
from clients.domain.messages import Template
from clients.models import AccessAnswer, AccessQuestion
from counselling import db, vault
from counselling.access import Permission, Role, require
from counselling.accounts import actions as accounts
from counselling.accounts import queries as people
from counselling.errors import Invalid, NotThere, Refused
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from audit.domain import Entry, EventKind
    from clients.queries.openings import AskedRow
    from counselling.access import Actor

_TABLE = "clients_accessquestion"


@dataclasses.dataclass(frozen=True, slots=True)
class AskedShown:
    """A question and its answer, opened."""

    row: AskedRow
    words: str = dataclasses.field(repr=False)
    answer: str = dataclasses.field(repr=False)


def ask_about_opening(*, actor: Actor, line: Sequence[Entry], words: str) -> UUID:
    """Ask about one line of who opened the file: it has a clock, and goes to somebody else."""
    require(actor, Permission.SEE_OWN_FILE)
    client = queries.client_of_account(actor.id)
    if client is None or not line:
        raise NotThere("audit_event")
    if not words.strip():
        raise Invalid(say("Write what you want to know."), "words")
    events = [one.id for one in line]
    if queries.asked_about(client, events):
        raise Invalid(say("You have asked about this already."))
    at = db.now()
    made = AccessQuestion.objects.create(
        client_id=client, people=sorted({one.who for one in line}), events=events,
        began=min(one.when for one in line), ended=max(one.when for one in line),
        asked_by=actor.id, asked_at=at,
        due_on=domain.answer_by(timezone.localtime(at).date()), text=words.strip(),
    )  # fmt: skip
    _record(
        actor, domain.OPENING_ASKED, client, made.pk,
        relation="self", sealed={"text": vault.fingerprint(made, "text")},
    )  # fmt: skip
    return made.pk


def read_own_question(*, actor: Actor, question_id: UUID) -> AskedShown:
    """Show a client what they asked, and the answer once there is one."""
    require(actor, Permission.SEE_OWN_FILE)
    row = queries.asked_row(question_id)
    return _shown(actor, domain.OPENING_OWN_READ, row, relation="self")


def read_question(*, actor: Actor, question_id: UUID) -> AskedShown:
    """Show a reviewer what a client asks; never one whose own opening it is about."""
    require(actor, Permission.REVIEW_TRAIL)
    row = queries.asked_row(question_id)
    return _shown(actor, domain.OPENING_QUESTION_READ, row, relation="review")


def answer_about_opening(*, actor: Actor, question_id: UUID, words: str) -> UUID:
    """Answer a client; nobody answers about what they opened themselves."""
    require(actor, Permission.REVIEW_TRAIL)
    row = queries.asked_row(question_id)
    if actor.id in row.people:
        raise Refused("not-yours-to-answer", "Somebody else answers this.")
    if not words.strip():
        raise Invalid("Write the answer.", "words")
    made = AccessAnswer(
        question_id=row.id, client_id=row.client, by=actor.id, at=db.now(), text=words.strip()
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # somebody else answered in this moment, or it was answered before
        raise Invalid("This has been answered already. An answer stays.") from None
    name = f"clients_accessanswer/{made.pk}/text"
    _record(
        actor, domain.OPENING_ANSWERED, row.client, row.id,
        relation="review", sealed={name: vault.fingerprint(made, "text")},
    )  # fmt: skip
    return made.pk


def tend_question(*, actor: Actor, question_id: UUID) -> list[str]:
    """Do what is due about a question: tell reviewers, others when it is late, then the client.

    Runs as often as it likes. Gives what was done, in words of the log.
    """
    require(actor, Permission.RUN_JOB)
    found = AccessQuestion.objects.select_for_update().filter(pk=question_id).first()
    if found is None:
        raise NotThere(_TABLE, question_id)
    row = queries.asked_row(question_id)
    done = [*_alert(actor, found, row), *_escalate(actor, found, row), *_tell(actor, found, row)]
    if not done:
        return done
    found.save(update_fields=["alerted_at", "escalated_at", "letter_at"])
    _record(actor, domain.OPENING_TENDED, row.client, row.id, detail=dict.fromkeys(done, True))
    return done


def _alert(actor: Actor, found: AccessQuestion, row: AskedRow) -> list[str]:
    if found.alerted_at is not None or row.answered_at is not None:
        return []
    found.alerted_at = db.now()
    asked = queries.officers_who_may_read(row.id) or _others(row)
    accounts.write_to_colleagues(actor=actor, people=asked, letter="emergency")
    return ["alerted"]


def _escalate(actor: Actor, found: AccessQuestion, row: AskedRow) -> list[str]:
    if found.escalated_at is not None or row.state is not domain.AskedState.LATE:
        return []
    found.escalated_at = db.now()
    asked = {*queries.officers_who_may_read(row.id), *_others(row)}
    accounts.write_to_colleagues(actor=actor, people=asked, letter="emergency_overdue")
    return ["escalated"]


def _tell(actor: Actor, found: AccessQuestion, row: AskedRow) -> list[str]:
    """Write to the client, as their card allows, that there is something to read."""
    if found.letter_at is not None or row.answered_at is None:
        return []
    found.letter_at = db.now()
    link = ACCESSES if queries.has_portal(row.client) else ""
    queue_message(actor=actor, client_id=row.client, template=Template.NOTICE, link=link)
    return ["client"]


def _others(row: AskedRow) -> list[UUID]:
    """Give who is next: from outside; where there is nobody, whoever can find somebody."""
    return _holding(row, Role.OUTSIDE_REVIEWER) or _holding(row, Role.ADMINISTRATOR)


def _holding(row: AskedRow, role: Role) -> list[UUID]:
    return [
        one.id
        for one in people.staff()
        if one.is_active and role in one.roles and one.id not in row.people
    ]


def _shown(actor: Actor, kind: EventKind, row: AskedRow, *, relation: str) -> AskedShown:
    found = AccessQuestion.objects.select_related("answer").get(pk=row.id)
    grant = _record(actor, kind, row.client, row.id, relation=relation)
    answer = getattr(found, "answer", None)
    said = vault.open_text(answer.text, grant) if answer else ""
    return AskedShown(row, vault.open_text(found.text, grant), said)


def _record(
    actor: Actor,
    kind: EventKind,
    client: UUID,
    question: UUID,
    *,
    relation: str = "",
    sealed: dict[str, str] | None = None,
    detail: dict[str, bool] | None = None,
) -> vault.Grant:
    return audit.actions.record(
        actor=actor, kind=kind, client=client, about=(_TABLE, question), relation=relation,
        sealed=sealed, detail=detail,
    )  # fmt: skip
