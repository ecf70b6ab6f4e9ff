"""P1: sealing and opening a note against the bare cipher with its key at hand."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench import acts, texts
from bench.measuring import LEAST_ROUNDS, Figure, speed
from counselling import vault
from counselling.vault.envelope import Place
from counselling.vault.plain import encoded
from counselling.vault.sealed import Kind, seal

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT: Final = 400
ROUNDS: Final = 7 * LEAST_ROUNDS
BASELINE: Final = "raw AESGCM, one key object, str in and out"
NONCE: Final = 12
# about what binds a value to its place
BOUND: Final = os.urandom(100)
CASE: Final = acts.ids(1)[0]


def figures() -> Iterator[Figure]:
    """Measure both directions; what is timed begins or ends with a str."""
    cipher, written = AESGCM(os.urandom(32)), texts.notes(COUNT)
    sealing, opening = _sealing(cipher, written), _opening(cipher, written)
    yield Figure("P1.seal", "sealing a 4 KB note", BASELINE, sealing, "x speed", 0.90, "higher")
    yield Figure("P1.open", "opening a 4 KB note", BASELINE, opening, "x speed", 0.88, "higher")


def places(count: int) -> list[Place]:
    """Give as many rows of one case."""
    holder = vault.holders.case(CASE)
    return [Place("bench_sealed_note", "text", row, holder) for row in acts.ids(count)]


def _sealing(cipher: AESGCM, written: list[str]) -> float:
    rows, fresh, kind = places(COUNT), list(written), Kind.TEXT

    def ours() -> None:
        for place, text in zip(rows, fresh, strict=True):
            seal(kind, place, encoded(kind, text, "text"))

    def plain() -> None:
        for text in fresh:
            raw_seal(cipher, text)

    def renew() -> None:
        fresh[:] = texts.fresh(written)

    return speed(ours, plain, rounds=ROUNDS, before=renew)


def _opening(cipher: AESGCM, written: list[str]) -> float:
    stored = [raw_seal(cipher, text) for text in written]
    pairs = zip(places(COUNT), written, strict=True)
    sealed = [seal(Kind.TEXT, place, encoded(Kind.TEXT, text, "text")) for place, text in pairs]
    with acts.granted(CASE) as grant:

        def ours() -> None:
            for one in sealed:
                vault.open_text(one, grant)

        def plain() -> None:
            for one in stored:
                cipher.decrypt(one[:NONCE], one[NONCE:], BOUND).decode()

        assert [vault.open_text(one, grant) for one in sealed] == written
        return speed(ours, plain, rounds=ROUNDS)


def raw_seal(cipher: AESGCM, text: str) -> bytes:
    """Seal with the bare cipher, a nonce drawn for it."""
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, text.encode(), BOUND)
