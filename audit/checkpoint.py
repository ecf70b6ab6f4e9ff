"""A checkpoint as C2SP tlog-checkpoint and signed-note write it; built, and parsed strictly.

<origin>
<number of entries, decimal>
<root hash, base64>

— <key name> <base64 of: key id (4 bytes), Ed25519 signature (64 bytes)>
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    Verify = Callable[[bytes, bytes, bytes], bool]  # public key, message, signature

ED25519: Final = b"\x01"
_HASH, _KEY_ID, _SIGNATURE = 32, 4, 64
_NOTE: Final = re.compile(
    r"(?P<text>(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/=]+)\n)"
    r"\n(?P<signatures>(?:\u2014 [^ \n]+ [A-Za-z0-9+/=]+\n)+)",
    re.ASCII,
)


class Signer(Protocol):
    """Whoever signs: a name, an Ed25519 public key, and a signature on demand."""

    @property
    def name(self) -> str:
        """The key name, also the origin of the log."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the public key."""

    def sign(self, message: bytes, /) -> bytes:
        """Sign a message."""


class Malformed(ValueError):
    """Not a checkpoint, word for word."""


@dataclasses.dataclass(frozen=True, slots=True)
class Checkpoint:
    """How many entries the log had and their root hash."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Write what is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclasses.dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint with its signatures: key name, key id, signature."""

    checkpoint: Checkpoint
    signatures: tuple[tuple[str, bytes, bytes], ...]


def key_id(name: str, public_key: bytes) -> bytes:
    """Give the id of a note key: the first 4 bytes of SHA-256(name, newline, type, key)."""
    return sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:_KEY_ID]


def verifier_key(name: str, public_key: bytes) -> str:
    """Write a public key as signed notes do: name+id+base64."""
    known = key_id(name, public_key).hex()
    return f"{name}+{known}+{base64.b64encode(ED25519 + public_key).decode()}"


def sign(checkpoint: Checkpoint, signer: Signer) -> str:
    """Write the signed note."""
    return sign_text(checkpoint.text, signer)


def sign_text(text: str, signer: Signer) -> str:
    """Write a signed note of any text that ends its last line; the text says what it is."""
    signature = key_id(signer.name, signer.public_key) + signer.sign(text.encode())
    return f"{text}\n\u2014 {signer.name} {base64.b64encode(signature).decode()}\n"


def parse(note: str) -> Signed:
    """Read a signed note; raises Malformed unless `sign` could have written it."""
    found = _NOTE.fullmatch(note)
    if found is None:
        message = "This is no checkpoint."
        raise Malformed(message)
    root = decoded(found["root"], _HASH)
    checkpoint = Checkpoint(found["origin"], int(found["size"]), root)
    return Signed(checkpoint, signatures(found["signatures"]))


def signatures(lines: str) -> tuple[tuple[str, bytes, bytes], ...]:
    """Read the lines under a note: key name, key id, signature; raises Malformed."""
    return tuple(map(_signature, lines.split("\n")[:-1]))


def size_of(note: str) -> int:
    """Give how many entries a note speaks of, whoever signed it; 0 for what is none."""
    try:
        return parse(note).checkpoint.size
    except Malformed:
        return 0


def _signature(line: str) -> tuple[str, bytes, bytes]:
    _, name, coded = line.split(" ")
    raw = decoded(coded, _KEY_ID + _SIGNATURE)
    return name, raw[:_KEY_ID], raw[_KEY_ID:]


def decoded(coded: str, length: int) -> bytes:
    """Read base64 that has exactly one spelling and the right length."""
    try:
        raw = base64.b64decode(coded, validate=True)
    except binascii.Error as error:
        message = "The base64 in this checkpoint is broken."
        raise Malformed(message) from error
    if len(raw) != length or base64.b64encode(raw).decode() != coded:
        message = f"A field of this checkpoint is not {length} bytes."
        raise Malformed(message)
    return raw


def verified(note: str, name: str, public_key: bytes, verify: Verify) -> Checkpoint | None:
    """Give the checkpoint if that key signed it, else None; other signatures are passed over."""
    try:
        signed = parse(note)
    except Malformed:
        return None
    good = signed_by(signed.checkpoint.text, signed.signatures, name, public_key, verify)
    return signed.checkpoint if good and signed.checkpoint.origin == name else None


def signed_by(
    text: str,
    said: tuple[tuple[str, bytes, bytes], ...],
    name: str,
    public_key: bytes,
    verify: Verify,
) -> bool:
    """Say whether one of the signatures is that key's on the text."""
    wanted = name, key_id(name, public_key)
    message = text.encode()
    return any(
        (key_name, known) == wanted and verify(public_key, message, signature)
        for key_name, known, signature in said
    )


_PEM: Final = re.compile(
    r"\s*-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*"
)
_ED25519_INFO: Final = bytes.fromhex("302a300506032b6570032100")  # RFC 8410, before the 32 bytes


def public_key(pem: str) -> bytes:
    """Read the 32 bytes of an Ed25519 public key (RFC 8410); raises Malformed for anything else."""
    found = _PEM.fullmatch(pem)
    raw = decoded("".join(found[1].split()), len(_ED25519_INFO) + _HASH) if found else b""
    if not raw.startswith(_ED25519_INFO):
        message = "This is no Ed25519 public key."
        raise Malformed(message)
    return raw[len(_ED25519_INFO) :]
