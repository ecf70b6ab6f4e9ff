"""What a client wants kept back: asked, answered, ended in a listed way, overridden by law."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
import clients.queries
from consent.access import asking_back, seeing
from consent.actions._gated import written
from consent.actions._reading import recipient_shown
from consent.domain.restriction_events import (
    RESTRICTION_ANSWERED,
    RESTRICTION_ASKED,
    RESTRICTION_ENDED,
    RESTRICTION_OVERRIDDEN,
    RESTRICTIONS_READ,
)
from consent.domain.restrictions import (
    AskedHow,
    EndWay,
    RestrictionAnswer,
    Wish,
    require_answer,
    require_whole,
)
from consent.models import Recipient, Restriction, RestrictionAnswered, RestrictionEnd
from consent.queries.recipients import all_same
from consent.queries.restrictions import (
    RestrictionRow,
    overridden,
    restriction_row,
    restrictions_of,
)
from counselling import db, vault
from counselling.access import ActorKind, Permission, require
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from audit.domain import EventKind
    from consent.models import Disclosure
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class RestrictionNow:
    """A restriction in words: what the client said, why not, how it ended, who it is kept from."""

    row: RestrictionRow
    words: str
    reason: str
    end_words: str
    recipient: str


def ask_restriction(
    *, actor: Actor, client_id: UUID, wish: Wish, how: AskedHow | None = None
) -> UUID:
    """Ask that something is kept back: the client for themselves, or staff on their word.

    What was paid in full is kept from the insurer from this instant on. Raises Invalid for a wish
    that is not whole, NotThere for somebody or something of another client.
    """
    require(actor, asking_back(actor))
    clients.queries.client_row(client_id)
    require_whole(wish)
    if wish.recipient is not None and wish.recipient not in all_same(client_id):
        raise NotThere("consent_recipient", wish.recipient)
    if actor.kind is ActorKind.CLIENT:
        how = AskedHow.PORTAL
    elif how in {None, AskedHow.PORTAL}:
        raise Invalid("Say how the client asked.", "how")
    made = Restriction(
        client_id=client_id,
        what=wish.what,
        category=wish.category,
        note_id=wish.note,
        session_id=wish.session,
        recipient_id=wish.recipient,
        recipient_kind=wish.recipient_kind or "",
        paid=wish.paid,
        words=wish.words.strip() or None,
        how=str(how),
        by=actor.id,
        at=db.now(),
    )
    written(made)
    detail = {"what": wish.what.value, "paid": wish.paid}
    _recorded(actor, made, RESTRICTION_ASKED, "words", detail=detail)
    return made.pk


def answer_restriction(
    *, actor: Actor, restriction_id: UUID, answer: RestrictionAnswer, reason: str = ""
) -> UUID:
    """Agree, or refuse with a reason that the client reads; gives the client.

    What was paid in full is never refused (45 CFR 164.522(a)(1)(vi)).
    """
    require(actor, Permission.ANSWER_RESTRICTION)
    row = restriction_row(restriction_id)
    if not row.waits:
        raise Invalid("This was answered already.", "answer")
    require_answer(answer, reason, paid=row.paid)
    made = RestrictionAnswered(
        restriction_id=row.id,
        client_id=row.client,
        answer=answer,
        reason=reason.strip() or None,
        by=actor.id,
        at=db.now(),
    )
    written(made)
    detail = {"answer": answer.value}
    _recorded(actor, made, RESTRICTION_ANSWERED, "reason", rows=[row.id], detail=detail)
    return row.client


def end_restriction(*, actor: Actor, restriction_id: UUID, way: EndWay, words: str) -> UUID:
    """Write down that a restriction ended, in one of the listed ways; gives the client.

    Ended by the practice's own word it holds for everything that is older.
    """
    require(actor, Permission.ANSWER_RESTRICTION)
    row = restriction_row(restriction_id)
    if way not in row.ways_to_end:
        raise Invalid("It does not end in this way.", "way")
    if not words.strip():
        raise Invalid("Write down how that came.", "words")
    made = RestrictionEnd(
        restriction_id=row.id,
        client_id=row.client,
        way=way,
        words=words.strip(),
        by=actor.id,
        at=db.now(),
    )
    written(made)
    _recorded(actor, made, RESTRICTION_ENDED, "words", rows=[row.id], detail={"way": way.value})
    return row.client


def read_restrictions(*, actor: Actor, client_id: UUID) -> list[RestrictionNow]:
    """Show what is to be kept back, with what was said to it: one event for the page."""
    require(actor, seeing(actor))
    clients.queries.client_row(client_id)
    rows = restrictions_of(client_id)
    if not rows:
        return []
    grant = audit.actions.record(
        actor=actor,
        kind=RESTRICTIONS_READ,
        client=client_id,
        relation=clients.queries.relation_to_client(actor, client_id),
        rows=[row.id for row in rows],
    )
    names = _names(rows, grant)
    found = Restriction.objects.select_related("answered", "end").filter(client_id=client_id)
    return [_now(row, one, names, grant) for row in rows for one in found if one.pk == row.id]


def record_overrides(actor: Actor, made: Disclosure) -> None:
    """Record what went all the same, on a legal basis; part of disclosing, which asks who may."""
    over = overridden(made.pk)
    if over:
        audit.actions.record(
            actor=actor,
            kind=RESTRICTION_OVERRIDDEN,
            client=made.client_id,
            case=made.case_id,
            about=("consent_disclosure", made.pk),
            rows=[*over, *([made.basis_id] if made.basis_id else [])],
        )


def _names(rows: list[RestrictionRow], grant: vault.Grant) -> Mapping[UUID, str]:
    wanted = {row.recipient for row in rows if row.recipient}
    found = Recipient.objects.filter(pk__in=wanted)
    return {one.pk: recipient_shown(one, grant).name for one in found}


def _now(
    row: RestrictionRow, one: Restriction, names: Mapping[UUID, str], grant: vault.Grant
) -> RestrictionNow:
    answered, end = getattr(one, "answered", None), getattr(one, "end", None)
    return RestrictionNow(
        row=row,
        words=_text(one.words, grant),
        reason="" if answered is None else _text(answered.reason, grant),
        end_words="" if end is None else _text(end.words, grant),
        recipient=names.get(row.recipient, "") if row.recipient else "",
    )


def _text(sealed: vault.Sealed | None, grant: vault.Grant) -> str:
    return "" if sealed is None else vault.open_text(sealed, grant)


def _recorded(
    actor: Actor,
    made: Restriction | RestrictionAnswered | RestrictionEnd,
    kind: EventKind,
    column: str,
    *,
    rows: list[UUID] | None = None,
    detail: Mapping[str, str | int | bool | None],
) -> None:
    stored = vault.fingerprint(made, column) if getattr(made, column) is not None else ""
    audit.actions.record(
        actor=actor,
        kind=kind,
        client=made.client_id,
        about=(made._meta.db_table, made.pk),
        rows=rows or [],
        sealed={column: stored} if stored else None,
        reason_hash=stored,
        relation=clients.queries.relation_to_client(actor, made.client_id),
        detail=detail,
    )
