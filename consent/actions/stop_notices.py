"""Tell whoever received something that the permission it was given under has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consent.actions.delivery import ask_for_letter
from consent.domain.delivery import LetterKind
from consent.domain.recipients import AddressKind
from consent.models import Disclosure, RecipientLetter, Withdrawal
from consent.queries.recipients import addresses_of
from counselling.access import Permission, require

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.access import Actor


def tell_it_ended(*, actor: Actor, disclosure_ids: Iterable[UUID]) -> int:
    """Ask for a neutral letter to each recipient of these that has a verified address.

    Each address is told once of each permission, however often this is asked; gives how many
    letters were asked for now. What went on another ground, or under what holds, is left alone.
    """
    require(actor, Permission.RECORD_WITHDRAWAL)
    asked = 0
    for disclosure in Disclosure.objects.filter(pk__in=list(disclosure_ids)).order_by("at"):
        ended = _ended(disclosure)
        address = None if ended is None else _address(disclosure)
        if ended is None or address is None:
            continue
        if RecipientLetter.objects.filter(consent_id=ended, address_id=address).exists():
            continue
        letter = RecipientLetter(
            kind=LetterKind.ENDED, disclosure=disclosure, address_id=address, consent_id=ended
        )
        ask_for_letter(actor, letter)
        asked += 1
    return asked


def _ended(disclosure: Disclosure) -> UUID | None:
    """Give the consent under it that somebody has stopped, if one has been."""
    said = [*([disclosure.consent_id] if disclosure.consent_id else []), *disclosure.also]
    found = Withdrawal.objects.filter(consent__in=said).order_by("at")
    return found.values_list("consent_id", flat=True).first()


def _address(disclosure: Disclosure) -> UUID | None:
    """Give where it went, if it went by e-mail and still may, else their newest e-mail address."""
    ways = [one for one in addresses_of(disclosure.recipient_id) if one.kind is AddressKind.EMAIL]
    usable = [one.id for one in ways if one.usable]
    if disclosure.address_id in usable:
        return disclosure.address_id
    return usable[0] if usable else None
