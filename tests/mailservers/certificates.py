"""Certificates for TLS tests: one good, and one for every way in which a certificate can be bad.

Each kind has its own loopback address, so that one server can show all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

GOOD, EXPIRED, WRONG_HOST, SELF_SIGNED, STRANGER = (f"127.0.0.{n}" for n in range(1, 6))


@dataclass(frozen=True)
class Certificates:
    """Files by loopback address, and the signer's PEM text that tests paste into settings."""

    signer: str
    files: dict[str, tuple[Path, Path]]
    """Address → (certificate chain, key)."""


def make_certificates(folder: Path) -> Certificates:
    """Write all kinds into a folder. STRANGER's signer is one that nobody trusts."""
    signer, stranger = trustme.CA(key_type=trustme.KeyType.ECDSA), trustme.CA()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    leaves = {
        GOOD: signer.issue_cert("localhost", GOOD, "::1"),
        EXPIRED: signer.issue_cert(
            EXPIRED, not_before=long_ago, not_after=datetime(2021, 1, 1, tzinfo=UTC)
        ),
        WRONG_HOST: signer.issue_cert("mail.somebody-else.example"),
        STRANGER: stranger.issue_cert(STRANGER),
    }
    files = {}
    for address, leaf in leaves.items():
        chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
        files[address] = _write(folder, address, chain, leaf.private_key_pem.bytes())
    files[SELF_SIGNED] = _write(folder, SELF_SIGNED, *_self_signed(SELF_SIGNED))
    return Certificates(signer.cert_pem.bytes().decode(), files)


def _write(folder: Path, name: str, chain: bytes, key: bytes) -> tuple[Path, Path]:
    paths = folder / f"{name}.crt", folder / f"{name}.key"
    for path, content in zip(paths, (chain, key), strict=True):
        path.write_bytes(content)
    return paths


def _self_signed(address: str) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate.public_bytes(pem), secret
