"""Checkpoints: what is written is read back, and nothing else is read."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import checkpoint
from audit.checkpoint import Checkpoint, Malformed

ROOT = sha256(b"root").digest()


class Pretend:
    """A signer without a key: its signature is two hashes of key and message."""

    def __init__(self, name: str = "practice.example/log", public_key: bytes = b"k" * 32) -> None:
        self.name = name
        self.public_key = public_key

    def sign(self, message: bytes, /) -> bytes:
        return pretend(self.public_key, message)


def pretend(key: bytes, message: bytes) -> bytes:
    return sha256(key + message).digest() * 2


def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    return signature == pretend(key, message)


def note(size: int = 7) -> str:
    return checkpoint.sign(Checkpoint("practice.example/log", size, ROOT), Pretend())


def test_a_checkpoint_is_written_as_the_picture_says() -> None:
    lines = note().split("\n")
    assert lines[:4] == ["practice.example/log", "7", base64.b64encode(ROOT).decode(), ""]
    assert lines[4].startswith("\u2014 practice.example/log ")
    assert lines[5:] == [""]


def test_a_key_id_is_that_of_the_published_example() -> None:
    # the verifier key of C2SP's and Go's own documentation
    key = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert key[:1] == checkpoint.ED25519
    assert checkpoint.key_id("PeterNeumann", base64.b64decode(NEUMANN)[1:]).hex() == "c74f20a3"
    assert checkpoint.verifier_key("PeterNeumann", base64.b64decode(NEUMANN)[1:]) == (
        f"PeterNeumann+c74f20a3+{NEUMANN}"
    )


NEUMANN = "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


@given(st.integers(0, 10**18), st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_read_back(size: int, root: bytes) -> None:
    written = Checkpoint("practice.example/log", size, root)
    text = checkpoint.sign(written, Pretend())
    assert checkpoint.parse(text).checkpoint == written
    assert checkpoint.verified(text, "practice.example/log", b"k" * 32, verify) == written


@pytest.mark.parametrize(
    "spoilt",
    [
        note().replace("\n7\n", "\n07\n"),
        note().replace("\n7\n", "\n-7\n"),
        note().replace("\n7\n", "\n7 \n"),
        note().replace("\n7\n", "\n\u0667\n"),
        note().rstrip("\n"),
        note() + "\n",
        note().replace("\u2014", "-"),
        note().replace("\n\n", "\n"),
        note().replace(base64.b64encode(ROOT).decode(), base64.b64encode(ROOT[1:]).decode()),
        note().replace(base64.b64encode(ROOT).decode(), "A" * 45),
        note().replace(base64.b64encode(ROOT).decode(), "====" + base64.b64encode(ROOT).decode()),
        note()[: note().index("\u2014")],
        "",
    ],
)
def test_anything_else_is_no_checkpoint(spoilt: str) -> None:
    with pytest.raises(Malformed):
        checkpoint.parse(spoilt)
    assert checkpoint.verified(spoilt, "practice.example/log", b"k" * 32, verify) is None


def test_base64_with_a_second_spelling_is_refused() -> None:
    coded = base64.b64encode(ROOT).decode()
    other = coded[:-2] + chr(ord(coded[-2]) + 1) + "="
    assert base64.b64decode(other) == ROOT
    with pytest.raises(Malformed):
        checkpoint.parse(note().replace(coded, other))


def test_another_key_another_name_or_another_size_is_not_verified() -> None:
    assert checkpoint.verified(note(), "practice.example/log", b"x" * 32, verify) is None
    assert checkpoint.verified(note(), "other.example/log", b"k" * 32, verify) is None
    forged = note().replace("\n7\n", "\n8\n")
    assert checkpoint.verified(forged, "practice.example/log", b"k" * 32, verify) is None


def test_the_log_of_another_origin_is_not_ours_even_with_our_signature() -> None:
    stranger = checkpoint.sign(Checkpoint("other.example/log", 7, ROOT), Pretend())
    assert checkpoint.verified(stranger, "practice.example/log", b"k" * 32, verify) is None


def test_signatures_of_witnesses_stand_beside_ours() -> None:
    both = note() + note().split("\n")[4].replace("practice.example/log", "witness.example") + "\n"
    found = checkpoint.parse(both)
    assert [name for name, _, _ in found.signatures] == ["practice.example/log", "witness.example"]
    assert checkpoint.verified(both, "practice.example/log", b"k" * 32, verify)


def test_a_public_key_is_read_from_its_file_and_nothing_else() -> None:
    info = bytes.fromhex("302a300506032b6570032100") + b"k" * 32

    def pem(raw: bytes) -> str:
        coded = base64.b64encode(raw).decode()
        return f"-----BEGIN PUBLIC KEY-----\n{coded}\n-----END PUBLIC KEY-----\n"

    assert checkpoint.public_key(pem(info)) == b"k" * 32
    for raw in (info[1:], info + b"x", b"\x31" + info[1:], b""):
        with pytest.raises(Malformed):
            checkpoint.public_key(pem(raw))
    with pytest.raises(Malformed):
        checkpoint.public_key("nothing")


def test_what_is_no_checkpoint_has_no_size() -> None:
    assert checkpoint.size_of(note(9)) == 9
    assert checkpoint.size_of("nonsense") == 0
