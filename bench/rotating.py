"""P13: changing keys, against the bare cipher.

The prototype wrapped 688,000 keys and sealed 17,000 notes anew a second where the bare cipher did
about 900,000 pairs of unwrapping and wrapping, and 250,000 notes of 4 KB. Its targets, 400,000
and 12,000, are these shares of that.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import timezone

from bench import acts, planting, texts
from bench.measuring import LEAST_ROUNDS, Figure, speed
from bench.sealing import raw_seal
from counselling import rotation, vault
from counselling.access import SERVICE
from counselling.vault.providers import KEY, NONCE, Wrapper

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS: Final = 2000
NOTES: Final = planting.COUNSELLORS * planting.CASELOAD * planting.NOTES
BOUND: Final = os.urandom(60)


def figures() -> Iterator[Figure]:
    """Measure a key wrapped anew in memory, and notes sealed anew with all that belongs to it."""
    yield Figure(
        "P13.rewrap", "a data key wrapped anew", "raw AESGCM, 32 bytes opened and sealed",
        _rewrapping(), "x speed", 0.44, "higher",
    )  # fmt: skip
    yield Figure(
        "P13.reseal", "a note read, sealed anew, told, stored", "raw AESGCM sealing 4 KB in memory",
        _resealing(), "x speed", 0.048, "higher",
    )  # fmt: skip


def _rewrapping() -> float:
    old, new = os.urandom(KEY), os.urandom(KEY)
    before, now = Wrapper([old]), Wrapper([new, old])
    holders = [vault.holders.case(row) for row in acts.ids(KEYS)]
    wrapped = [before.wrap(os.urandom(KEY), holder, 1) for holder in holders]
    first, second = AESGCM(old), AESGCM(new)
    plain = [(one := os.urandom(NONCE)) + first.encrypt(one, old, BOUND) for _ in holders]

    def ours() -> None:
        for holder, key in zip(holders, wrapped, strict=True):
            now.rewrap(key, before.id, holder, 1)

    def bare() -> None:
        for one in plain:
            key, nonce = first.decrypt(one[:NONCE], one[NONCE:], BOUND), os.urandom(NONCE)
            second.encrypt(nonce, key, BOUND)

    return speed(ours, bare, rounds=2 * LEAST_ROUNDS + 1)


def _resealing() -> float:
    planting.practice()
    cipher, written = AESGCM(os.urandom(KEY)), texts.notes(NOTES)
    notes = next(
        one
        for one in vault.resealing.columns()
        if (one.table, one.name) == ("records_note", "record_part")
    )

    def ours() -> None:
        assert rotation.reseal_column(actor=SERVICE, column=notes, broken=[]) >= NOTES

    def bare() -> None:
        for text in written:
            raw_seal(cipher, text)

    return speed(ours, bare, rounds=LEAST_ROUNDS, before=lambda: vault.renew_keys(timezone.now()))
