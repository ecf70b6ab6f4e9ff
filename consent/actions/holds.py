"""Legal holds: one person lays one down, two people end it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection

import audit.actions
import clients.queries
from consent.actions._gated import written
from consent.domain.law_events import HOLD_DECIDED, HOLD_END_ASKED, HOLD_PLACED, HOLDS_READ
from consent.models import HoldDecision, HoldEnding, LegalHold
from consent.queries.holds import holds_of
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from consent.domain.subpoenas import HoldAnswer, WhyHeld
    from consent.queries.holds import HoldRow
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class HoldShown:
    """A hold with the words of who laid it down and of who wants it to end."""

    row: HoldRow
    words: str = dataclasses.field(repr=False)
    why_end: str = dataclasses.field(repr=False)


def place_hold(*, actor: Actor, client_id: UUID, why: WhyHeld, words: str = "") -> UUID:
    """Lay down that nothing of a client is erased, until two people end it."""
    require(actor, Permission.HANDLE_SUBPOENA)
    clients.queries.client_row(client_id)
    made = LegalHold(
        client_id=client_id, why=why.value, words=words or None, by=actor.id, at=db.now()
    )
    written(made)
    audit.actions.record(
        actor=actor,
        kind=HOLD_PLACED,
        client=client_id,
        about=("consent_legal_hold", made.pk),
        relation=clients.queries.relation_to_client(actor, client_id),
        reason=why.value,
        sealed={"words": vault.fingerprint(made, "words")} if words else {},
    )
    return made.pk


def read_holds(*, actor: Actor, client_id: UUID) -> list[HoldShown]:
    """Show every hold of a client with its words: one event for the page."""
    require(actor, Permission.SEE_CONSENTS)
    rows = holds_of(client_id)
    if not rows:
        return []
    grant = audit.actions.record(
        actor=actor,
        kind=HOLDS_READ,
        client=client_id,
        rows=[one.id for one in rows],
        relation=clients.queries.relation_to_client(actor, client_id),
    )
    holds = {one.pk: one for one in LegalHold.objects.filter(client_id=client_id)}
    endings = {one.pk: one for one in HoldEnding.objects.filter(client_id=client_id)}
    return [
        HoldShown(
            one,
            _opened(holds[one.id].words, grant),
            _opened(endings[one.asked].words, grant) if one.asked else "",
        )
        for one in rows
    ]


def _opened(words: vault.Sealed | None, grant: vault.Grant) -> str:
    return "" if words is None else vault.open_text(words, grant)


def ask_hold_end(*, actor: Actor, hold_id: UUID, words: str) -> UUID:
    """Ask that a hold ends, and say why; gives the client. Nothing ends by it."""
    require(actor, Permission.HANDLE_SUBPOENA)
    if not words:
        raise Invalid("Say why it can end.", "words")
    hold = LegalHold.objects.filter(pk=hold_id).first()
    if hold is None:
        raise NotThere("consent_legal_hold", hold_id)
    made = HoldEnding(client_id=hold.client_id, hold=hold, words=words, by=actor.id, at=db.now())
    written(made)
    audit.actions.record(
        actor=actor,
        kind=HOLD_END_ASKED,
        client=hold.client_id,
        about=("consent_legal_hold", hold_id),
        relation=clients.queries.relation_to_client(actor, hold.client_id),
        sealed={f"consent_hold_ending/{made.pk}/words": vault.fingerprint(made, "words")},
    )
    return hold.client_id


def decide_hold_end(*, actor: Actor, hold_id: UUID, answer: HoldAnswer) -> UUID:
    """Answer as the second person whether a hold ends; gives the client.

    Who asked for it answers only where nobody else could, and after 72 hours (DESIGN 3): the
    database holds that, and shows it as done by one person.
    """
    require(actor, _deciding(actor))
    ending = HoldEnding.objects.filter(hold_id=hold_id, decision=None).order_by("-at").first()
    if ending is None:
        raise NotThere("consent_hold_ending", hold_id)
    alone = ending.by == actor.id
    made = HoldDecision(
        client_id=ending.client_id,
        ending=ending,
        answer=answer.value,
        alone=alone,
        by=actor.id,
        at=db.now(),
    )
    written(made)
    audit.actions.record(
        actor=actor,
        kind=HOLD_DECIDED,
        client=ending.client_id,
        about=("consent_legal_hold", hold_id),
        relation=clients.queries.relation_to_client(actor, ending.client_id),
        reason=answer.value,
        detail={"alone": alone},
    )
    return ending.client_id


def _deciding(actor: Actor) -> Permission:
    """Give the second person's permission, unless nobody has it but who asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_another_releaser(%s)", [actor.id])
        (somebody_else,) = cursor.fetchone()
    return Permission.RELEASE if somebody_else else Permission.HANDLE_SUBPOENA
