"""Look at a restored pair from inside: do keys unwrap, has every row its key, do values fit.

A process of its own, since it is told other addresses than the living databases'. It prints what
it found as JSON: numbers and sentences, never a value.
"""

from __future__ import annotations

import dataclasses
import json
import types
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps

from counselling import vault
from counselling.vault.fields import SealedField
from counselling.vault.keystore import every

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

SAMPLE: Final = 100
MOST: Final = 20
DATABASE: Final = "owner"


@dataclasses.dataclass
class Look:
    """What was found."""

    keys: int = 0
    destroyed: int = 0
    values: int = 0
    erased: int = 0
    findings: list[str] = dataclasses.field(default_factory=list)

    def find(self, what: str) -> None:
        """Keep a finding, up to a readable number of them."""
        if len(self.findings) < MOST:
            self.findings.append(what)


def look(*, main: bool, keys: bool, sample: int | None = SAMPLE) -> Look:
    """Look at the keys, and at the main database when both are there."""
    found = Look()
    if keys:
        tried = vault.try_keys()
        found.keys, found.destroyed = tried.whole, tried.destroyed
        for why in tried.broken:
            found.find(why)
    if main and keys:
        _look_for_keys(found)
        _look_at_values(found, sample)
    return found


def _sealed() -> Iterator[tuple[type[Model], list[SealedField[Any, Any]]]]:
    for model in apps.get_models():
        fields = [one for one in model._meta.local_fields if isinstance(one, SealedField)]
        if fields:
            yield model, fields


def _look_for_keys(found: Look) -> None:
    """Ask of every holder that sealed a value whether it has a key, alive or destroyed."""
    known = {holder for holder, _ in every()}
    for model, fields in _sealed():
        for field in fields:
            missing = [one for one in _holders(model, field) if one not in known]
            if missing:
                where = f"{model._meta.db_table}.{field.column}"
                found.find(f"{len(missing)} holders have values in {where} and no key")


def _holders(model: type[Model], field: SealedField[Any, Any]) -> Iterator[str]:
    rows = model._base_manager.using(DATABASE).filter(**{f"{field.name}__isnull": False})
    names = field.holder.attributes
    if not names:
        yield from [field.holder(model())] if rows.exists() else []
        return
    for row in rows.order_by().values_list(*names).distinct():
        yield field.holder(types.SimpleNamespace(**dict(zip(names, row, strict=True))))  # type: ignore[arg-type] # it only asks for these


def _look_at_values(found: Look, sample: int | None) -> None:
    for model, fields in _sealed():
        rows = model._base_manager.using(DATABASE).order_by("-pk")[:sample]
        for row in rows.iterator(chunk_size=20):
            for field in fields:
                value = getattr(row, field.attname)
                if value is not None:
                    _try(found, vault.fits(value))


def _try(found: Look, why: str) -> None:
    if why == "destroyed":
        found.erased += 1
    elif why:
        found.find(why)
    else:
        found.values += 1


def report(found: Look) -> str:
    """Write it for the process that asked."""
    return json.dumps(dataclasses.asdict(found))
