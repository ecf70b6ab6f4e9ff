"""Data keys in use: the ciphers of a keyholder, by purpose and version.

A key is committed in the `keys` database before the first row that needs it is written: that
connection is not the act's. A key that nobody came to use is harmless.

Ciphers are kept for two minutes, key bytes never. Destroying a key tells every process that
listens (`listener`); one that does not has forgotten it after the two minutes.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hmac
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from counselling.vault import keystore, listener
from counselling.vault.cache import ShortLived
from counselling.vault.envelope import Lock, SealBroken, key_version
from counselling.vault.holders import PRACTICE
from counselling.vault.keystore import KeyDestroyed
from counselling.vault.providers import KEY, KeysRefused, wrapper

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable, Mapping, Sequence

VALUES: Final = "values"
FILES: Final = "files"
SECONDS: Final = 120.0
AT_ONCE: Final = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class Ring:
    """The ciphers of one keyholder for one purpose, by key version, and what is ready for columns.

    Locks live and end with their ring.
    """

    newest: int
    ciphers: Mapping[int, AESGCM]
    sealing: dict[tuple[str, str], Lock] = dataclasses.field(default_factory=dict)
    opening: dict[tuple[str, str, bytes], Lock] = dataclasses.field(default_factory=dict)


_rings: Final = ShortLived[Ring](4096, SECONDS)
_macs: Final = ShortLived[hmac.HMAC](64, SECONDS)


def sealing(holder: str, purpose: str = VALUES) -> tuple[int, AESGCM]:
    """Give the newest key version and its cipher; makes the holder's first key if there is none."""
    ring = _rings.get(holder, purpose) or _first(holder, purpose)
    return ring.newest, ring.ciphers[ring.newest]


def opening(
    holder: str, version: int, purpose: str = VALUES, company: Iterable[str] = ()
) -> AESGCM:
    """Give the cipher of exactly that version; raises SealBroken if there is none.

    `company` are holders whose turn comes next: they are fetched with the same query.
    """
    return _with_version(holder, version, purpose, company).ciphers[version]


def sealing_lock(table: str, column: str, holder: str) -> Lock:
    """Give what seals values of that column with the holder's newest key."""
    ring = _rings.get(holder, VALUES)
    if ring is None:
        ring = _first(holder, VALUES)
    lock = ring.sealing.get((table, column))
    if lock is None:
        lock = Lock(ring.ciphers[ring.newest], ring.newest, table, column, holder)
        ring.sealing[table, column] = lock
    return lock


def opening_lock(
    table: str, column: str, holder: str, start: bytes, company: Iterable[str] = ()
) -> Lock:
    """Give what opens values of that column whose envelope begins with `start`, a whole header."""
    ring = _rings.get(holder, VALUES)
    lock = None if ring is None else ring.opening.get((table, column, start))
    if lock is None:
        version = key_version(start)
        ring = _with_version(holder, version, VALUES, company)
        lock = Lock(ring.ciphers[version], version, table, column, holder)
        ring.opening[table, column, start] = lock
    return lock


def newest(holder: str, purpose: str = VALUES) -> int:
    """Give the number of the newest key; makes none, raises SealBroken if there is none."""
    ring = _rings.get(holder, purpose) or _load([holder], purpose)[holder]
    return ring.newest


def fetch(holders: Iterable[str], purpose: str = VALUES) -> None:
    """Have the keys of these holders ready, with one query; what is not whole stays away."""
    if missing := _missing(dict.fromkeys(holders), purpose):
        with contextlib.suppress(SealBroken, KeyDestroyed, KeysRefused):
            _load(missing, purpose)


def index_mac(purpose: str) -> hmac.HMAC:
    """Give the keyed hash of an index, to be copied and fed.

    It is made from the practice's first key, whatever version is newest: an index must find
    what it filed before.
    """
    kept = _macs.get(PRACTICE, purpose)
    if kept is None:
        mark = _macs.mark()
        ensure_key(PRACTICE)
        first = _unwrapped(PRACTICE, keystore.versions([PRACTICE])[PRACTICE])[1]
        kept = hmac.new(_derived(first, f"index: {purpose}"), digestmod="sha256")
        _macs.put(PRACTICE, purpose, kept, mark)
    return kept


