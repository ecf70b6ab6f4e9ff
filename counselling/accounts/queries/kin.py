"""Whether somebody may be kin to a client: hashes of surnames and of homes, only compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counselling import vault
from counselling.accounts.domain import Kind
from counselling.accounts.domain.kin import Sign, surname_of_staff
from counselling.accounts.models import Account

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


def kin_token(sign: Sign, word: str) -> str:
    """Give the practice's keyed hash of a surname or an address."""
    return vault.keyed_index(f"kin-{sign.value}", word)[:32]


def kin_tokens(people: Iterable[UUID]) -> dict[UUID, tuple[frozenset[str], str]]:
    """Give for people who work here the hashes of their surnames, and of their home or ""."""
    rows = Account.objects.filter(pk__in=set(people)).values_list("pk", "name", "home")
    return {
        person: (frozenset(kin_token(Sign.SURNAME, one) for one in surname_of_staff(name)), home)
        for person, name, home in rows
    }


def signs_of_staff() -> dict[UUID, frozenset[str]]:
    """Give the hashes of surnames and homes of everybody who works here now."""
    working = Account.objects.filter(kind=Kind.STAFF.value, is_active=True)
    return {
        person: surnames | ({home} - {""})
        for person, (surnames, home) in kin_tokens(working.values_list("pk", flat=True)).items()
    }


def staff_among(accounts: Iterable[UUID]) -> set[UUID]:
    """Give which of these accounts belong to people who work here."""
    found = Account.objects.filter(pk__in=set(accounts), kind=Kind.STAFF.value)
    return set(found.values_list("pk", flat=True))
