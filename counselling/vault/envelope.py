"""The envelope of one sealed value: its picture, a strict parse, and the exact inverse.

    magic 4 | format 1 | key version u32 | nonce 12 | ciphertext 256 x n | tag 16

Numbers are big endian. The plaintext is padded before it is sealed: one byte 0x80, then zeros up
to the next multiple of 256 (ISO/IEC 7816-4), so that the length tells a bucket and not a length;
at least one byte is always added, which makes the padding reversible.

What an envelope belongs to is not in it but in its associated data (`associated_data`): each part
has its length before it (u32), so that no two places give the same bytes.

    magic and format | table | column | row id 16 | keyholder | key version u32

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

_PADDINGS: Final = tuple(b"\x80" + bytes(BUCKET - 1 - length % BUCKET) for length in range(BUCKET))
_VALUE_START: Final = MAGIC + bytes([VALUE])
_ZEROS: Final = bytes(BUCKET)


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
    holder = place.holder.encode()
    data = b"%b%b%b%b\0\0\0\x04%b" % (
        _column(FILE if chunk else VALUE, place.table, place.column),
        place.row.bytes,
        len(holder).to_bytes(4, "big"),
        holder,
        version.to_bytes(4, "big"),
    )
    if chunk is None:
        return data
    parts = (chunk.file, chunk.number.to_bytes(4, "big"), bytes([chunk.final]))
    return data + b"".join(map(_with_length, parts))


@functools.lru_cache(maxsize=1024)
def _column(form: int, table: str, column: str) -> bytes:
    """Give the parts that are the same for a whole column, and the length of a row id."""
    parts = (MAGIC + bytes([form]), table.encode(), column.encode())
    return b"".join(map(_with_length, parts)) + (16).to_bytes(4, "big")


def _with_length(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def pad(plain: bytes) -> bytes:
    """Fill up to a whole number of buckets."""
    return plain + _PADDINGS[len(plain) % BUCKET]


def unpad(padded: bytes) -> bytes:
    """Give back what was padded; raises SealBroken for anything `pad` does not make."""
    end = padded.rfind(b"\x80")
    rest = len(padded) - end - 1
    if end < 0 or rest >= BUCKET or len(padded) % BUCKET or padded[end + 1 :] != _ZEROS[:rest]:
        raise SealBroken("The padding is not ours.")
    return padded[:end]


def seal(cipher: AESGCM, version: int, place: Place, plain: bytes) -> bytes:
    """Seal a value with the key of that version; the nonce is new each time."""
    nonce = os.urandom(NONCE)
    padded = plain + _PADDINGS[len(plain) % BUCKET]
    sealed = cipher.encrypt(nonce, padded, associated_data(place, version))
    return b"%b%b%b%b" % (_VALUE_START, version.to_bytes(4, "big"), nonce, sealed)


def key_version(envelope: bytes, form: int = VALUE) -> int:
    """Read which version of the key it needs; raises SealBroken for what is no such envelope."""
    if len(envelope) < HEADER or not envelope.startswith(MAGIC):
        raise SealBroken("This is no sealed value.")
    if envelope[len(MAGIC)] != form:
        raise SealBroken("This format is unknown here.")
    version = int.from_bytes(envelope[len(MAGIC) + 1 : HEADER], "big")
    if not version:
        raise SealBroken("There is no key of version 0.")
    return version


def unseal(cipher: AESGCM, place: Place, envelope: bytes) -> bytes:
    """Open an envelope, the exact inverse of `seal`; raises SealBroken, gives nothing else."""
    version = key_version(envelope)
    if len(envelope) < SHORTEST or (len(envelope) - BODY - TAG) % BUCKET:
        raise SealBroken("The length is not that of a sealed value.", place)
    try:
        padded = cipher.decrypt(
            envelope[HEADER:BODY], envelope[BODY:], associated_data(place, version)
        )
    except InvalidTag:
        raise SealBroken("The seal does not fit.", place) from None
    return unpad(padded)
