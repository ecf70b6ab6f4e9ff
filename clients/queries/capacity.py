"""Who decides for a client and who signs for them, as far as nothing sealed is opened."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q

from clients.domain.capacity import Basis, Decides, WhyLeftOut
from clients.domain.deciding import ENDS_SOON, Said, who_signs
from clients.models import CapacityDecision, Guardian
from counselling import db
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from clients.domain.deciding import Signs


@dataclasses.dataclass(frozen=True, slots=True)
class DecisionRow:
    """One recorded decision; its reason is sealed and not here."""

    id: UUID
    client: UUID
    decides: Decides
    basis: Basis
    by: UUID
    at: datetime.datetime
    until: datetime.datetime | None
    guardians: tuple[Said, ...]

    def runs(self, at: datetime.datetime) -> bool:
        """Say whether it has not ended by its date."""
        return self.until is None or self.until > at

    @property
    def signing(self) -> tuple[UUID, ...]:
        """Give the guardians whom it has sign."""
        return tuple(one.guardian for one in self.guardians if one.signs)


@dataclasses.dataclass(frozen=True, slots=True)
class GuardianRow:
    """A guardian as a row: whose, since when, whether they can sign in."""

    id: UUID
    client: UUID
    created_at: datetime.datetime
    ended_at: datetime.datetime | None
    account: UUID | None


@dataclasses.dataclass(frozen=True, slots=True)
class Guarded:
    """For whom the guardian who acts decides, how, and until when."""

    client: UUID
    decides: Decides
    until: datetime.datetime


def decisions_of(client_id: UUID) -> list[DecisionRow]:
    """Give every decision about a client, the newest first."""
    found = CapacityDecision.objects.filter(client_id=client_id)
    rows = found.prefetch_related("guardians").order_by("-at", "-pk")
    return [_row(one) for one in rows]


def decision_in_force(client_id: UUID) -> DecisionRow | None:
    """Give the newest decision, unless it has ended: then the client decides alone."""
    found = decisions_of(client_id)
    return found[0] if found and found[0].runs(db.now()) else None


def _row(one: CapacityDecision) -> DecisionRow:
    said = tuple(
        Said(each.guardian_id, each.signs, WhyLeftOut(each.why_not) if each.why_not else None)
        for each in sorted(one.guardians.all(), key=lambda each: each.guardian_id)
    )
    return DecisionRow(
        one.pk, one.client_id, Decides(one.decides), Basis(one.basis),
        one.by, one.at, one.until, said,
    )  # fmt: skip


def guardians_of(client_id: UUID) -> list[GuardianRow]:
    """Give the guardians of a client, in the order in which they were written down."""
    found = Guardian.objects.filter(client_id=client_id).select_related("access")
    return [_guardian(one) for one in found.order_by("created_at", "pk")]


def guardian_row(guardian_id: UUID) -> GuardianRow:
    """Give a guardian; raises NotThere for a hidden one and for none alike."""
    found = Guardian.objects.select_related("access").filter(pk=guardian_id).first()
    if found is None:
        raise NotThere("clients_guardian", guardian_id)
    return _guardian(found)


def _guardian(one: Guardian) -> GuardianRow:
    access = getattr(one, "access", None)
    account = None if access is None else access.account_id
    return GuardianRow(one.pk, one.client_id, one.created_at, one.ended_at, account)


def signers_for(client_id: UUID) -> tuple[Signs, ...]:
    """Give who signs what a client is asked, in turn, as the decision in force says."""
    decided = decision_in_force(client_id)
    if decided is None:
        return who_signs(Decides.ALONE, ())
    here = [one.id for one in guardians_of(client_id) if one.ended_at is None]
    return who_signs(decided.decides, [one for one in here if one in decided.signing])


def signs(client_id: UUID, guardian_id: UUID) -> bool:
    """Say whether a guardian signs for a client now."""
    return any(one.guardian == guardian_id for one in signers_for(client_id))


def is_adult(client_id: UUID) -> bool:
    """Say whether a client decides alone now; so does everybody of whom nothing was decided."""
    return bool(adults_among([client_id]))


def adults_among(client_ids: Iterable[UUID]) -> set[UUID]:
    """Give those of the clients who decide alone now: one question for all."""
    ids = set(client_ids)
    newest = CapacityDecision.objects.filter(client_id__in=ids).order_by("client_id", "-at", "-pk")
    at = db.now()
    others = {
        client
        for client, decides, until in newest.distinct("client_id").values_list(
            "client_id", "decides", "until"
        )
        if decides != Decides.ALONE and until is not None and until > at
    }
    return ids - others


def ending_decisions(client_ids: Iterable[UUID]) -> list[DecisionRow]:
    """Give the decisions in force that end soon, so that the client is asked anew in time."""
    at = db.now()
    newest = CapacityDecision.objects.filter(client_id__in=set(client_ids))
    newest = newest.order_by("client_id", "-at", "-pk").distinct("client_id")
    soon = Q(until__gt=at, until__lte=at + ENDS_SOON)
    rows = CapacityDecision.objects.filter(soon, pk__in=newest.values("pk"))
    return [_row(one) for one in rows.prefetch_related("guardians").order_by("until", "pk")]


def at_most(client_id: UUID) -> datetime.datetime | None:
    """Give when all that guardians allow for a client ends; None where the client has a say.

    Whoever signs may ask it, also those who do not see the decision.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clients_ends_with_decision(%s)", [client_id])
        found: datetime.datetime | None = cursor.fetchone()[0]
        return found


def guarded() -> Guarded | None:
    """Give for whom the guardian who acts decides; None once the decision has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT client, decides, until FROM guarded()")
        row = cursor.fetchone()
    return None if row is None else Guarded(row[0], Decides(row[1]), row[2])