def ensure_key(holder: str) -> None:
    """Commit the first key of a holder unless there is one; raises KeyDestroyed after its end."""
    keystore.ensure(holder)


def ensure_keys(holders: Collection[str]) -> None:
    """Do the same for many holders in a few statements, and make their ciphers ready for use.

    Of a destroyed key nothing is said here: sealing with it refuses.
    """
    keystore.ensure_all(holders)
    for start in range(0, len(holders), AT_ONCE):
        with contextlib.suppress(KeyDestroyed):
            _load(list(holders)[start : start + AT_ONCE], VALUES)


def rotate_key(holder: str) -> int:
    """Add a version that seals from now on, and give it; older ones open what they sealed."""
    version = keystore.add_version(holder)
    forget(holder)
    return version


def renew_keys(before: datetime.datetime) -> int:
    """Add a version for every holder whose newest is older than that, and count."""
    count = keystore.add_versions(before)
    forget()
    return count


def destroy_key(holder: str) -> None:
    """Destroy every version of a holder's key, and any to come: final."""
    keystore.destroy(holder)
    forget(holder)


def forget(holder: str = "") -> None:
    """Drop the ciphers of a holder, or of all, from this process."""
    for cache in (_rings, _macs):
        if holder:
            cache.drop(holder)
        else:
            cache.clear()


def _first(holder: str, purpose: str) -> Ring:
    """Load the ring of who may not have a key yet."""
    ensure_key(holder)
    return _load([holder], purpose)[holder]


def _with_version(holder: str, version: int, purpose: str, company: Iterable[str]) -> Ring:
    ring = _rings.get(holder, purpose)
    if ring is None or version not in ring.ciphers:
        ring = _load([holder, *_missing(company, purpose)], purpose)[holder]
    if version not in ring.ciphers:
        message = f"There is no key of version {version}."
        raise SealBroken(message)
    return ring


def _missing(holders: Iterable[str], purpose: str) -> list[str]:
    return [holder for holder in holders if _rings.get(holder, purpose) is None][:AT_ONCE]


def _load(holders: Sequence[str], purpose: str) -> dict[str, Ring]:
    """Fetch rings with one query; only the first holder's must be there and whole."""
    if settings.PROCESS in {"web", "worker"}:
        listener.start(forget)
    mark = _rings.mark()
    stored = keystore.versions(holders)
    rings = {}
    for holder in holders:
        try:
            rings[holder] = ring = _ring(holder, stored.get(holder, []), purpose)
        except (SealBroken, KeyDestroyed, KeysRefused):
            if holder == holders[0]:
                raise
        else:
            _rings.put(holder, purpose, ring, mark)
    return rings


def _ring(holder: str, stored: list[keystore.Stored], purpose: str) -> Ring:
    keys = _unwrapped(holder, stored)
    ciphers = {version: AESGCM(_derived(key, purpose)) for version, key in keys.items()}
    return Ring(max(keys), ciphers)


def _unwrapped(holder: str, stored: list[keystore.Stored]) -> dict[int, bytes]:
    """Unwrap every version of a holder's key; raises if it has none or it is destroyed."""
    if not stored:
        raise SealBroken("There is no key of this holder.")
    if any(key.wrapped is None for key in stored):
        raise KeyDestroyed(holder)
    kek = wrapper()
    return {
        key.version: kek.unwrap(key.wrapped or b"", key.wrapped_by, holder, key.version)
        for key in stored
    }


def _derived(key: bytes, purpose: str) -> bytes:
    """Give the key of one purpose (HKDF, RFC 5869): what it seals no other purpose opens."""
    info = b"counselling vault 1: " + purpose.encode()
    return HKDF(algorithm=SHA256(), length=KEY, salt=None, info=info).derive(key)
