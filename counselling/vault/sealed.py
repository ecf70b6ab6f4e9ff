"""Values that show nothing, and the one door through which they open."""

from __future__ import annotations

import dataclasses
import enum
import json
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

from counselling.db import in_actor_transaction
from counselling.errors import Refused
from counselling.vault import chunks, keyring
from counselling.vault.envelope import FILE, HEADER, SealBroken, key_version

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.vault.envelope import Place

SHOWN: Final = "<sealed>"


class Kind(enum.Enum):
    """What a sealed value is once it is open."""

    TEXT = "text"
    JSON = "JSON"
    FILE = "file"

    # there is one of each, so they are told apart by identity; Enum's own hash is slow Python
    __hash__ = object.__hash__


# Enum looks its members up in slow Python until 3.12, and these are asked for at every value
_TEXT: Final = Kind.TEXT
_JSON: Final = Kind.JSON
_FILE: Final = Kind.FILE


class NotGranted(Refused):
    """An attempt to open without a grant that covers it."""

    def __init__(self, message: str) -> None:
        """Say why, in words for a person."""
        super().__init__("not-granted", message)


@dataclasses.dataclass(frozen=True, slots=True)
class Grant:
    """Leave to open what some keyholders sealed, in the transaction of the event that says why.

    Only `audit.actions` makes one: no event, no grant.
    """

    event: UUID
    actor: UUID
    holders: frozenset[str]
    transaction: UUID


class Sealed:
    """What a sealed field yields: it can be kept, passed on and opened on purpose, not shown."""

    __slots__ = ("_envelope", "_kind", "_place")

    def __init__(self, kind: Kind, stored: bytes, place: Place | None = None) -> None:
        """Hold what is stored; without its place (`values_list`) it never opens."""
        self._kind = kind
        self._envelope = stored
        self._place = place

    def __repr__(self) -> str:
        """Show nothing."""
        return SHOWN

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        """Show nothing."""
        return SHOWN

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        """Refuse to be pickled."""
        message = "A sealed value is not pickled."
        raise TypeError(message)

    def __copy__(self) -> Self:
        """Give itself: it never changes."""
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        """Give itself: it never changes."""
        return self


class Pending(Sealed):
    """A plain value on its way into the database; it hides it as well."""

    __slots__ = ("_plain",)

    def __init__(self, kind: Kind, plain: bytes) -> None:
        """Hold what is sealed when the row is saved."""
        super().__init__(kind, b"")
        self._plain = plain


def open(sealed: Sealed, grant: Grant) -> Any:  # noqa: A001 it is the vault's verb
    """Open a value as what it is: text, what its JSON says, or bytes."""
    plain = _open(sealed, grant, sealed._kind)
    if sealed._kind is _FILE:
        return plain
    text = plain.decode()
    return text if sealed._kind is _TEXT else json.loads(text)


def open_text(sealed: Sealed, grant: Grant) -> str:
    """Open a text; raises NotGranted or SealBroken, gives nothing else."""
    return _open(sealed, grant, _TEXT).decode()


def open_json(sealed: Sealed, grant: Grant) -> Any:
    """Open what was sealed as JSON; raises NotGranted or SealBroken, gives nothing else."""
    return json.loads(_open(sealed, grant, _JSON))


def open_bytes(sealed: Sealed, grant: Grant) -> bytes:
    """Open a file; raises NotGranted or SealBroken, gives nothing else."""
    return _open(sealed, grant, _FILE)


def _open(sealed: Sealed, grant: Grant, kind: Kind) -> bytes:
    """Open what the grant covers, in the act it was granted in."""
    place = sealed._place
    if place is None or sealed._kind is not kind:
        raise _mistaken(sealed, kind)
    holders = grant.holders
    if place.holder not in holders:
        raise NotGranted("What you asked for belongs to somebody this was not opened for.")
    act = in_actor_transaction()
    if act is None or (grant.transaction is not act and grant.transaction != act):
        raise NotGranted("The act this was opened for is over.")
    return unseal(kind, place, sealed._envelope, holders)


def unseal(kind: Kind, place: Place, stored: bytes, company: Iterable[str] = ()) -> bytes:
    """Open with the key the envelope names; nothing is tried until it fits.

    Asks for no grant: only `_open` and the trial of backups come here.
    """
    table, column, row, holder = place
    try:
        if kind is _FILE:
            version = key_version(stored, FILE)
            cipher = keyring.opening(holder, version, keyring.FILES, company)
            return chunks.unseal(cipher, version, place, stored)
        lock = keyring.opening_lock(table, column, holder, stored[:HEADER], company)
        return lock.unseal(row, stored)
    except SealBroken as error:
        raise SealBroken(error.why, place) from None


def _mistaken(sealed: Sealed, kind: Kind) -> TypeError:
    if isinstance(sealed, Pending):
        return TypeError("This value is not saved yet.")
    if sealed._place is None:
        return TypeError("This value came without its row and never opens.")
    return TypeError(f"This is sealed {sealed._kind.value}, not {kind.value}.")


def seal(kind: Kind, place: Place, plain: bytes) -> Sealed:
    """Seal with the newest key of the place's holder."""
    table, column, row, holder = place
    if kind is _FILE:
        version, cipher = keyring.sealing(holder, keyring.FILES)
        return Sealed(kind, chunks.seal(cipher, version, place, plain), place)
    stored = keyring.sealing_lock(table, column, holder).seal(row, plain)
    return Sealed(kind, stored, place)
