"""The envelope of one value: its picture, its place, and every way it refuses."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from counselling.vault import envelope
from counselling.vault.envelope import Place, SealBroken, associated_data

from .samples import CASE, CIPHER, NONCE, OTHER, PLACE, ROW

if TYPE_CHECKING:
    from uuid import UUID

# written out by hand from the picture in envelope.py, part by part
GOLDEN_PLACE = bytes.fromhex(
    "00000005" "f5564c54" "01"  # magic and format
    "0000000c" "7265636f7264735f6e6f7465"  # records_note
    "00000004" "74657874"  # text
    "00000029" "636173653a30313839306135642d616339362d373734622d626363652d623330323039396138303537"
    "00000004" "00000003"  # key version
    "00000010" "01890a5dac96774bbcceb302099a8058"  # row
)  # fmt: skip
GOLDEN_CHUNK = bytes.fromhex(
    "00000005" "f5564c54" "02" + GOLDEN_PLACE.hex()[18:] +
    "00000010" "000102030405060708090a0b0c0d0e0f"  # file id
    "00000004" "00000007"  # index
    "00000001" "01"  # final
)  # fmt: skip
# "Guten Tag" sealed with the key 00 01 .. 1f, version 3, nonce 64 65 .. 6f
GOLDEN_START = "f5564c5401000000036465666768696a6b6c6d6e6f0f6eaa0317c902ff59e25fe8da656afd"
GOLDEN_TAG = "31072cd708c7db2e6047d5e6f4b84d94"


def _opened(stored: bytes) -> bytes:
    return envelope.unseal(CIPHER, envelope.key_version(stored), PLACE, stored)


def test_the_place_is_bound_as_the_picture_says() -> None:
    assert associated_data(PLACE, 3) == GOLDEN_PLACE


def test_a_chunk_is_bound_to_its_file_index_and_end_as_well() -> None:
    chunk = envelope.Chunk(bytes(range(16)), 7, final=True)
    assert associated_data(PLACE, 3, chunk) == GOLDEN_CHUNK


def test_the_envelope_is_what_the_picture_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda size: NONCE[:size])
    sealed = envelope.seal(CIPHER, 3, PLACE, b"Guten Tag")
    padded = b"Guten Tag\x80" + bytes(246)
    assert sealed.hex().startswith(GOLDEN_START)
    assert sealed[21:] == AESGCM(bytes(range(32))).encrypt(NONCE, padded, GOLDEN_PLACE)
    assert sealed[-16:].hex() == GOLDEN_TAG


@given(st.binary(max_size=1500))
def test_what_is_sealed_opens_as_it_was(plain: bytes) -> None:
    assert envelope.unseal(CIPHER, 1, PLACE, envelope.seal(CIPHER, 1, PLACE, plain)) == plain


@given(st.binary(max_size=1500))
def test_padding_fills_buckets_and_comes_off_again(plain: bytes) -> None:
    padded = envelope.pad(plain)
    assert len(padded) % 256 == 0
    assert 1 <= len(padded) - len(plain) <= 256
    assert envelope.unpad(padded) == plain


@pytest.mark.parametrize(
    "padded",
    [b"", bytes(256), b"x" * 256, b"\x80" + bytes(511), b"a\x80" + bytes(253) + b"b"],
)
def test_other_padding_is_refused(padded: bytes) -> None:
    with pytest.raises(SealBroken):
        envelope.unpad(padded)


def test_only_the_bucket_shows() -> None:
    lengths = {len(envelope.seal(CIPHER, 1, PLACE, b"x" * size)) for size in range(256)}
    assert lengths == {envelope.SHORTEST}
    assert len(envelope.seal(CIPHER, 1, PLACE, b"x" * 256)) == envelope.SHORTEST + 256


@pytest.mark.req("EN-05")
def test_a_thousand_equal_notes_have_a_thousand_nonces_and_beginnings() -> None:
    sealed = [envelope.seal(CIPHER, 1, PLACE, b"She slept well.") for _ in range(1000)]
    assert len({one[envelope.HEADER : envelope.BODY] for one in sealed}) == 1000
    assert len({one[envelope.BODY : envelope.BODY + 16] for one in sealed}) == 1000


@pytest.mark.req("EN-03")
@pytest.mark.parametrize("bit", range(8))
def test_one_flipped_bit_anywhere_is_refused(bit: int) -> None:
    sealed = envelope.seal(CIPHER, 1, PLACE, b"Guten Tag")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1 << bit
        with pytest.raises(SealBroken):
            _opened(bytes(changed))


@pytest.mark.req("EN-04")
@pytest.mark.parametrize(
    "elsewhere",
    [
        PLACE._replace(table="records_draft"),
        PLACE._replace(column="own"),
        PLACE._replace(row=OTHER),
        PLACE._replace(holder=f"case:{OTHER}"),
        Place("records_notet", "ext", ROW, PLACE.holder),
    ],
)
def test_a_value_opens_nowhere_else(elsewhere: Place) -> None:
    sealed = envelope.seal(CIPHER, 1, PLACE, b"Guten Tag")
    with pytest.raises(SealBroken) as refused:
        envelope.unseal(CIPHER, 1, elsewhere, sealed)
    assert refused.value.place == elsewhere


@given(
    st.tuples(*[st.text(max_size=6)] * 3, st.uuids()),
    st.tuples(*[st.text(max_size=6)] * 3, st.uuids()),
)
def test_two_places_never_look_alike(
    one: tuple[str, str, str, UUID], two: tuple[str, str, str, UUID]
) -> None:
    first = associated_data(Place(one[0], one[1], one[3], one[2]), 1)
    second = associated_data(Place(two[0], two[1], two[3], two[2]), 1)
    assert (first == second) == (one == two)


def test_the_version_cannot_be_changed() -> None:
    sealed = envelope.seal(CIPHER, 1, PLACE, b"Guten Tag")
    with pytest.raises(SealBroken):
        _opened(sealed[:5] + (2).to_bytes(4, "big") + sealed[9:])


@pytest.mark.parametrize(
    ("stored", "why"),
    [
        (b"", "no sealed value"),
        (b"plain text of a note", "no sealed value"),
        (b"\xf5VLT", "no sealed value"),
        (b"\xf5VLT\x03" + bytes(400), "format"),
        (b"\xf5VLT\x02" + bytes(400), "format"),
        (b"\xf5VLT\x01" + bytes(400), "version 0"),
        (b"\xf5VLT\x01\0\0\0\x01" + bytes(100), "length"),
        (b"\xf5VLT\x01\0\0\0\x01" + bytes(285), "length"),
    ],
)
def test_what_is_no_envelope_is_refused_by_name(stored: bytes, why: str) -> None:
    with pytest.raises(SealBroken, match=why):
        _opened(stored)


def test_a_refusal_names_the_place_and_never_the_value() -> None:
    broken = SealBroken("The seal does not fit.", PLACE)
    assert str(broken) == f"The seal does not fit. (records_note.text, row {ROW})"
    assert str(CASE) not in str(broken)
