"""Values that show nothing, and the one door through which they open."""

from __future__ import annotations

import dataclasses
import enum
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn, Self

from counselling.db import in_actor_transaction
from counselling.errors import Refused
from counselling.vault import chunks, envelope, keyring
from counselling.vault.envelope import SealBroken

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from counselling.vault.envelope import Place

SHOWN: Final = "<sealed>"


class Kind(enum.Enum):
    """What a sealed value is once it is open."""

    TEXT = "text"
    JSON = "JSON"
    FILE = "file"

    # there is one of each, so they are told apart by identity; Enum's own hash is slow Python
    __hash__ = object.__hash__


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


class _Form(NamedTuple):
    mark: int
    purpose: str
    seal: Callable[[AESGCM, int, Place, bytes], bytes]
    unseal: Callable[[AESGCM, int, Place, bytes], bytes]
    length_rule: str


_VALUE: Final = _Form(
    envelope.VALUE, keyring.VALUES, envelope.seal, envelope.unseal, envelope.LENGTH_RULE
)
_FILE: Final = _Form(envelope.FILE, keyring.FILES, chunks.seal, chunks.unseal, chunks.LENGTH_RULE)
FORMS: Final = {Kind.TEXT: _VALUE, Kind.JSON: _VALUE, Kind.FILE: _FILE}


def open(sealed: Sealed, grant: Grant) -> Any:  # noqa: A001 it is the vault's verb
    """Open a value as what it is: text, what its JSON says, or bytes."""
    plain = _open(sealed, grant, sealed._kind)
    if sealed._kind is Kind.FILE:
        return plain
    text = plain.decode()
    return text if sealed._kind is Kind.TEXT else json.loads(text)


def open_text(sealed: Sealed, grant: Grant) -> str:
    """Open a text; raises NotGranted or SealBroken, gives nothing else."""
    return _open(sealed, grant, Kind.TEXT).decode()


def open_json(sealed: Sealed, grant: Grant) -> Any:
    """Open what was sealed as JSON; raises NotGranted or SealBroken, gives nothing else."""
    return json.loads(_open(sealed, grant, Kind.JSON))


def open_bytes(sealed: Sealed, grant: Grant) -> bytes:
    """Open a file; raises NotGranted or SealBroken, gives nothing else."""
    return _open(sealed, grant, Kind.FILE)


def _open(sealed: Sealed, grant: Grant, kind: Kind) -> bytes:
    """Open with the key the envelope names; nothing is tried until it fits."""
    place = sealed._place
    if place is None or sealed._kind is not kind:
        raise _mistaken(sealed, kind)
    holder, holders = place.holder, grant.holders
    if holder not in holders:
        raise NotGranted("What you asked for belongs to somebody this was not opened for.")
    token = in_actor_transaction()
    if token is None or (grant.transaction is not token and grant.transaction != token):
        raise NotGranted("The act this was opened for is over.")
    mark, purpose, _, unseal, _ = FORMS[kind]
    try:
        version = envelope.key_version(sealed._envelope, mark)
        cipher = keyring.opening(holder, version, purpose, holders)
    except SealBroken as error:
        raise SealBroken(error.why, place) from None
    return unseal(cipher, version, place, sealed._envelope)


def _mistaken(sealed: Sealed, kind: Kind) -> TypeError:
    if isinstance(sealed, Pending):
        return TypeError("This value is not saved yet.")
    if sealed._place is None:
        return TypeError("This value came without its row and never opens.")
    return TypeError(f"This is sealed {sealed._kind.value}, not {kind.value}.")


def seal(kind: Kind, place: Place, plain: bytes) -> Sealed:
    """Seal with the newest key of the place's holder."""
    form = FORMS[kind]
    version, cipher = keyring.sealing(place.holder, form.purpose)
    return Sealed(kind, form.seal(cipher, version, place, plain), place)
