"""The envelope of one sealed file: its picture, a strict parse, and the exact inverse.

    magic 4 | format 1 | key version u32 | file id 16 | chunk | chunk ...
    chunk = nonce 12 | ciphertext | tag 16

The file is padded like a value (`envelope.pad`) and cut into chunks of 64 KiB; the last holds what
is left, at least one bucket. Each chunk is bound to its place like a value, and to the file id,
its number and whether it is the last: chunks cannot be swapped, left out, cut off or taken from
an older version of the same file.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag

from counselling.vault.envelope import (
    BUCKET,
    FILE,
    HEADER,
    NONCE,
    TAG,
    Chunk,
    SealBroken,
    associated_data,
    header,
    pad,
    unpad,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from counselling.vault.envelope import Place

SIZE: Final = 64 * 1024
ID: Final = 16
START: Final = HEADER + ID
STORED: Final = NONCE + SIZE + TAG
SHORTEST: Final = START + NONCE + BUCKET + TAG

_LEAST: Final = NONCE + BUCKET + TAG
# the strict length again, for the CHECK of a column
LENGTH_RULE: Final = (
    f"{{length}} >= {SHORTEST} AND (mod({{length}} - {START}, {STORED}) = 0 OR "
    f"(mod({{length}} - {START}, {STORED}) >= {_LEAST} AND "
    f"mod(mod({{length}} - {START}, {STORED}) - {_LEAST}, {BUCKET}) = 0))"
)


def seal(cipher: AESGCM, version: int, place: Place, plain: bytes) -> bytes:
    """Seal a file with the key of that version; file id and nonces are new each time."""
    file = os.urandom(ID)
    padded = memoryview(pad(plain))
    last = (len(padded) - 1) // SIZE
    parts = [header(FILE, version), file]
    for number in range(last + 1):
        nonce = os.urandom(NONCE)
        bound = associated_data(place, version, Chunk(file, number, number == last))
        piece = padded[number * SIZE : (number + 1) * SIZE]
        parts += [nonce, cipher.encrypt(nonce, piece, bound)]
    return b"".join(parts)


def unseal(cipher: AESGCM, version: int, place: Place, envelope: bytes) -> bytes:
    """Open a sealed file whose header says this version, the exact inverse of `seal`.

    Raises SealBroken, gives nothing else.
    """
    rest = (len(envelope) - START) % STORED
    if len(envelope) < SHORTEST or (rest and (rest < _LEAST or (rest - _LEAST) % BUCKET)):
        raise SealBroken("The length is not that of a sealed file.", place)
    try:
        padded = b"".join(_pieces(cipher, place, version, memoryview(envelope)))
    except InvalidTag:
        raise SealBroken("The seal does not fit.", place) from None
    return unpad(padded)


def _pieces(cipher: AESGCM, place: Place, version: int, envelope: memoryview) -> Iterator[bytes]:
    file = bytes(envelope[HEADER:START])
    last = (len(envelope) - START - 1) // STORED
    for number in range(last + 1):
        chunk = envelope[START + number * STORED : START + (number + 1) * STORED]
        bound = associated_data(place, version, Chunk(file, number, number == last))
        yield cipher.decrypt(chunk[:NONCE], chunk[NONCE:], bound)
