"""Vouch for a hash with the key-encryption key: who has not got that key cannot make it up.

    mark = id of the key-encryption key "." base64url(nonce 12 | ciphertext 32 | tag 16)

The hash is wrapped as a data key would be, for a holder that no row has. So whoever may write
where backups lie can still not put a backup of their own there.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Final

from counselling.vault.envelope import SealBroken
from counselling.vault.providers import KEY, NONCE, wrapper

HOLDER: Final = "vouched for: "
TAG: Final = 16


def vouch(purpose: str, digest: bytes) -> str:
    """Give the mark of a SHA-256 hash for one purpose."""
    if len(digest) != KEY:
        message = "A SHA-256 hash has 32 bytes."
        raise ValueError(message)
    kek = wrapper()
    wrapped = kek.wrap(digest, HOLDER + purpose, 1)
    return f"{kek.id}.{base64.urlsafe_b64encode(wrapped).decode()}"


def check_vouched(purpose: str, digest: bytes, mark: str) -> None:
    """Raise SealBroken for a mark this practice never gave, KeysRefused if its key is not here."""
    by, _, text = mark.partition(".")
    try:
        wrapped = base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        wrapped = b""
    if len(wrapped) != NONCE + KEY + TAG:
        message = "This is no mark of ours."
        raise SealBroken(message)
    known = wrapper().unwrap(wrapped, by, HOLDER + purpose, 1)
    if not hmac.compare_digest(known, digest):
        message = "It is vouched for with another hash."
        raise SealBroken(message)
