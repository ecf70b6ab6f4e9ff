"""Where the key-encryption key comes from, and what it does: wrap a data key, unwrap it.

A source holds one key per line: 32 random bytes in base64url. The first one wraps; the others only
unwrap what they wrapped before, until `rewrap_keys` has run. A wrapped key looks like this, and
its keyholder and version are its associated data:

    nonce 12 | ciphertext 32 | tag 16
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import os
import pathlib
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from counselling.errors import CounsellingError
from counselling.vault.envelope import SealBroken

KEY: Final = 32
NONCE: Final = 12
_CONTEXT: Final = b"counselling data key\0"


class KeysRefused(CounsellingError):
    """The process has no key-encryption key it can use; the message says what to do."""


class Wrapper:
    """A key-encryption key and its predecessors."""

    def __init__(self, keys: list[bytes]) -> None:
        """Take the keys, the current one first."""
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self.id = key_id(keys[0])
        self._current = self._ciphers[self.id]

    @property
    def ids(self) -> frozenset[str]:
        """Name every key that can unwrap."""
        return frozenset(self._ciphers)

    def wrap(self, key: bytes, holder: str, version: int) -> bytes:
        """Wrap a data key for its holder."""
        nonce = os.urandom(NONCE)
        return nonce + self._current.encrypt(nonce, key, _bound(holder, version))

    def unwrap(self, wrapped: bytes, by: str, holder: str, version: int) -> bytes:
        """Unwrap a data key with the key of that id.

        Raises KeysRefused if that key is not here, SealBroken if it is and does not fit.
        """
        cipher = self._ciphers.get(by)
        if cipher is None:
            message = f"A data key was wrapped by {by}; add that key to the key file."
            raise KeysRefused(message)
        try:
            return cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], _bound(holder, version))
        except InvalidTag:
            message = f"The data key {version} of {holder} does not unwrap."
            raise SealBroken(message) from None

    def rewrap(self, wrapped: bytes, by: str, holder: str, version: int) -> bytes:
        """Wrap with the current key what an older one wrapped; the data key stays the same."""
        return self.wrap(self.unwrap(wrapped, by, holder, version), holder, version)


def _bound(holder: str, version: int) -> bytes:
    # the version has a fixed length at the end, so no two keys give the same bytes
    return b"%b%b%b" % (_CONTEXT, holder.encode(), version.to_bytes(4, "big"))


def key_id(key: bytes) -> str:
    """Name a key-encryption key without telling it."""
    return hashlib.sha256(b"counselling kek\0" + key).hexdigest()[:16]


def wrapper() -> Wrapper:
    """Give the key-encryption key the settings name; raises KeysRefused with the remedy."""
    return _wrapper(settings.KEK_PROVIDER, settings.KEK, str(settings.KEK_FILE))


@functools.lru_cache(maxsize=4)
def _wrapper(provider: str, value: str, path: str) -> Wrapper:
    if provider == "environment":
        return Wrapper(_parsed(value, "COUNSELLING_KEK"))
    if provider == "file":
        return Wrapper(_parsed(_read(pathlib.Path(path)), f"The key file {path}"))
    message = f"KEK_PROVIDER is {provider!r}; it must be file or environment."
    raise KeysRefused(message)


def _read(path: pathlib.Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except OSError as error:
        message = (
            f"The key file {path} cannot be read ({error.strerror}). "
            "Restore it, or name the right file; without it nothing sealed can be opened."
        )
        raise KeysRefused(message) from error


def _parsed(text: str, source: str) -> list[bytes]:
    keys = [_decoded(word) for word in text.split()]
    if not keys or any(len(key) != KEY for key in keys):
        message = f"{source} must hold 32 random bytes in base64url, one key per line."
        raise KeysRefused(message)
    return keys


def _decoded(word: str) -> bytes:
    try:
        return base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def new_key() -> str:
    """Make a key-encryption key as a line of a key file."""
    return base64.urlsafe_b64encode(os.urandom(KEY)).decode().rstrip("=")


def canary() -> None:
    """Wrap and unwrap once, or raise KeysRefused: a process that cannot does not start."""
    kek, key = wrapper(), os.urandom(KEY)
    if kek.unwrap(kek.wrap(key, "canary", 1), kek.id, "canary", 1) != key:
        message = "The key-encryption key does not give back what it wrapped."
        raise KeysRefused(message)
