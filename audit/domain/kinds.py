"""The kinds of events: each is declared by the app that records it."""

from __future__ import annotations

import dataclasses
import enum
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODE: Final = re.compile(r"[a-z][a-z0-9_.-]*")


class Act(enum.StrEnum):
    """The FHIR R5 actions: create, read, update, delete, execute."""

    CREATE = "C"
    READ = "R"
    UPDATE = "U"
    DELETE = "D"
    EXECUTE = "E"


@dataclasses.dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of event; `sentence` follows the name of who acted: "opened a note"."""

    code: str
    action: Act
    sentence: str


_kinds: Final[dict[str, EventKind]] = {}


def register(*kinds: EventKind) -> None:
    """Make kinds of events known; raises ValueError if a code is taken or badly formed."""
    for kind in kinds:
        if _CODE.fullmatch(kind.code) is None:
            message = f"{kind.code!r} is no code of an event: small letters, digits, . - _"
            raise ValueError(message)
        if _kinds.setdefault(kind.code, kind) != kind:
            message = f"Two kinds of event share the code {kind.code!r}."
            raise ValueError(message)


def kinds() -> Mapping[str, EventKind]:
    """Give every kind that is known, by code."""
    return MappingProxyType(_kinds)
