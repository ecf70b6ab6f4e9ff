"""The envelope of one file: chunks that keep their order, their number and their end."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counselling.vault import chunks, envelope
from counselling.vault.chunks import SIZE, START, STORED
from counselling.vault.envelope import SealBroken

from .samples import CIPHER, OTHER, PLACE

THREE = os.urandom(2 * SIZE + 5000)


def _opened(stored: bytes) -> bytes:
    return chunks.unseal(CIPHER, envelope.key_version(stored, envelope.FILE), PLACE, stored)


def _cut(sealed: bytes) -> list[bytes]:
    body = sealed[START:]
    return [body[at : at + STORED] for at in range(0, len(body), STORED)]


def test_a_file_is_what_the_picture_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda size: bytes(range(size)))
    sealed = chunks.seal(CIPHER, 3, PLACE, b"%PDF-1.7")
    file, nonce = bytes(range(16)), bytes(range(12))
    bound = envelope.associated_data(PLACE, 3, envelope.Chunk(file, 0, final=True))
    body = CIPHER.encrypt(nonce, b"%PDF-1.7\x80" + bytes(247), bound)
    assert sealed == b"\xf5VLT\x02\0\0\0\x03" + file + nonce + body


@settings(max_examples=20, deadline=None)
@given(st.integers(min_value=0, max_value=3 * SIZE), st.binary(max_size=64))
def test_a_file_opens_as_it_was(size: int, end: bytes) -> None:
    plain = bytes(size) + end
    assert _opened(chunks.seal(CIPHER, 1, PLACE, plain)) == plain


@pytest.mark.parametrize(
    "size", [0, 255, 256, SIZE - 257, SIZE - 256, SIZE - 1, SIZE, 2 * SIZE - 1]
)
def test_the_edges_of_chunks_hold(size: int) -> None:
    plain = os.urandom(size)
    sealed = chunks.seal(CIPHER, 1, PLACE, plain)
    assert len(_cut(sealed)) == -(-(size // 256 + 1) * 256 // SIZE)
    assert _opened(sealed) == plain


def _swapped(cut: list[bytes], _: list[bytes]) -> list[bytes]:
    return [cut[1], cut[0], cut[2]]


def _without_end(cut: list[bytes], _: list[bytes]) -> list[bytes]:
    return cut[:2]


def _without_middle(cut: list[bytes], _: list[bytes]) -> list[bytes]:
    return [cut[0], cut[2]]


def _with_more(cut: list[bytes], _: list[bytes]) -> list[bytes]:
    return [*cut[:2], cut[1], cut[2]]


def _from_older_version(cut: list[bytes], older: list[bytes]) -> list[bytes]:
    return [cut[0], older[1], cut[2]]


@pytest.mark.req("EN-04")
@pytest.mark.parametrize(
    "change", [_swapped, _without_end, _without_middle, _with_more, _from_older_version]
)
def test_chunks_stay_where_they_are(change) -> None:  # type: ignore[no-untyped-def]  # hypothesis gives it
    sealed, older = (chunks.seal(CIPHER, 1, PLACE, THREE) for _ in range(2))
    changed = sealed[:START] + b"".join(change(_cut(sealed), _cut(older)))
    with pytest.raises(SealBroken):
        _opened(changed)


@pytest.mark.req("EN-03")
def test_a_flipped_bit_in_header_and_chunk_is_refused() -> None:
    sealed = chunks.seal(CIPHER, 1, PLACE, b"%PDF-1.7")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealBroken):
            _opened(bytes(changed))


@pytest.mark.parametrize("length", [START, START + 1, START + 283, START + 285, START + STORED + 5])
def test_a_cut_file_is_refused_by_its_length(length: int) -> None:
    sealed = chunks.seal(CIPHER, 1, PLACE, THREE)
    with pytest.raises(SealBroken, match="length"):
        _opened(sealed[:length])


@pytest.mark.req("EN-04")
def test_a_file_opens_in_its_own_row_only() -> None:
    sealed = chunks.seal(CIPHER, 1, PLACE, THREE)
    with pytest.raises(SealBroken):
        chunks.unseal(CIPHER, 1, PLACE._replace(row=OTHER), sealed)


def test_a_value_is_no_file_and_a_file_no_value() -> None:
    with pytest.raises(SealBroken, match="format"):
        _opened(envelope.seal(CIPHER, 1, PLACE, b""))
    with pytest.raises(SealBroken, match="format"):
        envelope.key_version(chunks.seal(CIPHER, 1, PLACE, b""))
