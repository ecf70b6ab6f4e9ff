"""A subpoena is written down, its paper kept, each step dated; by itself it opens nothing (DS-05).

Writing it down lays a legal hold and starts the notice to the client. What goes, goes as a share
under a court's order or the client's own word, and after a second person let exactly it go.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.utils import timezone

import audit.actions
import clients.queries
from consent.actions._gated import written
from consent.actions.holds import place_hold
from consent.actions.telling_of_subpoenas import TELL
from consent.domain import law_events as events
from consent.domain.subpoenas import Sender, Step, WhyHeld
from consent.models import (
    Subpoena,
    SubpoenaNotice,
    SubpoenaPaper,
    SubpoenaRelease,
    SubpoenaReturn,
    SubpoenaStep,
)
from consent.queries.subpoenas import subpoena_row, subpoenas_of
from counselling import db, jobs, vault
from counselling.access import Permission, require
from counselling.accounts.actions import allowances
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from audit.domain import EventKind
    from consent.queries.subpoenas import SubpoenaRow
    from counselling.access import Actor

SUBPOENA: Final = "consent_subpoena"


@dataclasses.dataclass(frozen=True, slots=True)
class Came:
    """What a subpoena says."""

    sender: Sender
    name: str = dataclasses.field(repr=False)
    docket: str = dataclasses.field(repr=False)
    asks_for: str = dataclasses.field(repr=False)
    received_on: datetime.date
    due_on: datetime.date
    object_by: datetime.date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class StepShown:
    """One thing that happened."""

    kind: Step
    on: datetime.date
    by: UUID
    at: datetime.datetime
    words: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class SubpoenaShown:
    """A subpoena with what it says."""

    row: SubpoenaRow
    name: str = dataclasses.field(repr=False)
    docket: str = dataclasses.field(repr=False)
    asks_for: str = dataclasses.field(repr=False)
    steps: tuple[StepShown, ...] = ()


def record_subpoena(*, actor: Actor, client_id: UUID, came: Came) -> UUID:
    """Write a subpoena down: nothing is erased from now on, and the client is told."""
    require(actor, Permission.HANDLE_SUBPOENA)
    clients.queries.client_row(client_id)
    _decide_days(came)
    hold = place_hold(actor=actor, client_id=client_id, why=WhyHeld.SUBPOENA)
    made = Subpoena(
        client_id=client_id,
        hold_id=hold,
        sender=came.sender.value,
        details={"name": came.name, "docket": came.docket, "asks_for": came.asks_for},
        received_on=came.received_on,
        due_on=came.due_on,
        object_by=came.object_by,
        by=actor.id,
        at=db.now(),
    )
    written(made)
    SubpoenaNotice.objects.create(subpoena=made, client_id=client_id, due_at=db.now())
    _record(actor, made, events.SUBPOENA_CAME, "details", reason=came.sender.value)
    jobs.enqueue(TELL, made.pk, client_id)
    return made.pk


def _decide_days(came: Came) -> None:
    if not (came.name and came.asks_for):
        raise Invalid("Say who asks, and for what.", "name")
    if came.received_on > timezone.localtime(db.now()).date():
        raise Invalid("It cannot have come after today.", "received_on")
    if came.due_on < came.received_on:
        raise Invalid("The answer is due after it came.", "due_on")
    if came.object_by and came.object_by < came.received_on:
        raise Invalid("One objects after it came.", "object_by")


def read_subpoenas(*, actor: Actor, client_id: UUID) -> list[SubpoenaShown]:
    """Show every subpoena for a client's file, without their steps: one event for the page."""
    require(actor, Permission.SEE_CONSENTS)
    clients.queries.client_row(client_id)
    rows = subpoenas_of(client_id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.SUBPOENAS_READ,
        client=client_id,
        rows=[one.id for one in rows],
        relation=clients.queries.relation_to_client(actor, client_id),
    )
    found = {one.pk: one for one in Subpoena.objects.filter(client_id=client_id)}
    return [shown_subpoena(found[one.id], one, grant) for one in rows]


def read_subpoena(*, actor: Actor, subpoena_id: UUID) -> SubpoenaShown:
    """Show one subpoena with every step: one event."""
    require(actor, Permission.SEE_CONSENTS)
    row = subpoena_row(subpoena_id)
    steps = list(SubpoenaStep.objects.filter(subpoena_id=subpoena_id).order_by("on", "at"))
    grant = audit.actions.record(
        actor=actor,
        kind=events.SUBPOENAS_READ,
        client=row.client,
        about=(SUBPOENA, subpoena_id),
        rows=[one.pk for one in steps],
        relation=clients.queries.relation_to_client(actor, row.client),
    )
    shown = shown_subpoena(Subpoena.objects.get(pk=subpoena_id), row, grant)
    return dataclasses.replace(shown, steps=tuple(_step(one, grant) for one in steps))


def shown_subpoena(one: Subpoena, row: SubpoenaRow, grant: vault.Grant) -> SubpoenaShown:
    """Open what a subpoena says, under a grant somebody has."""
    said = vault.open_json(one.details, grant)
    return SubpoenaShown(row, said["name"], said["docket"], said["asks_for"])


