"""Whatever is sealed opens as it was, there and nowhere else; whatever was touched does not."""

from __future__ import annotations

import os
import uuid

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from counselling.vault import chunks, envelope
from counselling.vault.envelope import BUCKET, HEADER, Lock, Place, SealBroken
from tests.properties.often import often

CIPHER = AESGCM(bytes(range(32)))
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
places = st.builds(Place, names, names, st.uuids(), names)
versions = st.integers(1, 2**32 - 1)


def lock(place: Place, version: int = 7) -> Lock:
    return Lock(CIPHER, version, place.table, place.column, place.holder)


@pytest.mark.req("EN-03")
@often
@given(st.text(st.characters(codec="utf-8"), max_size=700), places, versions)
def test_any_text_opens_as_it_was_in_its_own_place(text: str, place: Place, version: int) -> None:
    kept = lock(place, version).seal(place.row, text.encode())
    assert lock(place, version).unseal(place.row, kept).decode() == text
    padded = (len(text.encode()) // BUCKET + 1) * BUCKET
    assert len(kept) == HEADER + envelope.NONCE + padded + envelope.TAG


@pytest.mark.req("EN-03")
@often
@given(st.binary(max_size=600), places, st.data())
def test_one_changed_bit_and_nothing_is_given(
    plain: bytes, place: Place, data: st.DataObject
) -> None:
    kept = bytearray(lock(place).seal(place.row, plain))
    at = data.draw(st.integers(HEADER, len(kept) - 1))
    kept[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        lock(place).unseal(place.row, bytes(kept))


@pytest.mark.req("EN-04")
@often
@given(places, places, versions, versions)
def test_a_value_opens_in_no_other_place_and_for_no_other_version(
    here: Place, there: Place, now: int, then: int
) -> None:
    if (here, now) == (there, then):
        return
    kept = lock(here, now).seal(here.row, b"words")
    with pytest.raises(SealBroken):
        lock(there, then).unseal(there.row, kept)


@often
@given(st.binary(max_size=900), places)
def test_bytes_of_any_kind_are_refused_in_the_one_way(content: bytes, place: Place) -> None:
    with pytest.raises(SealBroken):
        lock(place).unseal(place.row, content)
    with pytest.raises(SealBroken):
        chunks.unseal(CIPHER, 7, place, content)


@often
@given(st.binary(max_size=600), st.integers(0, 600))
def test_a_value_that_was_cut_is_refused(plain: bytes, left: int) -> None:
    place = Place("t", "c", uuid.UUID(int=1), "h")
    kept = lock(place).seal(place.row, plain)
    with pytest.raises(SealBroken):
        lock(place).unseal(place.row, kept[: min(left, len(kept) - 1)])


@often
@given(st.binary(max_size=600))
def test_padding_is_taken_off_only_where_it_was_put_on(content: bytes) -> None:
    assert envelope.unpad(envelope.pad(content)) == content
    try:
        plain = envelope.unpad(content)
    except SealBroken:
        return
    assert content.startswith(plain)
    assert set(content[len(plain) + 1 :]) <= {0}


@pytest.mark.req("EN-03")
@often
@given(st.integers(0, 2 * chunks.SIZE), st.data())
def test_a_sealed_file_with_one_changed_bit_gives_nothing(size: int, data: st.DataObject) -> None:
    place = Place("t", "c", uuid.UUID(int=1), "h")
    kept = bytearray(chunks.seal(CIPHER, 7, place, os.urandom(size)))
    at = data.draw(st.integers(HEADER, len(kept) - 1))
    kept[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        chunks.unseal(CIPHER, 7, place, bytes(kept))
