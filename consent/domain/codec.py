"""Frozen dataclasses to JSON and back, an exact inverse that refuses whatever does not fit.

A field that was added since, with a default, may be missing in what was written before.
Understood are str, int, bool, StrEnum, aware datetime, date, None, tuple[X, ...] and nested
dataclasses. A datetime is written in UTC as 2026-11-03T13:02:00+00:00, a date as 2026-11-03.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from counselling.speech import Said

T = TypeVar("T")


class DoesNotFit(ValueError):
    """The JSON is not what this dataclass would have written."""


def encode(value: Any) -> Any:
    """JSON for a value made of the kinds named above."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [encode(each) for each in value]
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | bool | int):
        # what a rule says is kept in the language it is said in
        return str(value) if isinstance(value, StrEnum | Said) else value
    raise DoesNotFit(f"{type(value).__name__} has no form in JSON here")


def decode(kind: type[T], value: object) -> T:
    """The value that encode() turned into this JSON."""
    return cast("T", _read(kind, value, kind.__name__))


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise DoesNotFit("an instant needs a zone")
    return value.astimezone(UTC).isoformat()


def _read(kind: Any, value: object, where: str) -> Any:
    if isinstance(kind, UnionType):
        return _read_union(kind, value, where)
    if get_origin(kind) is tuple:
        return _read_tuple(kind, value, where)
    if is_dataclass(kind) and isinstance(kind, type):
        return _read_dataclass(kind, value, where)
    return _read_plain(kind, value, where)


def _read_union(kind: UnionType, value: object, where: str) -> Any:
    if value is None and type(None) in get_args(kind):
        return None
    (inner,) = (each for each in get_args(kind) if each is not type(None))
    return _read(inner, value, where)


def _read_tuple(kind: Any, value: object, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise DoesNotFit(f"{where} must be a list")
    inner = get_args(kind)[0]
    return tuple(_read(inner, each, f"{where}[{index}]") for index, each in enumerate(value))


def _read_dataclass(kind: Any, value: object, where: str) -> Any:
    if not isinstance(value, Mapping):
        raise DoesNotFit(f"{where} must be an object")
    hints = get_type_hints(kind)
    names = {field.name for field in fields(kind)}
    needed = {field.name for field in fields(kind) if field.default is MISSING}
    if not needed <= set(value) <= names:
        odd = ", ".join(sorted((needed - set(value)) | (set(value) - names)))
        raise DoesNotFit(f"{where} has missing or unknown fields: {odd}")
    return kind(**{name: _read(hints[name], value[name], f"{where}.{name}") for name in value})


def _read_plain(kind: Any, value: object, where: str) -> Any:
    if kind in (str, int, bool) and type(value) is kind:
        return value
    if not isinstance(value, str):
        raise DoesNotFit(f"{where} must be {kind.__name__}")
    try:
        return _READERS[kind](value) if kind in _READERS else _read_enum(kind, value)
    except ValueError as error:
        raise DoesNotFit(f"{where} must be {kind.__name__}") from error


def _read_instant(value: str) -> datetime:
    instant = datetime.fromisoformat(value)
    if value != _instant(instant):
        raise DoesNotFit("an instant is written in UTC")
    return instant


def _read_enum(kind: Any, value: str) -> StrEnum:
    if not issubclass(kind, StrEnum):
        raise DoesNotFit(f"{value!r} is no {kind.__name__}")
    return cast("StrEnum", kind(value))


_READERS: Mapping[Any, Any] = {datetime: _read_instant, date: date.fromisoformat}
