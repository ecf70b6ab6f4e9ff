"""The envelope of one sealed value: its picture, a strict parse, and the exact inverse.

    magic 4 | format 1 | key version u32 | nonce 12 | ciphertext 256 x n | tag 16

Numbers are big endian. The plaintext is padded before it is sealed: one byte 0x80, then zeros up
to the next multiple of 256 (ISO/IEC 7816-4), so that the length tells a bucket and not a length;
at least one byte is always added, which makes the padding reversible.

What an envelope belongs to is not in it but in its associated data (`associated_data`): each part
has its length before it (u32), so that no two places give the same bytes.

    magic and format | table | column | keyholder | key version u32 | row id 16

A chunk of a file (`chunks`) adds three parts: file id 16 | number u32 | final 0 or 1.
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.exceptions import InvalidTag

from counselling.errors import CounsellingError

if TYPE_CHECKING:
    from uuid import UUID

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# 0xf5 is no byte of UTF-8: no plain text can be taken for an envelope
MAGIC: Final = b"\xf5VLT"
VALUE: Final = 1
FILE: Final = 2
NONCE: Final = 12
TAG: Final = 16
BUCKET: Final = 256
HEADER: Final = len(MAGIC) + 1 + 4
BODY: Final = HEADER + NONCE
SHORTEST: Final = BODY + BUCKET + TAG
# the strict length again, for the CHECK of a column
LENGTH_RULE: Final = f"{{length}} >= {SHORTEST} AND mod({{length}} - {SHORTEST}, {BUCKET}) = 0"

# by the number of bytes that are missing to a whole bucket; none missing is a whole one more
_PADDINGS: Final = tuple(b"\x80" + bytes((size or BUCKET) - 1) for size in range(BUCKET))
_ZEROS: Final = frozenset(bytes(size) for size in range(BUCKET))


class SealBroken(CounsellingError):
    """A sealed value that is not what was sealed, or not where; somebody must be told."""

    def __init__(self, why: str, place: Place | None = None) -> None:
        """Say what is wrong and where; never what is in it."""
        where = "" if place is None else f" ({place.table}.{place.column}, row {place.row})"
        super().__init__(f"{why}{where}")
        self.why = why
        self.place = place


class Place(NamedTuple):
    """Where a value lives and whose key seals it; a value opens nowhere else."""

    table: str
    column: str
    row: UUID
    holder: str


class Chunk(NamedTuple):
    """Which piece of which file a ciphertext is."""

    file: bytes
    number: int
    final: bool


def associated_data(place: Place, version: int, chunk: Chunk | None = None) -> bytes:
    """Give the bytes that bind a ciphertext to its place; the one function that does."""
    if chunk is None:
        return _shared(VALUE, place.table, place.column, place.holder, version) + place.row.bytes
    shared = _shared(FILE, place.table, place.column, place.holder, version) + place.row.bytes
    parts = (chunk.file, chunk.number.to_bytes(4, "big"), bytes([chunk.final]))
    return shared + b"".join(map(_with_length, parts))


@functools.lru_cache(maxsize=4096)
def _shared(form: int, table: str, column: str, holder: str, version: int) -> bytes:
    """Give the parts that many rows have in common, and the length of a row id."""
    start = MAGIC + bytes([form])
    parts = (start, table.encode(), column.encode(), holder.encode(), version.to_bytes(4, "big"))
    return b"".join(map(_with_length, parts)) + (16).to_bytes(4, "big")


def _with_length(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def pad(plain: bytes) -> bytes:
    """Fill up to a whole number of buckets."""
    return plain + _PADDINGS[-len(plain) % BUCKET]


def unpad(padded: bytes) -> bytes:
    """Give back what was padded; raises SealBroken for anything `pad` does not make."""
    end = padded.rfind(b"\x80")
    size = len(padded) - end
    if end < 0 or size > BUCKET or not padded.endswith(_PADDINGS[size % BUCKET]):
        raise SealBroken("The padding is not ours.")
    return padded[:end]


class Lock:
    """A key made ready for one column of one keyholder: what all its rows share is made once.

    Sealing and opening one value is the hottest code here, so calls are spared where they can be.
    """

    __slots__ = ("_bound", "_decrypt", "_encrypt", "_header", "_where")

    def __init__(self, cipher: AESGCM, version: int, table: str, column: str, holder: str) -> None:
        """Take the key of that version."""
        self._encrypt = cipher.encrypt
        self._decrypt = cipher.decrypt
        self._header = header(VALUE, version)
        self._bound = _shared(VALUE, table, column, holder, version)
        self._where = (table, column, holder)

    def seal(self, row: UUID, plain: bytes) -> bytes:
        """Seal a value of that row; the nonce is new each time."""
        nonce = os.urandom(NONCE)
        padded = plain + _PADDINGS[-len(plain) % BUCKET]  # `pad` without the call
        bound = self._bound + row.int.to_bytes(16, "big")
        return self._header + nonce + self._encrypt(nonce, padded, bound)

    def unseal(self, row: UUID, envelope: bytes) -> bytes:
        """Open an envelope with this lock's header, the exact inverse of `seal`.

        Raises SealBroken, gives nothing else.
        """
        bound = self._bound + row.int.to_bytes(16, "big")
        try:
            padded = self._decrypt(envelope[HEADER:BODY], envelope[BODY:], bound)
        except (InvalidTag, ValueError):  # a nonce that was cut off is a wrong value, too
            raise self._broken(row, envelope) from None
        plain, mark, zeros = padded.rpartition(b"\x80")  # `unpad` without the call
        if not mark or zeros not in _ZEROS:
            raise SealBroken("The padding is not ours.", self._place(row))
        return plain

    def _broken(self, row: UUID, envelope: bytes) -> SealBroken:
        length = len(envelope)
        if length < SHORTEST or (length - SHORTEST) % BUCKET:
            return SealBroken("The length is not that of a sealed value.", self._place(row))
        return SealBroken("The seal does not fit.", self._place(row))

    def _place(self, row: UUID) -> Place:
        table, column, holder = self._where
        return Place(table, column, row, holder)


def seal(cipher: AESGCM, version: int, place: Place, plain: bytes) -> bytes:
    """Seal one value with the key of that version."""
    table, column, row, holder = place
    return Lock(cipher, version, table, column, holder).seal(row, plain)


def unseal(cipher: AESGCM, version: int, place: Place, envelope: bytes) -> bytes:
    """Open one envelope whose header says this version, the exact inverse of `seal`."""
    table, column, row, holder = place
    return Lock(cipher, version, table, column, holder).unseal(row, envelope)


@functools.lru_cache(maxsize=1024)
def header(form: int, version: int) -> bytes:
    """Write magic, format and key version."""
    return MAGIC + bytes([form]) + version.to_bytes(4, "big")


def key_version(envelope: bytes, form: int = VALUE) -> int:
    """Read which version of the key it needs; raises SealBroken for what is no such envelope."""
    return _version(envelope[:HEADER], form)


@functools.lru_cache(maxsize=1024)
def _version(start: bytes, form: int) -> int:
    if len(start) < HEADER or not start.startswith(MAGIC):
        raise SealBroken("This is no sealed value.")
    if start[len(MAGIC)] != form:
        raise SealBroken("This format is unknown here.")
    version = int.from_bytes(start[-4:], "big")
    if not version:
        raise SealBroken("There is no key of version 0.")
    return version
