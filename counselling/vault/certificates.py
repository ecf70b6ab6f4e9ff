"""Certificates of the practice's own servers: an authority that signs once and keeps no key."""

from __future__ import annotations

import datetime
import os
import secrets
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Sequence

AUTHORITY: Final = "servers.crt"
YEARS: Final = 5


def make_server_certificates(folder: pathlib.Path, names: Sequence[str]) -> None:
    """Make a key and a certificate for each server, unless all are there.

    The authority's own key is never written: nobody can steal it and sign a second `database`.
    So what is missing is made anew together with all the others.
    """
    wanted = [AUTHORITY, *(f"{name}{end}" for name in names for end in (".key", ".crt"))]
    if all((folder / name).exists() for name in wanted):
        return
    authority = ec.generate_private_key(ec.SECP256R1())
    issuer = _named("Counselling servers")
    _put(folder / AUTHORITY, _pem(_authority(authority, issuer)))
    for name in names:
        key = ec.generate_private_key(ec.SECP256R1())
        _put(folder / f"{name}.key", _key_pem(key))
        _put(folder / f"{name}.crt", _pem(_server(key, name, authority, issuer)))


def ends(path: pathlib.Path) -> datetime.datetime:
    """Give when a certificate ends; raises OSError or ValueError where there is none."""
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc


def _authority(key: ec.EllipticCurvePrivateKey, name: x509.Name) -> x509.Certificate:
    return (
        _begun(key.public_key(), name, name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, SHA256())
    )


def _server(
    key: ec.EllipticCurvePrivateKey,
    name: str,
    authority: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
) -> x509.Certificate:
    # localhost too: for whoever looks from within the server's own container
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.DNSName("localhost")])
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    return (
        _begun(key.public_key(), _named(name), issuer)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(names, critical=False)
        .add_extension(by, critical=False)
        .sign(authority, SHA256())
    )


def _begun(
    key: ec.EllipticCurvePublicKey, subject: x509.Name, issuer: x509.Name
) -> x509.CertificateBuilder:
    start = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # a clock that is a little behind must not find it too young
        .not_valid_before(start - datetime.timedelta(minutes=10))
        .not_valid_after(start + datetime.timedelta(days=YEARS * 365))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _put(path: pathlib.Path, content: bytes) -> None:
    """Put a file there whole, for its owner alone, in place of an older one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