def _step(one: SubpoenaStep, grant: vault.Grant) -> StepShown:
    words = "" if one.words is None else vault.open_text(one.words, grant)
    return StepShown(Step(one.kind), one.on, one.by, one.at, words)


def add_step(
    *, actor: Actor, subpoena_id: UUID, kind: Step, on: datetime.date, words: str = ""
) -> None:
    """Write down what happened to a subpoena; what ends it leaves the hold to two people."""
    require(actor, Permission.HANDLE_SUBPOENA)
    one = _subpoena(subpoena_id)
    if on > timezone.localtime(db.now()).date():
        raise Invalid("Write down what has happened, not what will.", "on")
    made = SubpoenaStep(
        client_id=one.client_id, subpoena=one, kind=kind.value, on=on, words=words or None,
        by=actor.id, at=db.now(),
    )  # fmt: skip
    written(made)
    _record(actor, made, events.SUBPOENA_STEP, *(["words"] if words else []), reason=kind.value)


def keep_subpoena_paper(*, actor: Actor, subpoena_id: UUID, content: bytes, media: str) -> UUID:
    """Keep the paper as it came, sealed; its content was checked where it was taken."""
    require(actor, Permission.HANDLE_SUBPOENA)
    one = _subpoena(subpoena_id)
    made = SubpoenaPaper(
        client_id=one.client_id, subpoena=one, content=content, media_type=media,
        sha256=vault.digest(content), by=actor.id, at=db.now(),
    )  # fmt: skip
    written(made)
    _record(actor, made, events.SUBPOENA_PAPER_KEPT, "content")
    return made.pk


def open_subpoena_paper(*, actor: Actor, paper_id: UUID) -> tuple[bytes, str]:
    """Give a paper as it came, and what kind of file it is; it is only ever downloaded."""
    require(actor, Permission.HANDLE_SUBPOENA)
    allowances.spend(actor, allowances.DOCUMENTS)
    paper = SubpoenaPaper.objects.filter(pk=paper_id).first()
    if paper is None:
        raise NotThere("consent_subpoena_paper", paper_id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.SUBPOENA_PAPER_OPENED,
        client=paper.client_id,
        about=("consent_subpoena_paper", paper_id),
        relation=clients.queries.relation_to_client(actor, paper.client_id),
        detail={"sha256": paper.sha256},
    )
    return vault.open_bytes(paper.content, grant), paper.media_type


def release_for_subpoena(
    *, actor: Actor, subpoena_id: UUID, share: UUID, prepared_by: UUID, content_sha256: str
) -> None:
    """Let exactly one pack go as the second person; who prepared it never does.

    It opens nothing by itself: the gate asks for a court's order or the client's word as always.
    """
    require(actor, Permission.RELEASE)
    one = _subpoena(subpoena_id)
    if actor.id == prepared_by:
        raise Refused(
            "own-share", "Somebody else than who prepared it lets it go.", client=one.client_id
        )
    made = SubpoenaRelease(
        client_id=one.client_id, subpoena=one, share=share, content_sha256=content_sha256,
        by=actor.id, at=db.now(),
    )  # fmt: skip
    written(made)
    _record(actor, made, events.SUBPOENA_RELEASED, detail={"content": content_sha256})


def send_back_for_subpoena(
    *,
    actor: Actor,
    subpoena_id: UUID,
    share: UUID,
    prepared_by: UUID,
    content_sha256: str,
    words: str,
) -> None:
    """Send exactly one pack back as the second person, and say why; it never goes as it is."""
    require(actor, Permission.RELEASE)
    one = _subpoena(subpoena_id)
    if actor.id == prepared_by:
        raise Refused("own-share", "Take back what you prepared yourself.", client=one.client_id)
    if not words.strip():
        raise Invalid("Say what is to be changed.", "words")
    made = SubpoenaReturn(
        client_id=one.client_id, subpoena=one, share=share, content_sha256=content_sha256,
        words=words.strip(), by=actor.id, at=db.now(),
    )  # fmt: skip
    written(made)
    _record(actor, made, events.SUBPOENA_SENT_BACK, "words", detail={"content": content_sha256})


def why_sent_back(share: UUID, grant: vault.Grant) -> str:
    """Open what a second person wrote who sent it back, under the event of who reads it."""
    found = SubpoenaReturn.objects.filter(share=share).order_by("at").first()
    return "" if found is None else vault.open_text(found.words, grant)


def _subpoena(subpoena_id: UUID) -> Subpoena:
    found = Subpoena.objects.filter(pk=subpoena_id).first()
    if found is None:
        raise NotThere(SUBPOENA, subpoena_id)
    return found


def _record(
    actor: Actor,
    made: Subpoena | SubpoenaStep | SubpoenaPaper | SubpoenaRelease | SubpoenaReturn,
    kind: EventKind,
    *sealed: str,
    reason: str = "",
    detail: dict[str, str] | None = None,
) -> None:
    audit.actions.record(
        actor=actor,
        kind=kind,
        client=made.client_id,
        about=(made._meta.db_table, made.pk),
        relation=clients.queries.relation_to_client(actor, made.client_id),
        reason=reason,
        sealed={name: vault.fingerprint(made, name) for name in sealed},
        detail=detail or {},
    )
