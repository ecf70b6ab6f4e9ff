"""Start cases, move them between states, and say who is in them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, connection, transaction

import audit.actions
from clients import queries
from clients.domain import events, references
from clients.domain.cases import CaseKind, CaseState, decide_join, decide_move
from clients.models import Case, CaseChange, CaseMember
from counselling import db
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

_REFUSED: Final = "23001"  # restrict_violation: a trigger with a sentence for people


def open_case(*, actor: Actor, client_id: UUID, kind: CaseKind = CaseKind.INDIVIDUAL) -> UUID:
    """Start a new case for a client who is known; coming back after closing is one, too."""
    require(actor, Permission.MANAGE_CASES)
    queries.client_row(client_id)
    case_id = started(actor, kind)
    joined(case_id, client_id)
    _record(actor, events.CASE_OPENED, case_id, [client_id], {"kind": kind.value})
    return case_id


def started(actor: Actor, kind: CaseKind) -> UUID:
    """Write a new enquiry with its first change; the caller records the event."""
    at = db.now()
    case = Case(kind=kind.value, created_at=at, created_by_id=actor.id)
    while True:  # a hidden case may hold the reference drawn: only the database can tell
        case.reference = references.new_case_reference()
        try:
            with transaction.atomic():
                case.save(force_insert=True)
        except IntegrityError:
            continue
        break
    CaseChange.objects.create(case_id=case.pk, at=at, by_id=actor.id, after=case.state)
    return case.pk


def ask_room(case_id: UUID) -> None:
    """Raise Invalid unless one more person fits into the case."""
    case = to_change(case_id)
    present = CaseMember.objects.filter(case_id=case_id, until=None).count()
    decide_join(CaseKind(case.kind), CaseState(case.state), present)


def joined(case_id: UUID, client_id: UUID) -> UUID:
    """Write a client's part in a case if the rules of the case and of the database allow it."""
    present = CaseMember.objects.filter(case_id=case_id, until=None)
    if present.filter(client_id=client_id).exists():
        raise Invalid("They are in this case already.", "reference")
    ask_room(case_id)
    if not _answer("SELECT clients_may_join(%s, %s)", case_id, client_id):
        # nobody brings somebody they do not know into a case of their own
        message = "You cannot add this person to this case. The front desk can."
        raise Refused("not-yours-to-add", message, client=client_id, case=case_id)
    made = CaseMember.objects.create(case_id=case_id, client_id=client_id, since=db.now())
    return made.pk


def _answer(question: str, *asked: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, asked)
        return bool(cursor.fetchone()[0])


def add_member(*, actor: Actor, case_id: UUID, client_id: UUID) -> UUID:
    """Bring a client who is known into the case of a couple, a family or a group."""
    require(actor, Permission.MANAGE_CASES)
    queries.client_row(client_id)
    made = joined(case_id, client_id)
    _record(actor, events.MEMBER_ADDED, case_id, [client_id], {})
    return made


def end_member(*, actor: Actor, member_id: UUID) -> None:
    """End a client's part in a case; what was written while they were in it stays."""
    require(actor, Permission.MANAGE_CASES)
    member = CaseMember.objects.filter(pk=member_id).first()
    if member is None:
        raise NotThere("clients_casemember", member_id)
    to_change(member.case_id)
    if member.until is not None:
        raise Invalid("Their part in this case has already ended.")
    member.until = db.now()
    member.save(update_fields=["until"])
    _record(actor, events.MEMBER_ENDED, member.case_id, [member.client_id], {})


def change_case_state(*, actor: Actor, case_id: UUID, state: CaseState) -> None:
    """Move a case; closing it ends every assignment and offer in the database (AC-11)."""
    require(actor, Permission.MANAGE_CASES)
    case = to_change(case_id)
    before = CaseState(case.state)
    decide_move(before, state, cared_for=bool(queries.assigned(case_id)))
    detail = {"before": before.value, "after": state.value}
    with all_or_told():
        _record(actor, events.CASE_CHANGED, case_id, queries.members(case_id), detail)
        moved(actor, case, state)


@contextlib.contextmanager
def all_or_told() -> Iterator[None]:
    """Do all of an act or, where the database refuses it with a sentence, nothing of it.

    What is above knows reasons that are not known here, say a note that is not signed yet; it
    refuses by trigger. Raises Invalid with the sentence.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        cause = error.__cause__
        if getattr(cause, "sqlstate", "") != _REFUSED:
            raise
        sentence = getattr(getattr(cause, "diag", None), "message_primary", "")
        raise Invalid(sentence) from None


def moved(actor: Actor, case: Case, state: CaseState) -> None:
    """Write a move and its change; the caller has decided and records the event."""
    at = db.now()
    # the change first: who closes a case may not see it afterwards
    CaseChange.objects.create(
        case_id=case.pk, at=at, by_id=actor.id, before=case.state, after=state.value
    )
    case.state = state.value
    case.closed_at = at if state is CaseState.CLOSED else None
    case.save(update_fields=["state", "closed_at"])


def to_change(case_id: UUID) -> Case:
    """Give the locked row; what one sees but may not change is refused, a hidden one not there."""
    found = Case.objects.select_for_update().filter(pk=case_id).first()
    if found is not None:
        return found
    if Case.objects.filter(pk=case_id).exists():
        message = "This case is looked after by somebody else."
        raise Refused("not-yours-to-change", message, case=case_id)
    raise NotThere("clients_case", case_id)


def _record(
    actor: Actor,
    kind: EventKind,
    case_id: UUID,
    clients: list[UUID],
    detail: Mapping[str, str | int | bool | None],
) -> None:
    audit.actions.record(
        actor=actor,
        kind=kind,
        client=clients[0] if len(clients) == 1 else None,
        clients=clients,
        case=case_id,
        about=("clients_case", case_id),
        relation=queries.relation(actor, case_id),
        detail=detail,
    )
