"""Seal stored values anew with their holder's newest key; it shows nothing and asks no grant."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps

from counselling.vault import keyring
from counselling.vault.envelope import FILE, HEADER, VALUE, Place, key_version
from counselling.vault.fields import SealedField
from counselling.vault.index import digest
from counselling.vault.keystore import KeyDestroyed
from counselling.vault.sealed import Kind, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import Model


class Column(NamedTuple):
    """A sealed column, and the columns that name the row and its keyholder."""

    table: str
    name: str
    kind: Kind
    key: str
    names: tuple[str, ...]
    field: SealedField[Any, Any]

    def holder(self, values: Iterable[UUID]) -> str:
        """Name the keyholder from what stands in `names`."""
        attributes = dict(zip(self.field.holder.attributes, values, strict=True))
        return self.field.holder(types.SimpleNamespace(**attributes))  # type: ignore[arg-type] # asked for these attributes only


class Anew(NamedTuple):
    """What was stored, and what shall be."""

    row: UUID
    was: bytes
    envelope: bytes
    fingerprint: str


def columns() -> list[Column]:
    """Give every sealed column there is, in an order that stays."""
    found = [
        _column(model, field)
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_fields
        if isinstance(field, SealedField)
    ]
    return sorted(found, key=lambda one: (one.table, one.name))


def _column(model: type[Model], field: SealedField[Any, Any]) -> Column:
    meta = model._meta
    pk = str(meta.pk.column) if meta.pk else ""
    named = {one.attname: str(one.column) for one in meta.concrete_fields} | {"pk": pk}
    names = tuple(named[attribute] for attribute in field.holder.attributes)
    return Column(meta.db_table, str(field.column), field.kind, pk, names, field)


def is_old(column: Column, holder: str, start: bytes) -> bool:
    """Say whether what begins like this was sealed with an older key than the holder's newest."""
    files = column.kind is Kind.FILE
    try:
        newest = keyring.newest(holder, keyring.FILES if files else keyring.VALUES)
    except KeyDestroyed:
        return False
    return key_version(start[:HEADER], FILE if files else VALUE) < newest


def anew(column: Column, holder: str, row: UUID, stored: bytes) -> Anew:
    """Open and seal again in the same place; raises SealBroken for what does not open."""
    place = Place(column.table, column.name, row, holder)
    sealed = seal(column.kind, place, unseal(column.kind, place, stored))
    return Anew(row, stored, sealed._envelope, digest(sealed._envelope))


def fetch_keys(holders: Iterable[str]) -> None:
    """Have the keys of these holders ready, with one question."""
    asked = list(holders)
    keyring.fetch(asked)
    keyring.fetch(asked, keyring.FILES)
