"""The names of keyholders: whose key seals a value, and how a row tells it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

PRACTICE: Final = "practice"


def client(row: UUID) -> str:
    """Name the holder of a client's identity, contact, consents and documents."""
    return f"client:{_id(row)}"


def case(row: UUID) -> str:
    """Name the holder of what is shared in a case."""
    return f"case:{_id(row)}"


def author(case_row: UUID, person: UUID) -> str:
    """Name the holder of what one author keeps for themselves in a case."""
    return f"author:{_id(case_row)}:{_id(person)}"


def staff(person: UUID) -> str:
    """Name the holder of what belongs to somebody's sign-in."""
    return f"staff:{_id(person)}"


def nearest(client_row: UUID | None, case_row: UUID | None, person: UUID) -> str:
    """Name whose key seals words about an access: the client's, else the case's, else of who acted.

    So that erasing a client erases what was said of accesses to their file (EN-08).
    """
    if client_row is not None:
        return client(client_row)
    return staff(person) if case_row is None else case(case_row)


def _id(row: object) -> UUID:
    if not isinstance(row, UUID):
        message = "A keyholder is named by a UUID."
        raise TypeError(message)
    return row


_NAMERS: Final[dict[str, Callable[..., str]]] = {
    "client": client,
    "case": case,
    "author": author,
    "staff": staff,
    "nearest": nearest,
}


@dataclasses.dataclass(frozen=True)
class HolderOf:
    """How a row tells its keyholder: the kind, and the attributes that hold the ids."""

    kind: str
    attributes: tuple[str, ...] = ()

    def __call__(self, instance: Model) -> str:
        """Name the keyholder of a row."""
        return self.named(*(getattr(instance, name) for name in self.attributes))

    def named(self, *ids: UUID | None) -> str:
        """Name the keyholder by what is in the row's attributes, in their order."""
        namer = _NAMERS.get(self.kind)
        return PRACTICE if namer is None else namer(*ids)

    def deconstruct(self) -> tuple[str, tuple[str, tuple[str, ...]], dict[str, str]]:
        """Write itself into migrations; Django's decorator cannot, on a frozen dataclass."""
        return "counselling.vault.holders.HolderOf", (self.kind, self.attributes), {}


def by_client(attribute: str) -> HolderOf:
    """Seal with the key of the client whose id is in that attribute."""
    return HolderOf("client", (attribute,))


def by_case(attribute: str) -> HolderOf:
    """Seal with the key of the case whose id is in that attribute."""
    return HolderOf("case", (attribute,))


def by_author(case_attribute: str, person_attribute: str) -> HolderOf:
    """Seal with the key of that author in that case."""
    return HolderOf("author", (case_attribute, person_attribute))


def by_staff(attribute: str) -> HolderOf:
    """Seal with the key of the account whose id is in that attribute."""
    return HolderOf("staff", (attribute,))


def by_nearest(client_attribute: str, case_attribute: str, person_attribute: str) -> HolderOf:
    """Seal with the key of the client, or else of the case, or else of the account."""
    return HolderOf("nearest", (client_attribute, case_attribute, person_attribute))


def by_practice() -> HolderOf:
    """Seal with the key of the practice."""
    return HolderOf("practice")
