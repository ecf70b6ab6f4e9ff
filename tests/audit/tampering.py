"""Every sealed column of every model, found by walking, and ways to alter what is stored there."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps

from counselling import vault
from counselling.vault.fields import SealedField, SealedFileField
from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from counselling.vault import Sealed

OURS: Final = {"clients", "consent", "records", "accounts", "audit", "counselling", "vault"}
# magic 4, format 1, version 4, nonce 12, body, tag 16; a file's chunks begin with an id
REGIONS: Final = {
    "magic": 0, "format": 4, "version": 8, "nonce": 12, "body": 60, "tag": -1,
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A sealed column."""

    field: SealedField[Any, Any]

    @property
    def table(self) -> str:
        """The table it is in."""
        return str(self.field.model._meta.db_table)

    @property
    def name(self) -> str:
        """The column's name."""
        return str(self.field.column)

    def __str__(self) -> str:
        """Name it as the verifier does."""
        return f"{self.table}.{self.name}"

    def rows(self) -> list[Any]:
        """Read every row that holds a value."""
        found = self.field.model._base_manager.using("owner").all().order_by("pk")
        return [row for row in found if getattr(row, self.field.attname) is not None]

    def value(self, row: UUID) -> Sealed:
        """Read what a row holds now, bound to its place."""
        found = self.field.model._base_manager.using("owner").get(pk=row)
        value: Sealed = getattr(found, self.field.attname)
        return value


def columns() -> list[Column]:
    """Give every sealed column of the product."""
    found = [
        Column(field)
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.get_fields()
        if isinstance(field, SealedField)
    ]
    return sorted(found, key=str)


def flipped(envelope: bytes, at: int) -> bytes:
    """Give the bytes with one bit changed."""
    changed = bytearray(envelope)
    changed[at] ^= 1
    return bytes(changed)


def altered(column: Column, row: Any, envelope: bytes) -> Iterator[tuple[str, bytes]]:
    """Give every way to write something else into a row's column, with its name."""
    for region, at in REGIONS.items():
        yield f"a bit of its {region} flipped", flipped(envelope, at)
    yield "cut short by a bucket, or of no length", envelope[: len(envelope) // 2]
    yield "plain text", b"<script>alert(1)</script> and some more, to be long enough" * 20
    for other in columns():
        donors = [one for one in other.rows() if (str(other), one.pk) != (str(column), row.pk)]
        if _same_form(other, column):
            for whose, donor in _of_both_sorts(column.field.holder(row), other, donors):
                yield f"what {other} of {whose} holds", _bytes(other, donor)


def _of_both_sorts(holder: str, other: Column, donors: list[Any]) -> Iterator[tuple[str, Any]]:
    """Give a row sealed with the same key, where only the place tells them apart, and another."""
    for whose, same in (("the same keyholder", True), ("another keyholder", False)):
        for donor in donors:
            if (other.field.holder(donor) == holder) is same:
                yield whose, donor
                break


def _same_form(one: Column, other: Column) -> bool:
    return isinstance(one.field, SealedFileField) == isinstance(other.field, SealedFileField)


def _bytes(column: Column, row: Any) -> bytes:
    return bytes(getattr(row, column.field.attname)._envelope)


def envelope_of(column: Column, row: Any) -> bytes:
    """Give what is stored in a row's column."""
    return _bytes(column, row)


@contextlib.contextmanager
def hands() -> Iterator[Callable[[Column, UUID, bytes | None], None]]:
    """Give a superuser's way to write any bytes, past triggers, policies, CHECK and NOT NULL."""
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        rules = _without_rules(root)

        def put(column: Column, row: UUID, content: bytes | None) -> None:
            key = column.field.model._meta.pk.column
            root.execute(
                f"UPDATE {column.table} SET {column.name} = %s WHERE {key} = %s", [content, row]
            )

        try:
            yield put
        finally:
            for rule in rules:
                root.execute(rule)


def _without_rules(root: Any) -> list[str]:
    """Take away what the tables themselves ask of sealed columns; give how to put it back."""
    back = []
    for column in columns():
        found = root.execute(
            "SELECT conname, pg_get_constraintdef(c.oid) FROM pg_constraint c "
            "WHERE conrelid = %s::regclass AND contype = 'c' AND %s = ANY ("
            "SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey))",
            [column.table, column.name],
        ).fetchall()
        for name, rule in found:
            root.execute(f'ALTER TABLE {column.table} DROP CONSTRAINT IF EXISTS "{name}"')
            back.append(f'ALTER TABLE {column.table} ADD CONSTRAINT "{name}" {rule}')
        if not column.field.null:
            root.execute(f"ALTER TABLE {column.table} ALTER COLUMN {column.name} DROP NOT NULL")
            back.append(f"ALTER TABLE {column.table} ALTER COLUMN {column.name} SET NOT NULL")
    return list(dict.fromkeys(back))


def sealed_anew(column: Column, row: Any) -> bytes:
    """Seal some other value for this very place: what an older version looks like."""
    from counselling.vault import sealed

    field = column.field
    value: Any = sealed.seal(field.kind, field.place(row), b'"another"')
    return bytes(value._envelope)


def opens(value: Sealed) -> bool:
    """Say whether a value would open."""
    return not vault.fits(value)
