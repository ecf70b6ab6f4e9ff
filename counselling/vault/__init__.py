"""Encryption: sealed fields, the one door that opens them, and the keys behind it.

Everything the rest of the project may use is named here; `signing` is the other public module.
"""

from counselling.vault import holders, resealing, signing
from counselling.vault.envelope import SealBroken
from counselling.vault.fields import (
    Binder,
    SealedFileField,
    SealedJSONField,
    SealedTextField,
    fingerprint,
)
from counselling.vault.holders import (
    PRACTICE,
    HolderOf,
    by_author,
    by_case,
    by_client,
    by_nearest,
    by_practice,
    by_staff,
)
from counselling.vault.index import digest, fold, keyed_index
from counselling.vault.keyring import (
    destroy_key,
    ensure_key,
    ensure_keys,
    forget,
    renew_keys,
    rotate_key,
)
from counselling.vault.keystore import KeyDestroyed, rewrap_keys, unknown_wrappings
from counselling.vault.providers import KeysRefused, canary
from counselling.vault.sealed import (
    Grant,
    NotGranted,
    Sealed,
    open,  # noqa: A004 it is the vault's verb
    open_bytes,
    open_json,
    open_text,
)
from counselling.vault.trying import fits, try_keys
from counselling.vault.vouching import check_vouched, vouch

__all__ = [
    "PRACTICE",
    "Binder",
    "Grant",
    "HolderOf",
    "KeyDestroyed",
    "KeysRefused",
    "NotGranted",
    "SealBroken",
    "Sealed",
    "SealedFileField",
    "SealedJSONField",
    "SealedTextField",
    "by_author",
    "by_case",
    "by_client",
    "by_nearest",
    "by_practice",
    "by_staff",
    "canary",
    "check_vouched",
    "destroy_key",
    "digest",
    "ensure_key",
    "ensure_keys",
    "fingerprint",
    "fits",
    "fold",
    "forget",
    "holders",
    "keyed_index",
    "open",
    "open_bytes",
    "open_json",
    "open_text",
    "renew_keys",
    "resealing",
    "rewrap_keys",
    "rotate_key",
    "signing",
    "try_keys",
    "unknown_wrappings",
    "vouch",
]
