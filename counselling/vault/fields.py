"""Model fields whose values are sealed when a row is saved and stay sealed when it is read.

    identity = SealedJSONField(holder=by_client("id"))
    text = SealedTextField(holder=by_case("case_id"), null=True)

A plain value assigned to the attribute is hidden at once and sealed by `save`, `create` or
`bulk_create`. Reading gives a `Sealed` bound to table, column, row and keyholder. Nothing else
works, on purpose: `update`, `filter`, pickle and serializers refuse, `values_list` yields values
that never open. The ids of a row and of its keyholder never change after the first save.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from counselling.vault import chunks
from counselling.vault.envelope import LENGTH_RULE, Place
from counselling.vault.index import digest
from counselling.vault.plain import encoded
from counselling.vault.sealed import Kind, Pending, Sealed, seal
from counselling.wire import MARK

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Field as _BinaryField

    from counselling.vault.holders import HolderOf
else:

    class _BinaryField(models.BinaryField):
        """Takes the type arguments that type checkers want, and forgets them."""

        def __class_getitem__(cls, _: object) -> type:
            return cls


# the names are django-stubs' own: its plugin knows them
_ST = TypeVar("_ST", contravariant=True)  # noqa: PLC0105 named as typeshed names them
_GT = TypeVar("_GT", covariant=True)  # noqa: PLC0105 named as typeshed names them


class _Stored:
    """An envelope on its way from `pre_save` to the database; nobody else makes one."""

    __slots__ = ("envelope",)

    def __init__(self, envelope: bytes) -> None:
        self.envelope = envelope


class _SealedAttribute(DeferredAttribute):
    """The attribute of a row: hides what is assigned, binds what is read."""

    field: SealedField[Any, Any]

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if type(value) is Sealed and value._place is None:
            return Sealed(value._kind, value._envelope, self.field.place(instance))
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        field = self.field
        if isinstance(value, Sealed):
            if value._place is not None and value._place != field.place(instance):
                raise field.refusal("takes no sealed value of another row; open it and assign")
        elif value is not None:
            plain = encoded(field.kind, value, field.attname, large=field.large)
            value = Pending(field.kind, plain)
        instance.__dict__[field.attname] = value


class SealedField(_BinaryField[_ST, _GT]):
    """What sealed fields have in common; use one of the three below."""

    kind: ClassVar[Kind]
    descriptor_class = _SealedAttribute
    # takes as much as a file does
    large = False

    def __init__(self, *, holder: HolderOf, **options: Any) -> None:
        """Seal with the key of the row's `holder`; of Django's options `null` makes sense."""
        self.holder = holder
        super().__init__(**options)

    def deconstruct(self) -> Any:
        """Name the holder in migrations too."""
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "holder": self.holder}

    def place(self, instance: models.Model) -> Place:
        """Say where a row's value lives and whose key seals it."""
        return Place(
            self.model._meta.db_table, str(self.column), instance.pk, self.holder(instance)
        )

    def refusal(self, why: str) -> TypeError:
        """Word a refusal without the value."""
        return TypeError(f"The sealed field {self.name} {why}.")

    # into the database

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 Django's
        """Seal what was assigned; leave what is stored as it is."""
        value = model_instance.__dict__.get(self.attname)
        if value is None:
            return None
        place = self.place(model_instance)
        if isinstance(value, Pending):
            value = seal(self.kind, place, value._plain)
            model_instance.__dict__[self.attname] = value
        elif value._place != place and (add or value._place is not None):
            raise self.refusal("does not move to another row; open it and assign")
        return _Stored(value._envelope)

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:  # noqa: ARG002 Django's
        """Write only what `pre_save` sealed, no plain value and no expression."""
        if value is None:
            return None
        if not isinstance(value, _Stored):
            raise self.refusal("is written by saving its row, never by update()")
        return value.envelope

    def get_prep_value(self, value: Any) -> Any:  # noqa: ARG002 Django's signature
        """Refuse to be compared with, or written past `pre_save`."""
        raise self.refusal("is no query parameter")

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every question but whether there is a value."""
        if lookup_name != "isnull":
            message = f"The sealed field {self.name} can only be asked for isnull."
            raise FieldError(message)
        return super().get_lookup(lookup_name)

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """Let the column hold nothing that has not the length of an envelope."""
        column = connection.ops.quote_name(str(self.column))
        rule = chunks.LENGTH_RULE if self.kind is Kind.FILE else LENGTH_RULE
        return rule.format(length=f"octet_length({column})")

    # out of the database

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:  # noqa: ARG002 Django's signature
        """Ask for bytes instead of hexadecimal text (`wire`)."""
        return f"{sql} {MARK}", params

    def from_db_value(self, value: Any, *_: Any) -> Sealed | None:
        """Wrap what is stored; the attribute binds it to its row."""
        return None if value is None else Sealed(self.kind, bytes(value))

    def to_python(self, value: Any) -> Any:
        """Take a hidden value as it is, and no other."""
        if value is None or isinstance(value, Sealed):
            return value
        raise self.refusal("is not read from text")

    def value_to_string(self, obj: models.Model) -> str:  # noqa: ARG002 Django's signature
        """Refuse to be serialized."""
        raise self.refusal("is not serialized")

    def get_default(self) -> None:
        """Have no default: nothing is sealed that nobody wrote."""
        return

    # checks

    def check(self, **options: Any) -> list[checks.CheckMessage]:
        """Refuse a model that cannot say whose row it is."""
        return [*super().check(**options), *self._check_place(), *self._check_options()]

    def _check_place(self) -> list[checks.CheckMessage]:
        pk: Any = self.model._meta.pk
        while pk.remote_field is not None:
            pk = pk.target_field
        found: list[checks.CheckMessage] = []
        if not isinstance(pk, models.UUIDField):
            message = "A row with sealed values has a UUID."
            found.append(checks.Error(message, obj=self, id="vault.E001"))
        names = {name for field in self.model._meta.fields for name in (field.attname, "pk")}
        if missing := sorted(set(self.holder.attributes) - names):
            message = f"The keyholder is named by {', '.join(missing)}, which is no column here."
            found.append(checks.Error(message, obj=self, id="vault.E002"))
        return found

    def _check_options(self) -> list[checks.CheckMessage]:
        indexed = self.unique or self.db_index  # type: ignore[attr-defined] # not in the stubs
        if not (indexed or self.has_default() or self.choices):
            return []
        message = "A sealed field has no default, no choices and no index."
        return [checks.Error(message, obj=self, id="vault.E003")]


class SealedTextField(SealedField[_ST, _GT]):
    """Text that is sealed."""

    _pyi_private_set_type: str | Sealed
    _pyi_private_get_type: Sealed
    kind = Kind.TEXT


class SealedJSONField(SealedField[_ST, _GT]):
    """A JSON value that is sealed; lists, objects, text, numbers, true, false.

    Usually as much as one note; with `large` as much as a file: all that is shared at once.
    """

    _pyi_private_set_type: Any
    _pyi_private_get_type: Sealed
    kind = Kind.JSON

    def __init__(self, *, holder: HolderOf, large: bool = False, **options: Any) -> None:
        """Take the keyholder, and whether it may be long: the column is the same, so migrations

        do not name it.
        """
        self.large = large
        super().__init__(holder=holder, **options)


class SealedFileField(SealedField[_ST, _GT]):
    """Bytes of up to 64 MiB that are sealed in chunks."""

    _pyi_private_set_type: bytes | bytearray | memoryview | Sealed
    _pyi_private_get_type: Sealed
    kind = Kind.FILE


class Binder:
    """Binds values of one column that were read as rows, where a model for each is too slow.

    What it is told of a row is not trusted: a value opens only where it was sealed, and only for
    the keyholder of that place, who must be in the grant.
    """

    def __init__(self, model: type[models.Model], name: str) -> None:
        """Take a sealed field of a model."""
        field = model._meta.get_field(name)
        if not isinstance(field, SealedField):
            message = f"{name} is not sealed."
            raise TypeError(message)
        self._kind, self._holder = field.kind, field.holder
        self._table, self._column = model._meta.db_table, str(field.column)
        self._named: dict[tuple[UUID | None, ...], str] = {}

    def __call__(self, stored: bytes, row: UUID, *ids: UUID | None) -> Sealed:
        """Bind what is stored to its row; `ids` name the keyholder as the row's attributes do."""
        holder = self._named.get(ids)
        if holder is None:
            holder = self._named[ids] = self._holder.named(*ids)
        return Sealed(self._kind, stored, Place(self._table, self._column, row, holder))


def fingerprint(instance: models.Model, field: str) -> str:
    """Give the SHA-256 of what is stored, for events; empty where nothing is."""
    value = getattr(instance, field)
    if value is None:
        return ""
    if not isinstance(value, Sealed) or isinstance(value, Pending):
        message = f"{field} is not stored sealed yet."
        raise TypeError(message)
    return digest(value._envelope)
