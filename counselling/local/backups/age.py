"""The age format, as a stream: the only importer of pyrage.

A backup is encrypted to public keys only, so whoever makes it cannot read an older one. The
private half is kept apart from the machine; any age program opens a backup with it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import pyrage
from pyrage import x25519

from counselling.local.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


Identity: TypeAlias = x25519.Identity
Recipient: TypeAlias = x25519.Recipient

PRIVATE: Final = "backup.key"
PUBLIC: Final = "backup.pub"


class Reader(Protocol):
    """Anything that is read piece by piece."""

    def read(self, size: int = -1, /) -> bytes:
        """Give the next bytes, nothing at the end."""


class Writer(Protocol):
    """Anything that is written piece by piece."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""


def make_keys(folder: Path) -> None:
    """Make the pair of keys of the backups, unless there is a public one already."""
    if (folder / PUBLIC).exists():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    _write(folder / PRIVATE, f"# public key: {public}\n{identity}\n")
    _write(folder / PUBLIC, f"{public}\n")


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def recipients(text: str) -> list[Recipient]:
    """Read public keys, one to a line."""
    found = [_recipient(line) for line in _lines(text)]
    if not found:
        message = f"There is no public key to back up to: make one with `identity`, see {PUBLIC}."
        raise Problem(message)
    return found


def _recipient(line: str) -> Recipient:
    try:
        return x25519.Recipient.from_str(line)
    except pyrage.RecipientError:
        message = f"{line[:12]}… is no public key of age: it begins with age1."
        raise Problem(message) from None


def identities(text: str) -> list[Identity]:
    """Read private keys, one to a line."""
    try:
        found = [x25519.Identity.from_str(line) for line in _lines(text)]
    except pyrage.IdentityError:
        found = []
    if not found:
        message = f"That is no private key of age: give the file {PRIVATE} that was kept apart."
        raise Problem(message)
    return found


def _lines(text: str) -> Iterable[str]:
    stripped = (line.strip() for line in text.splitlines())
    return (line for line in stripped if line and not line.startswith("#"))


def passing_identity() -> Identity:
    """Make an identity that lives no longer than this process."""
    return x25519.Identity.generate()


def encrypt(source: Reader, sink: Writer, to: Iterable[Recipient]) -> None:
    """Encrypt a stream to whoever holds one of the private keys."""
    try:
        pyrage.encrypt_io(source, sink, list(to))
    except (pyrage.EncryptError, OSError) as error:
        message = f"The backup could not be written ({error}): is there room?"
        raise Problem(message) from error


def decrypt(source: Reader, sink: Writer, by: Iterable[Identity], name: str) -> None:
    """Decrypt a stream.

    What is written before the end is authentic but may be cut: only when this returns is it all.
    """
    try:
        pyrage.decrypt_io(source, sink, list(by))
    except pyrage.DecryptError as error:
        why = "another key opens it" if "matching keys" in str(error) else "it is no age file"
        message = f"{name} does not open: {why}."
        raise Problem(message) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"{name} does not open: it is damaged or cut off."
        raise Problem(message) from error
