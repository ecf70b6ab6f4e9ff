"""Keys that sign, checkpoints and documents; and how every secret is made."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import os
import pathlib
import secrets
import stat
from typing import TYPE_CHECKING, Final, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from django.conf import settings

from counselling.vault.providers import KeysRefused, new_key

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKPOINTS: Final = "counselling.audit"
KEK: Final = "kek"
DJANGO_KEY: Final = "django.key"
CHECKPOINT_KEY: Final = "checkpoint.key"
CHECKPOINT_PUBLIC: Final = "checkpoint.pub"
PRACTICE_KEY: Final = "practice.key"
PRACTICE_CERTIFICATE: Final = "practice.crt"
YEARS: Final = 10


class Signer(Protocol):
    """What a checkpoint needs of a key: a name, the public half, a signature."""

    @property
    def name(self) -> str:
        """The name of the log this key signs for."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes that verify."""

    def sign(self, message: bytes) -> bytes:
        """Sign."""


@dataclasses.dataclass(frozen=True, repr=False)
class Ed25519Signer:
    """A signer whose key lies in a file."""

    name: str
    _key: Ed25519PrivateKey

    @property
    def public_key(self) -> bytes:
        """Give the 32 bytes that verify."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Give the 64 bytes of the signature (RFC 8032)."""
        return self._key.sign(message)


def checkpoint_signer() -> Ed25519Signer:
    """Give the signer of the log's checkpoints; raises KeysRefused with the remedy."""
    path = pathlib.Path(settings.CHECKPOINT_KEY_FILE)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        message = f"The checkpoint key {path} is no readable Ed25519 key. Restore it."
        raise KeysRefused(message)
    return Ed25519Signer(CHECKPOINTS, key)


def verify_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the signature is that key's on that message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def sign_document(key: pathlib.Path, data: bytes) -> bytes:
    """Give the practice's signature (RSA, PKCS #1 v1.5, SHA-256) on what a document's seal covers.

    Raises ValueError or TypeError for a key that cannot be read.
    """
    return _document_key(key).sign(data, padding.PKCS1v15(), SHA256())


def document_key(key: pathlib.Path) -> dict[str, int]:
    """Give the public half of the key that seals documents, to find its certificate."""
    numbers = _document_key(key).public_key().public_numbers()
    return {"modulus": numbers.n, "public_exponent": numbers.e}


def _document_key(key: pathlib.Path) -> rsa.RSAPrivateKey:
    """Load the key; whether it is a sound one is not tested, which takes longer than all the rest.

    Every seal is verified with the certificate before anybody sees it.
    """
    loaded = serialization.load_pem_private_key(
        key.read_bytes(), None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(loaded, rsa.RSAPrivateKey):
        message = "It is no RSA key."
        raise TypeError(message)
    return loaded


def make_secrets(folder: pathlib.Path) -> None:
    """Make every secret that is missing, and leave those that are there.

    Each is a file for its owner alone, whole or not there. Raises KeysRefused for a certificate
    whose key is lost: a new key would not fit it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / PRACTICE_CERTIFICATE).exists() and not (folder / PRACTICE_KEY).exists():
        message = f"{PRACTICE_CERTIFICATE} is there without {PRACTICE_KEY}. Restore or remove it."
        raise KeysRefused(message)
    for name, make in _MAKERS.items():
        if not (folder / name).exists():
            _write(folder / name, make(folder))


def renew_practice_certificate(key: pathlib.Path, certificate: pathlib.Path) -> None:
    """Give the practice a new key and certificate; the former certificates stay under the new one.

    The former key is gone. Killed at any point it is run again and goes on: sealing takes the
    certificate that fits the key, and both are there before the key changes. Raises KeysRefused
    where the files cannot be written.
    """
    following = key.with_name(f"{key.name}.next")
    try:
        _rsa_key(key)
        if not following.exists():
            _write(following, _practice_key(key.parent))
        new, known = _rsa_key(following), certificate.read_bytes()
        kept = x509.load_pem_x509_certificates(known)
        if new.public_key() not in [each.public_key() for each in kept]:
            _replace(certificate, _issued(new) + known)
        _replace(key, following.read_bytes())
        following.unlink()
    except (OSError, ValueError) as error:
        message = f"{key} and {certificate} cannot be renewed. Run this where they can be written."
        raise KeysRefused(message) from error


def _replace(path: pathlib.Path, content: bytes) -> None:
    """Put another content into a file, at once; whose it is and who reads it stays."""
    draft, was = path.with_name(f".{path.name}.{secrets.token_hex(8)}"), path.stat()
    _write(draft, content)
    with contextlib.suppress(PermissionError):
        os.chown(draft, was.st_uid, was.st_gid)
    draft.chmod(stat.S_IMODE(was.st_mode))
    draft.replace(path)


def _write(path: pathlib.Path, content: bytes) -> None:
    """Put a file there whole or not at all; what somebody put there meanwhile stays."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _kek(_: pathlib.Path) -> bytes:
    return f"{new_key()}\n".encode()


def _django_key(_: pathlib.Path) -> bytes:
    return f"{secrets.token_urlsafe(64)}\n".encode()


def _checkpoint_key(_: pathlib.Path) -> bytes:
    return _pem(Ed25519PrivateKey.generate())


def _checkpoint_public(folder: pathlib.Path) -> bytes:
    key = serialization.load_pem_private_key((folder / CHECKPOINT_KEY).read_bytes(), None)
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _practice_key(_: pathlib.Path) -> bytes:
    # RSA: pyHanko writes a PDF 2.0 version entry for elliptic curves, which breaks PDF/A-3
    return _pem(rsa.generate_private_key(public_exponent=65537, key_size=3072))


def _pem(key: Ed25519PrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _practice_certificate(folder: pathlib.Path) -> bytes:
    """Issue the practice's own certificate: it seals documents and certifies nobody else."""
    return _issued(_rsa_key(folder / PRACTICE_KEY))


def _rsa_key(path: pathlib.Path) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        message = f"{path.name} is no RSA key."
        raise KeysRefused(message)
    return key


def _issued(key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Counselling practice")])
    start = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # a clock that is a little behind must not find it too young
        .not_valid_before(start - datetime.timedelta(minutes=10))
        .not_valid_after(start + datetime.timedelta(days=YEARS * 365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SEALS_DOCUMENTS, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, SHA256()).public_bytes(serialization.Encoding.PEM)


_SEALS_DOCUMENTS: Final = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)

# in this order: the later ones are made from the earlier ones
_MAKERS: Final[dict[str, Callable[[pathlib.Path], bytes]]] = {
    KEK: _kek,
    DJANGO_KEY: _django_key,
    CHECKPOINT_KEY: _checkpoint_key,
    CHECKPOINT_PUBLIC: _checkpoint_public,
    PRACTICE_KEY: _practice_key,
    PRACTICE_CERTIFICATE: _practice_certificate,
}
