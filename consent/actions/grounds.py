"""On what something leaves, in words for its document: the client's word, or what the law says."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

import clients.actions
import clients.queries
from consent.actions._reading import fact_said, reading, recipient_shown
from consent.actions.copies import copy_of, is_part_two
from consent.actions.permissions import permissions_under
from consent.domain.bases import BASIS_PURPOSES, BASIS_SENTENCES, NAMED_BY, BasisKind
from consent.domain.copies import LegalGround
from consent.domain.documents import Permission as PermissionShown
from consent.domain.documents import RecipientShown
from consent.domain.telling import told_from
from consent.models import BasisDecision, LegalBasis, Recipient, RecipientWording, Request
from consent.queries import ConsentRow, consent_row
from consent.queries.recipients import recipient_row
from counselling import db, vault
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    import datetime
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class Ground:
    """The one thing a disclosure rests on; its words are opened under the act's own event."""

    on: ConsentRow | LegalBasis
    recipient: UUID
    purpose: str

    @property
    def consent(self) -> ConsentRow | None:
        """Give the client's word, if it is that."""
        return self.on if isinstance(self.on, ConsentRow) else None

    @property
    def basis(self) -> LegalBasis | None:
        """Give what the law says, if it is that."""
        return self.on if isinstance(self.on, LegalBasis) else None


@dataclasses.dataclass(frozen=True, slots=True)
class GroundShown:
    """What a document says of its ground, and in which language it is written."""

    language: str
    client: str
    recipient: RecipientShown
    purpose: str
    permission: PermissionShown | None
    basis: LegalGround | None


def ground_of(
    client_id: UUID, *, consent_id: UUID | None, basis_id: UUID | None, recipient_id: UUID | None
) -> Ground:
    """Find the ground of something that is about to leave; raises NotThere for another client's."""
    if (consent_id is None) == (basis_id is None):
        raise Invalid("Something leaves with a permission or on a legal basis: choose one.")
    if consent_id is not None:
        consent = consent_row(consent_id)
        if consent.recipient is None or consent.client != client_id:
            raise NotThere("consent_consent", consent_id)
        return Ground(consent, recipient_id or consent.recipient, consent.purpose)
    basis = LegalBasis.objects.filter(pk=str(basis_id), client_id=client_id).first()
    if basis is None:
        raise NotThere("consent_legal_basis", basis_id)
    return Ground(basis, recipient_id or basis.recipient_id, basis.kind)


def told_when(basis: LegalBasis) -> tuple[datetime.datetime, UUID | None]:
    """Give from when the client is told of what goes on a basis now, and who agreed to later."""
    decision = BasisDecision.objects.filter(basis=basis).first()
    return told_from(
        db.now(),
        tell_at=basis.tell_at,
        immediate=basis.immediate,
        stated_by=basis.by,
        agreed_by=decision.by if decision is not None and decision.later else None,
        decided=decision is not None,
    )


def newest_wording(recipient: UUID) -> RecipientWording | None:
    """Give how a recipient is written today, if otherwise than on their own row.

    Of two that are one, the words of the one that stands for both count; a name that a second
    person has not agreed to does not.
    """
    wording = recipient_row(recipient).wording
    return None if wording is None else RecipientWording.objects.get(pk=wording)


def shown_ground(
    ground: Ground, wording: RecipientWording | None, grant: vault.Grant, language: str
) -> GroundShown:
    """Put words to a ground for the document that leaves."""
    consent, basis = ground.consent, ground.basis
    if consent is not None:
        return _of_consent(ground, consent, wording, grant, language)
    if basis is None:  # pragma: no cover  a ground is one of the two
        raise NotThere("consent_legal_basis")
    names = clients.actions.identities_under(grant, [basis.client_id])
    kind = BasisKind(basis.kind)
    spoken = language or clients.queries.client_row(basis.client_id).language
    return GroundShown(
        language=spoken,
        client=names[basis.client_id].full,
        recipient=_recipient(ground, wording, grant),
        purpose=BASIS_PURPOSES[kind],
        permission=None,
        basis=LegalGround(
            str(basis.pk), BASIS_SENTENCES[kind], basis.at, _named(basis, kind, grant, spoken)
        ),
    )


def _named(basis: LegalBasis, kind: BasisKind, grant: vault.Grant, language: str) -> str:
    """Say which order or law it is; of a danger nothing is opened."""
    if not NAMED_BY[kind]:
        return ""
    facts = vault.open_json(basis.facts, grant)
    return ", ".join(
        fact_said(one, str(facts[one]), language) for one in NAMED_BY[kind] if facts.get(one)
    )


def _of_consent(
    ground: Ground,
    consent: ConsentRow,
    wording: RecipientWording | None,
    grant: vault.Grant,
    language: str,
) -> GroundShown:
    read = reading(Request.objects.get(pk=consent.request), grant)
    (permission,) = permissions_under([consent], grant)
    as_signed = wording is None and ground.recipient == consent.recipient
    last = consent.last_day
    zone = ZoneInfo(settings.TIME_ZONE)
    return GroundShown(
        language=language or read.form.language,
        client=read.values["client"],
        recipient=permission.recipient if as_signed else _recipient(ground, wording, grant),
        purpose=permission.purpose,
        permission=PermissionShown(
            str(consent.id),
            permission.sentence,
            consent.since,
            None if last is None else last.astimezone(zone).date(),
            copy_of(consent, grant) if is_part_two(consent.categories) else None,
        ),
        basis=None,
    )


def _recipient(
    ground: Ground, wording: RecipientWording | None, grant: vault.Grant
) -> RecipientShown:
    if wording is not None:
        return RecipientShown(**vault.open_json(wording.details, grant))
    return recipient_shown(Recipient.objects.get(pk=ground.recipient), grant)
