"""Keys that sign, and the making of all secrets."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from counselling.vault import signing
from counselling.vault.providers import KeysRefused

if TYPE_CHECKING:
    import pathlib

# RFC 8032, 7.1, test 2
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("made") / "secrets"
    signing.make_secrets(folder)
    return folder


@pytest.fixture
def named(folder: pathlib.Path, settings: Any) -> None:
    settings.CHECKPOINT_KEY_FILE = folder / signing.CHECKPOINT_KEY


def test_a_signature_of_the_rfc_verifies_and_a_changed_one_does_not() -> None:
    assert signing.verify_ed25519(PUBLIC, b"\x72", SIGNATURE)
    assert not signing.verify_ed25519(PUBLIC, b"\x73", SIGNATURE)
    assert not signing.verify_ed25519(PUBLIC[:31], b"\x72", SIGNATURE)
    assert not signing.verify_ed25519(PUBLIC, b"\x72", b"")


@pytest.mark.usefixtures("named")
def test_the_checkpoint_signer_signs_for_the_log(folder: pathlib.Path) -> None:
    signer = signing.checkpoint_signer()
    assert signer.name == "counselling.audit"
    assert signing.verify_ed25519(signer.public_key, b"a checkpoint", signer.sign(b"a checkpoint"))
    assert "Key" not in repr(signer).replace("Ed25519Signer", "")
    public = load_pem_public_key((folder / signing.CHECKPOINT_PUBLIC).read_bytes())
    assert public.public_bytes_raw() == signer.public_key  # type: ignore[union-attr]  # known to be this kind here


@pytest.mark.parametrize("content", [None, b"", b"no key", "practice"])
def test_a_missing_or_wrong_checkpoint_key_is_named(
    folder: pathlib.Path, tmp_path: pathlib.Path, settings: Any, content: bytes | str | None
) -> None:
    settings.CHECKPOINT_KEY_FILE = tmp_path / "checkpoint.key"
    if isinstance(content, bytes):
        settings.CHECKPOINT_KEY_FILE.write_bytes(content)
    elif content:
        settings.CHECKPOINT_KEY_FILE = folder / signing.PRACTICE_KEY
    with pytest.raises(KeysRefused, match="no readable Ed25519 key"):
        signing.checkpoint_signer()


def test_every_secret_is_made_for_its_owner_alone(folder: pathlib.Path) -> None:
    made = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert made == dict.fromkeys(
        ["kek", "django.key", "checkpoint.key", "checkpoint.pub", "practice.key", "practice.crt"],
        0o600,
    )
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len((folder / "django.key").read_text().strip()) >= 64


def test_what_is_there_is_left_and_what_is_missing_is_made(folder: pathlib.Path) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    (folder / signing.CHECKPOINT_PUBLIC).unlink()
    signing.make_secrets(folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_file_somebody_else_put_there_meanwhile_stays(tmp_path: pathlib.Path) -> None:
    (tmp_path / "kek").write_bytes(b"theirs")
    signing._write(tmp_path / "kek", b"ours")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"theirs"]


def test_a_secret_is_whole_or_not_there(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        signing._write(tmp_path / "kek", b"ours")
    assert list(tmp_path.iterdir()) == []


def test_the_practices_certificate_seals_documents_and_certifies_nobody(
    folder: pathlib.Path,
) -> None:
    certificate = x509.load_pem_x509_certificate((folder / "practice.crt").read_bytes())
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    assert key.key_size == 3072
    assert certificate.signature_hash_algorithm is not None
    key.verify(
        certificate.signature,
        certificate.tbs_certificate_bytes,
        padding.PKCS1v15(),
        certificate.signature_hash_algorithm,
    )
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert (usage.value.digital_signature, usage.value.content_commitment) == (True, True)
    assert not usage.value.key_cert_sign
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert certificate.subject.rfc4514_string() == "CN=Counselling practice"
    lasts = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert lasts.days == 3650


def test_a_certificate_without_its_key_is_not_paired_with_another(
    folder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "practice.crt").write_bytes((folder / "practice.crt").read_bytes())
    with pytest.raises(KeysRefused, match="Restore or remove"):
        signing.make_secrets(tmp_path)


def test_a_practice_key_that_is_no_rsa_key_gets_no_certificate(
    folder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "practice.key").write_bytes((folder / "checkpoint.key").read_bytes())
    with pytest.raises(KeysRefused, match="no RSA key"):
        signing.make_secrets(tmp_path)
