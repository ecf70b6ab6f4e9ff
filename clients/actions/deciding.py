"""Record who decides for a client, show it, and name who signs what they are asked."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

import audit.actions
from clients import queries
from clients.access import naming_signers
from clients.actions.guardians import guardians_under
from clients.actions.opening import identities_under
from clients.domain import events
from clients.domain.capacity import Decides
from clients.domain.deciding import Known, age, decide, proposed
from clients.models import CapacityDecision, Client, DecisionGuardian
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from clients.actions.guardians import GuardianShown
    from clients.domain.capacity import Basis
    from clients.domain.deciding import Decision, Signs
    from clients.domain.guardians import GuardianDetails
    from clients.domain.people import Identity
    from clients.queries import DecisionRow
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class ToDecide:
    """What somebody sees before they record who decides."""

    identity: Identity
    known: Known
    guardians: Mapping[UUID, GuardianDetails]

    @property
    def proposal(self) -> tuple[Decides, Basis] | None:
        """Give what the birth date proposes."""
        return proposed(self.known)

    @property
    def years(self) -> int | None:
        """Give their age, if it is known."""
        born = self.known.born
        return None if born is None else age(born, self.known.today)


@dataclasses.dataclass(frozen=True, slots=True)
class DecisionShown:
    """A decision with the sentence that says why, for those who may read it."""

    row: DecisionRow
    why: str | None = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Deciding:
    """Who a client is, who their guardians are, and every decision, the newest first."""

    identity: Identity
    guardians: tuple[GuardianShown, ...]
    decisions: tuple[DecisionShown, ...]

    @property
    def is_minor(self) -> bool:
        """Say whether majority is still to come."""
        return _known(self.identity, frozenset()).is_minor

    @property
    def years(self) -> int | None:
        """Give their age, if it is known."""
        known = _known(self.identity, frozenset())
        return None if known.born is None else age(known.born, known.today)


@dataclasses.dataclass(frozen=True, slots=True)
class OwnDeciding:
    """Who signs with a client, or for them, until when: name and what they are to the client."""

    with_client: bool
    people: tuple[tuple[str, str], ...]
    until: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class SignerNamed:
    """Somebody whose signature a form needs, as the document will name them.

    `authority` says by what right a guardian signs; "" for the client.
    """

    guardian: UUID | None
    turn: int
    name: str
    authority: str = ""


def prepare_decision(*, actor: Actor, client_id: UUID) -> ToDecide:
    """Open what a decision rests on: the birth date and who the guardians are."""
    require(actor, Permission.DECIDE_CAPACITY)
    grant = _looked_up(actor, client_id, "deciding who decides")
    identity = _identity(grant, client_id)
    shown = guardians_under(grant, client_id)
    here = {one.row.id: one.details for one in shown if one.row.ended_at is None}
    return ToDecide(identity, _known(identity, frozenset(here)), here)


def decide_capacity(*, actor: Actor, client_id: UUID, decision: Decision) -> UUID:
    """Record who decides from now on; it never changes, and the newest counts (CC-22, AC-13).

    A decision about guardians ends at majority at the latest. Guardians whom it leaves out see
    and sign nothing from this instant.
    """
    require(actor, Permission.DECIDE_CAPACITY)
    _lock(client_id)
    known = prepare_decision(actor=actor, client_id=client_id).known
    until = _instant(decide(decision, known))
    made = CapacityDecision.objects.create(
        client_id=client_id,
        decides=decision.decides.value,
        basis=decision.basis.value,
        why=decision.why.strip(),
        by=actor.id,
        at=db.now(),
        until=until,
    )
    for one in decision.guardians:
        DecisionGuardian.objects.create(
            decision=made,
            client_id=client_id,
            guardian_id=one.guardian,
            signs=one.signs,
            why_not=one.why_not.value if one.why_not else "",
        )
    audit.actions.record(
        actor=actor,
        kind=events.CAPACITY_DECIDED,
        client=client_id,
        about=("clients_capacitydecision", made.pk),
        rows=[one.guardian for one in decision.guardians if one.signs],
        sealed={"why": vault.fingerprint(made, "why")},
        relation=queries.relation_to_client(actor, client_id),
        reason=decision.basis.value,
        detail={"decides": decision.decides.value},
    )
    return made.pk


def _lock(client_id: UUID) -> None:
    if Client.objects.select_for_update().filter(pk=client_id).exists():
        return
    if Client.objects.filter(pk=client_id).exists():
        message = "This is decided by who cares for them."
        raise Refused("not-yours-to-change", message, client=client_id)
    raise NotThere("clients_client", client_id)


def _instant(day: datetime.date | None) -> datetime.datetime | None:
    """Give the first instant of a day where the practice is."""
    return (
        None
        if day is None
        else timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
    )


def _known(identity: Identity, guardians: frozenset[UUID]) -> Known:
    return Known(
        born=identity.birth_date,
        today=timezone.localdate(db.now()),
        majority_years=settings.MAJORITY_YEARS,
        guardians=guardians,
    )


def open_deciding(*, actor: Actor, client_id: UUID) -> Deciding:
    """Open who decides for a client and who their guardians are: one event for the page.

    Why it was decided so is for those who see consents (a reason is clinical).
    """
    require(actor, Permission.SEE_CONTACT)
    queries.client_row(client_id)
    rows = queries.decisions_of(client_id)
    reasons = actor.may(Permission.SEE_CONSENTS)
    grant = audit.actions.record(
        actor=actor,
        kind=events.CAPACITY_READ if reasons else events.GUARDIANS_OPENED,
        client=client_id,
        about=("clients_client", client_id),
        rows=[one.id for one in rows],
        relation=queries.relation_to_client(actor, client_id),
    )
    return Deciding(
        identity=_identity(grant, client_id),
        guardians=guardians_under(grant, client_id),
        decisions=_shown(client_id, rows, grant if reasons else None),
    )


def _shown(
    client_id: UUID, rows: list[DecisionRow], grant: vault.Grant | None
) -> tuple[DecisionShown, ...]:
    if grant is None:
        return tuple(DecisionShown(one, None) for one in rows)
    sealed = {one.pk: one.why for one in CapacityDecision.objects.filter(client_id=client_id)}
    return tuple(DecisionShown(one, vault.open_text(sealed[one.id], grant)) for one in rows)


def read_own_deciding(*, actor: Actor, client_id: UUID) -> OwnDeciding | None:
    """Tell a client who signs with them or for them; nothing where they decide alone."""
    require(actor, Permission.SEE_OWN_FILE)
    decided = queries.decision_in_force(client_id)
    if decided is None or decided.until is None:
        return None
    grant = audit.actions.record(
        actor=actor,
        kind=events.GUARDIANS_OPENED,
        client=client_id,
        about=("clients_client", client_id),
        relation=queries.relation_to_client(actor, client_id),
    )
    signing = {one.guardian for one in queries.signers_for(client_id)}
    shown = [one for one in guardians_under(grant, client_id) if one.row.id in signing]
    people = tuple((one.details.name, one.details.relationship) for one in shown)
    return OwnDeciding(decided.decides is Decides.TOGETHER, people, decided.until)


def signers_named(
    *, actor: Actor, client_id: UUID, purpose: str = "asking for a consent"
) -> tuple[SignerNamed, ...]:
    """Give who signs what a client is asked, in turn and by name: one event.

    Raises Invalid for somebody young for whom nobody has recorded who decides.
    """
    require(actor, naming_signers(actor))
    grant = _looked_up(actor, client_id, purpose)
    identity = _identity(grant, client_id)
    if queries.decision_in_force(client_id) is None:
        _require_of_age(identity)
    known = {one.row.id: one.details for one in guardians_under(grant, client_id)}
    signers = queries.signers_for(client_id)
    return tuple(_named(one, identity.full, known) for one in signers)


def _looked_up(actor: Actor, client_id: UUID, purpose: str) -> vault.Grant:
    return audit.actions.record(
        actor=actor,
        kind=events.SIGNERS_NAMED,
        client=client_id,
        about=("clients_client", client_id),
        relation=queries.relation_to_client(actor, client_id),
        purpose=purpose,
    )


def _identity(grant: vault.Grant, client_id: UUID) -> Identity:
    found = identities_under(grant, [client_id]).get(client_id)
    if found is None:
        raise NotThere("clients_client", client_id)
    return found


def _require_of_age(identity: Identity) -> None:
    known = _known(identity, frozenset())
    if known.born is not None and known.is_minor:
        years = age(known.born, known.today)
        message = f"{identity.short} is {years}. Record first who decides."
        raise Invalid(message, "capacity")


def _named(one: Signs, client: str, known: Mapping[UUID, GuardianDetails]) -> SignerNamed:
    if one.guardian is None:
        return SignerNamed(None, one.turn, client)
    details = known[one.guardian]
    return SignerNamed(one.guardian, one.turn, details.name, details.signs_for(client))
