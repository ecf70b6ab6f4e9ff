"""State that the law asks for a disclosure or allows it; a second person looks at it and decides.

A basis opens what it names, to whom it names, and nothing else: the gate in the database asks it
again whenever something leaves or is opened.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import audit.actions
import clients.queries
from consent.access import looking_at_bases
from consent.actions._gated import written
from consent.actions._reading import fact_said, recipient_shown
from consent.actions.grounds import newest_wording
from consent.actions.telling import move_tellings
from consent.domain import basis_events as events
from consent.domain.bases import (
    ALONE_WAITS,
    DANGER_LASTS,
    FACT_WORDS,
    MAY_BE_IMMEDIATE,
    BasisAnswer,
    BasisKind,
    Fact,
    decide_facts,
)
from consent.domain.documents import RecipientShown
from consent.domain.telling import decide_later
from consent.models import BasisDecision, BasisPaper, LegalBasis, Recipient
from consent.queries.bases import basis_row, nobody_else_releases
from consent.queries.requests import records_visible
from counselling import db, vault
from counselling.access import Permission, require
from counselling.accounts.actions import allowances
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from uuid import UUID

    from consent.queries.bases import BasisRow
    from counselling.access import Actor
    from counselling.papers import Paper

TABLE: Final = "consent_legal_basis"
LONGEST_FACT: Final = 10_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stating:
    """What somebody says of a basis, and when the client is told of what goes on it."""

    kind: BasisKind
    recipient: UUID
    categories: tuple[str, ...]
    facts: Mapping[Fact, str] = dataclasses.field(repr=False)
    danger: UUID | None = None
    immediate: bool = False
    valid_until: datetime.datetime | None = None
    tell_at: datetime.datetime | None = None
    why_later: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class BasisShown:
    """A basis with its words."""

    row: BasisRow
    recipient: RecipientShown
    # label and words, in the order in which they are asked for
    facts: tuple[tuple[str, str], ...] = dataclasses.field(repr=False)
    why_later: str = dataclasses.field(repr=False)
    words: str = dataclasses.field(repr=False)


def state_basis(
    *, actor: Actor, client_id: UUID, case_id: UUID, said: Stating, paper: Paper | None = None
) -> UUID:
    """Write a legal basis down with its facts and its paper; gives its id.

    Raises NotThere for a case or recipient that is hidden or another client's, Invalid for what is
    missing.
    """
    require(actor, Permission.STATE_BASIS)
    if not records_visible(case_id):
        raise NotThere("clients_case", case_id)
    given = decide_facts(said.kind, said.facts, said.categories)
    _decide_rest(said, paper)
    if not Recipient.objects.filter(pk=said.recipient, client_id=client_id).exists():
        raise NotThere("consent_recipient", said.recipient)
    tell_at = decide_later(db.now(), said.tell_at, said.why_later)
    made = LegalBasis(
        id=db.uuid7(db.given_clock()),
        client_id=client_id,
        case_id=case_id,
        kind=said.kind.value,
        recipient_id=said.recipient,
        categories=sorted(set(said.categories)),
        facts={fact.value: words.strip() for fact, words in said.facts.items() if words.strip()},
        facts_given=sorted(given),
        danger=said.danger,
        immediate=said.immediate,
        valid_until=_until(said),
        tell_at=tell_at,
        why_later=said.why_later.strip() if tell_at else None,
        by=actor.id,
        at=db.now(),
    )
    written(made, "no-basis", case_id)
    _record_stated(actor, made)
    if paper is not None:
        _keep(actor, made, paper)
    return made.pk


def _until(said: Stating) -> datetime.datetime | None:
    """Give until when it opens anything: a danger for a month at most, as the database holds."""
    if said.kind not in MAY_BE_IMMEDIATE:
        return said.valid_until
    last = db.now() + DANGER_LASTS
    return last if said.valid_until is None else min(said.valid_until, last)


def _decide_rest(said: Stating, paper: Paper | None) -> None:
    if said.kind is BasisKind.COURT_ORDER and paper is None:
        raise Invalid("Add the order itself: a court order is kept with its document.", "paper")
    if said.kind is BasisKind.DANGER and said.danger is None:
        raise Invalid("Record the danger first.", "danger")
    if said.immediate and said.kind not in MAY_BE_IMMEDIATE:
        raise Invalid("Only a danger goes without a second person.", "immediate")
    if said.valid_until is not None and said.valid_until <= db.now():
        raise Invalid("Choose a day that is still to come.", "until")


def _record_stated(actor: Actor, made: LegalBasis) -> None:
    sealed = {"facts": vault.fingerprint(made, "facts")}
    later = made.tell_at is not None
    if later:
        sealed["why_later"] = vault.fingerprint(made, "why_later")
    _record(
        actor,
        made,
        events.BASIS_STATED,
        rows=[made.recipient_id, *([made.danger] if made.danger else [])],
        sealed=sealed,
        # why the client is told later is clinical: the log has its code and hash
        reason="told-later" if later else "",
        reason_hash=sealed.get("why_later", ""),
        detail={"kind": made.kind, "immediate": made.immediate},
    )


def _record(actor: Actor, basis: LegalBasis, kind: Any, **said: Any) -> vault.Grant:
    return audit.actions.record(
        actor=actor,
        kind=kind,
        client=basis.client_id,
        case=basis.case_id,
        relation=clients.queries.relation_to_client(actor, basis.client_id),
        **({"about": (TABLE, basis.pk)} | said),
    )


def _keep(actor: Actor, basis: LegalBasis, paper: Paper) -> None:
    kept = BasisPaper(
        basis=basis,
        client_id=basis.client_id,
        content=paper.content,
        media_type=paper.media,
        sha256=vault.digest(paper.content),
        by=actor.id,
        at=db.now(),
    )
    written(kept, "no-basis", basis.case_id)
    _record(
        actor,
        basis,
        events.BASIS_PAPER_KEPT,
        about=("consent_basis_paper", kept.pk),
        rows=[basis.pk],
        sealed={"content": vault.fingerprint(kept, "content")},
        detail={"sha256": kept.sha256},
    )


def read_basis(*, actor: Actor, basis_id: UUID) -> BasisShown:
    """Show a basis with its facts and what was answered: one event."""
    require(actor, looking_at_bases(actor))
    row, found = basis_row(basis_id), _basis(basis_id)
    decision = BasisDecision.objects.filter(basis_id=basis_id).first()
    grant = _record(actor, found, events.BASIS_READ, rows=[found.recipient_id])
    facts: dict[str, str] = vault.open_json(found.facts, grant)
    wording = newest_wording(found.recipient_id)
    shown = (
        recipient_shown(Recipient.objects.get(pk=found.recipient_id), grant)
        if wording is None
        else RecipientShown(**vault.open_json(wording.details, grant))
    )
    words = decision.words if decision else None
    return BasisShown(
        row=row,
        recipient=shown,
        facts=tuple((FACT_WORDS[one], fact_said(one, facts[one])) for one in Fact if one in facts),
        why_later="" if found.why_later is None else vault.open_text(found.why_later, grant),
        words="" if words is None else vault.open_text(words, grant),
    )


def open_basis_paper(*, actor: Actor, paper_id: UUID) -> tuple[bytes, str]:
    """Give a paper as it came, and what kind of file it is; it is only ever downloaded."""
    require(actor, looking_at_bases(actor))
    allowances.spend(actor, allowances.DOCUMENTS)
    paper = BasisPaper.objects.filter(pk=paper_id).first()
    if paper is None:
        raise NotThere("consent_basis_paper", paper_id)
    grant = _record(
        actor,
        paper.basis,
        events.BASIS_PAPER_OPENED,
        about=("consent_basis_paper", paper_id),
        rows=[paper.basis_id],
        detail={"sha256": paper.sha256},
    )
    return vault.open_bytes(paper.content, grant), paper.media_type


def decide_basis(
    *, actor: Actor, basis_id: UUID, answer: BasisAnswer, later: bool = False, words: str = ""
) -> None:
    """Release what somebody else stated, or refuse it with words; once.

    `later` agrees, too, that the client is told on the day that was asked for. Who stated it
    decides alone where nobody else is there, after three days; the log says so.
    """
    basis = _basis(basis_id)
    alone = basis.by == actor.id
    require(actor, Permission.STATE_BASIS if alone else Permission.RELEASE)
    if alone:
        _require_alone(actor, basis)
    if answer is BasisAnswer.REFUSE and not words.strip():
        raise Invalid("Say why it is refused.", "words")
    agrees = later and answer is BasisAnswer.RELEASE and basis.tell_at is not None
    made = BasisDecision(
        basis=basis,
        client_id=basis.client_id,
        answer=answer.value,
        alone=alone,
        later=agrees,
        words=words.strip() or None,
        by=actor.id,
        at=db.now(),
    )
    if BasisDecision.objects.filter(basis=basis).exists():
        raise Refused("decided", "It has been decided already.", client=basis.client_id)
    written(made, "not-second", basis.case_id)
    stored = {} if made.words is None else {"words": vault.fingerprint(made, "words")}
    _record(
        actor,
        basis,
        events.BASIS_DECIDED,
        about=("consent_basis_decision", made.pk),
        rows=[basis.pk],
        sealed=stored,
        reason="alone" if alone else answer.value,
        reason_hash=stored.get("words", ""),
        detail={"answer": answer.value, "alone": alone, "later": agrees},
    )
    if agrees and basis.tell_at is not None:
        move_tellings(actor, basis, basis.tell_at)


def _require_alone(actor: Actor, basis: LegalBasis) -> None:
    if not nobody_else_releases(actor.id):
        message = "Somebody else than who states a legal basis decides about it."
        raise Refused("not-second", message, client=basis.client_id, case=basis.case_id)
    if db.now() < basis.at + ALONE_WAITS:
        message = "Where nobody else is there, it waits three days before you decide alone."
        raise Refused("too-early", message, client=basis.client_id, case=basis.case_id)


def _basis(basis_id: UUID) -> LegalBasis:
    found = LegalBasis.objects.filter(pk=basis_id).first()
    if found is None:
        raise NotThere(TABLE, basis_id)
    return found
