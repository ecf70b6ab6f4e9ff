"""A year of a client's notes: as which act it is read, printed or taken out."""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from audit.domain import Act, EventKind, register
from audit.domain.review import Trait, register_traits

if TYPE_CHECKING:
    from collections.abc import Mapping


class Outlet(enum.StrEnum):
    """What notes are opened for."""

    SCREEN = "screen"
    PRINT = "print"
    EXPORT = "export"


NOTES_READ: Final = EventKind("notes.read", Act.READ, "read the notes of a year")
NOTES_PRINTED: Final = EventKind("notes.printed", Act.READ, "opened notes to print them")
NOTES_EXPORTED: Final = EventKind("notes.exported", Act.READ, "made a PDF of notes")
register(NOTES_READ, NOTES_PRINTED, NOTES_EXPORTED)
register_traits(Trait.TAKES, NOTES_PRINTED.code, NOTES_EXPORTED.code)

READING_EVENTS: Final[Mapping[Outlet, EventKind]] = MappingProxyType({
    Outlet.SCREEN: NOTES_READ,
    Outlet.PRINT: NOTES_PRINTED,
    Outlet.EXPORT: NOTES_EXPORTED,
})  # fmt: skip
