"""Decide what was found: say what it was, ask, answer, escalate, and sign the review."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from audit import queries
from audit.actions.recording import record
from audit.domain import deciding
from audit.domain.deciding import Word
from audit.models import FindingWord, Review
from counselling import db, vault
from counselling.access import Permission, require, require_step_up
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from audit.domain import Entry
    from audit.domain.deciding import Counts
    from audit.queries import FindingRow
    from counselling.access import Actor

_WORD: Final = "audit_findingword"
_REVIEW: Final = "audit_review"


@dataclasses.dataclass(frozen=True, slots=True)
class Findings:
    """What is to be decided, with the sentences that were written about it, by word."""

    rows: tuple[FindingRow, ...]
    texts: Mapping[UUID, str] = dataclasses.field(repr=False)
    events: tuple[Entry, ...] = ()


def read_findings(*, actor: Actor) -> Findings:
    """Show a reviewer everything that is to be decided, and what was said of it."""
    require(actor, Permission.REVIEW_TRAIL)
    rows = queries.open_findings()
    grant = record(
        actor=actor,
        kind=deciding.FINDINGS_READ,
        rows=[one.id for one in rows],
        holders=_holders(rows),
        detail={"shown": len(rows)},
    )
    return Findings(tuple(rows), _texts(rows, grant))


def read_finding(*, actor: Actor, finding_id: UUID) -> Findings:
    """Show a reviewer one finding with the events of that visit; they name no person cared for."""
    require(actor, Permission.REVIEW_TRAIL)
    row = _reviewed(actor, finding_id)
    return _read(actor, row, queries.events_of(row))


def read_question(*, actor: Actor, finding_id: UUID) -> Findings:
    """Show somebody what a reviewer asks them about an access of their own, and what they did."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    row = _own(actor, finding_id)
    return _read(actor, row, queries.events_of(row))


def _read(actor: Actor, row: FindingRow, events: list[Entry]) -> Findings:
    grant = record(
        actor=actor,
        kind=deciding.FINDING_READ,
        about=(queries.FINDING, row.id),
        holders=_holders([row]),
        detail={"shown": len(events)},
    )
    return Findings((row,), _texts([row], grant), tuple(events))


def _reviewed(actor: Actor, finding_id: UUID) -> FindingRow:
    row = queries.finding(finding_id)
    if row.person == actor.id or not queries.reviews_person(row.person):
        raise NotThere(queries.FINDING, finding_id)
    return row


def _own(actor: Actor, finding_id: UUID) -> FindingRow:
    row = queries.asked_finding(finding_id)
    if row.person != actor.id or not row.said:
        raise NotThere(queries.FINDING, finding_id)
    return row


def _holder(row: FindingRow) -> str:
    return vault.holders.nearest(row.client, row.case, row.person)


def _holders(rows: Iterable[FindingRow]) -> set[str]:
    """Name whose keys seal what was said; the client is named in no event of a review.

    What is not told to a client yet must not be told by the review of it.
    """
    return {_holder(one) for one in rows if one.said}


def _texts(rows: Iterable[FindingRow], grant: vault.Grant) -> dict[UUID, str]:
    said = [one.id for row in rows for one in row.said]
    found = FindingWord.objects.filter(pk__in=said, text__isnull=False) if said else []
    return {one.pk: vault.open_text(one.text, grant) for one in found if one.text is not None}


def decide_finding(
    *, actor: Actor, finding_id: UUID, word: Word, code: str = "", text: str = ""
) -> UUID:
    """Say what a finding was, ask whose access it was, or have somebody else decide (AT-12).

    Raises NotThere for what is somebody else's to review, one's own accesses among it; Invalid
    for what cannot be said now.
    """
    require(actor, Permission.REVIEW_TRAIL)
    row = _reviewed(actor, finding_id)
    escalates = bool(queries.escalated_to(row.person))
    if word not in deciding.offered(row.said, actor.id, escalates=escalates):
        raise Invalid("This cannot be said of it now.")
    kept = code if word is Word.EXPLAINED else ""
    return _say(actor, row, word, kept, text)


def answer_finding(*, actor: Actor, finding_id: UUID, text: str) -> UUID:
    """Answer a reviewer about one's own access; the reviewer decides then."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    return _say(actor, _own(actor, finding_id), Word.ANSWERED, "", text)


def _say(actor: Actor, row: FindingRow, word: Word, code: str, text: str) -> UUID:
    deciding.check(word, row.last.word if row.last else None, code, text)
    made = FindingWord(
        finding=row.id, kind=word.value, code=code, by_id=actor.id, at=db.now(),
        client_id=row.client, case_id=row.case, person_id=row.person, text=text.strip() or None,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # signed, or answered, in this moment
        raise Invalid("This was decided and signed. It stays.") from None
    answers = word is Word.ANSWERED
    record(
        actor=actor,
        kind=deciding.FINDING_ANSWERED if answers else deciding.FINDING_SAID,
        about=(_WORD, made.pk),
        rows=[row.id],
        sealed={"text": vault.fingerprint(made, "text")} if made.text is not None else None,
        relation="self" if answers else "review",
        detail={"said": word.value, **({"what": code} if code else {})},
    )
    return made.pk


def finish_review(*, actor: Actor, words: str = "") -> UUID:
    """Sign a review: what was decided stays, and the statement's hash is in the log.

    Raises Invalid while anything is neither decided nor asked, so that nothing closes unseen.
    """
    require(actor, Permission.REVIEW_TRAIL)
    require_step_up(actor, db.now())
    ready = queries.prepare_review(actor, queries.open_findings())
    if ready.open:
        raise Invalid("Decide everything first, or ask about it.")
    if not ready.decided:
        raise Invalid("There is nothing to sign.")
    made = Review(
        reviewer_id=actor.id, since=ready.since, until=ready.until, signed_at=db.now(),
        findings=list(ready.decided), statement=ready.statement, words=words.strip() or None,
        **_kept(ready.counts),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Invalid("Somebody decided one of these in this moment. Look again.") from None
    record(
        actor=actor,
        kind=deciding.REVIEW_SIGNED,
        about=(_REVIEW, made.pk),
        rows=made.findings,
        reason_hash=hashlib.sha256(ready.statement.encode()).hexdigest(),
        sealed={"words": vault.fingerprint(made, "words")} if made.words is not None else None,
        detail=dataclasses.asdict(ready.counts),
    )
    return made.pk


def _kept(counts: Counts) -> dict[str, int]:
    return {
        name: number for name, number in dataclasses.asdict(counts).items() if name != "findings"
    }


@dataclasses.dataclass(frozen=True, slots=True)
class Finished:
    """A review that was signed, with what its reviewer wrote beside the statement."""

    id: UUID
    reviewer: UUID
    since: datetime.datetime
    until: datetime.datetime
    signed_at: datetime.datetime
    statement: str
    words: str = dataclasses.field(repr=False)


def read_reviews(*, actor: Actor, limit: int = 52) -> list[Finished]:
    """Show finished reviews: one's own, and everybody's to who oversees the log."""
    require(actor, Permission.REVIEW_TRAIL)
    rows = list(Review.objects.order_by("-signed_at", "-pk")[:limit])
    grant = record(
        actor=actor,
        kind=deciding.REVIEWS_READ,
        rows=[one.pk for one in rows],
        holders={vault.holders.staff(one.reviewer_id) for one in rows},
    )
    return [
        Finished(
            one.pk, one.reviewer_id, one.since, one.until, one.signed_at, one.statement,
            "" if one.words is None else vault.open_text(one.words, grant),
        )
        for one in rows
    ]  # fmt: skip
