"""How a recipient is reached: written down, made sure of by somebody in a way, and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from consent.actions._gated import written
from consent.actions.named import recorded
from consent.domain.recipient_events import ADDRESS_ADDED, ADDRESS_ENDED, ADDRESS_VERIFIED
from consent.domain.recipients import AddressKind, Verified
from consent.models import RecipientAddress
from consent.queries.recipients import recipient_row
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

LONGEST = 300
FEWEST_DIGITS = 5


def add_address(*, actor: Actor, recipient_id: UUID, kind: AddressKind, value: str) -> UUID:
    """Write down a way to a recipient; nothing goes there before it is verified."""
    require(actor, Permission.KEEP_RECIPIENTS)
    row = recipient_row(recipient_id)
    made = RecipientAddress(
        recipient_id=row.id,
        client_id=row.client,
        kind=kind,
        value=_fit(kind, value),
        by=actor.id,
        at=db.now(),
    )
    written(made)
    sealed = {"value": vault.fingerprint(made, "value")}
    recorded(actor, made, ADDRESS_ADDED, [row.id], sealed=sealed, detail={"way": kind.value})
    return made.pk


def verify_address(*, actor: Actor, address_id: UUID, how: Verified) -> UUID:
    """Say how one made sure that an address is the recipient's own; gives the address that counts.

    What was verified before stays as it was: asked again, the same address is written down anew.
    Raises Refused for one that is ended.
    """
    require(actor, Permission.KEEP_RECIPIENTS)
    found = _locked(address_id)
    if found.verified_at is not None:
        found = _anew(actor, found)
    found.verified_how, found.verified_by, found.verified_at = how, actor.id, db.now()
    RecipientAddress.objects.filter(pk=found.pk).update(
        verified_how=how, verified_by=actor.id, verified_at=found.verified_at
    )
    recorded(actor, found, ADDRESS_VERIFIED, [found.recipient_id], detail={"how": how.value})
    return found.pk


def end_address(*, actor: Actor, address_id: UUID) -> UUID:
    """Say that an address is not used any more; gives the recipient. It stays where it was used."""
    require(actor, Permission.KEEP_RECIPIENTS)
    found = _locked(address_id)
    _end(actor, found)
    return found.recipient_id


def _locked(address_id: UUID) -> RecipientAddress:
    found = RecipientAddress.objects.select_for_update().filter(pk=address_id).first()
    if found is None:
        raise NotThere("consent_recipient_address", address_id)
    if found.ended_at is not None:
        raise Refused("address-ended", "This address is not used any more.", client=found.client_id)
    return found


def _anew(actor: Actor, old: RecipientAddress) -> RecipientAddress:
    """Write the same address down once more and end the one before."""
    grant = recorded(actor, old, ADDRESS_ADDED, [old.recipient_id], detail={"way": old.kind})
    made = RecipientAddress(
        recipient_id=old.recipient_id,
        client_id=old.client_id,
        kind=old.kind,
        value=vault.open_text(old.value, grant),
        by=actor.id,
        at=db.now(),
    )
    written(made)
    sealed = {"value": vault.fingerprint(made, "value")}
    recorded(actor, made, ADDRESS_ADDED, [old.recipient_id], sealed=sealed)
    _end(actor, old)
    return made


def _end(actor: Actor, found: RecipientAddress) -> None:
    mine = RecipientAddress.objects.filter(pk=found.pk, ended_at=None)
    mine.update(ended_at=db.now(), ended_by=actor.id)
    recorded(actor, found, ADDRESS_ENDED, [found.recipient_id])


def _fit(kind: AddressKind, value: str) -> str:
    """Give an address as it is kept; raises Invalid for what cannot be one."""
    said = value.strip()
    if not said or len(said) > LONGEST:
        raise Invalid("Write the address.", "value")
    if kind is AddressKind.EMAIL:
        try:
            validate_email(said)
        except ValidationError:
            raise Invalid("This is no e-mail address.", "value") from None
    if kind is AddressKind.PHONE and sum(one.isdigit() for one in said) < FEWEST_DIGITS:
        raise Invalid("This is no telephone number.", "value")
    return said
