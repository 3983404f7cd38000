"""Random credentials of a stack: made once, kept in files that only their owner can read."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

ED25519_SIGNATURE = b"\x01"
"""The algorithm byte of an Ed25519 key in a signed note (C2SP signed-note)."""
SEAL_LIFE = timedelta(days=3_652)


def password() -> str:
    """A password of 256 random bits that needs no escaping in a URL."""
    return secrets.token_urlsafe(32)


def master_key() -> str:
    """A key of 32 random bytes in base64: it wraps the keys of persons and studios."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def mongodb_key() -> str:
    """The shared key of a replica set's members: 6 to 1024 characters of base64."""
    return base64.b64encode(secrets.token_bytes(96)).decode()


def token_keys() -> str:
    """A JSON list with one private Ed25519 JWK (RFC 8037); its ``kid`` is the RFC 7638 thumbprint."""
    key = Ed25519PrivateKey.generate()
    public = {"crv": "Ed25519", "kty": "OKP", "x": base64url(key.public_key().public_bytes_raw())}
    # The thumbprint is that of the public members in lexical order without white space.
    thumbprint = hashlib.sha256(json.dumps(public, sort_keys=True, separators=(",", ":")).encode()).digest()
    return json.dumps([public | {"d": base64url(key.private_bytes_raw()), "kid": base64url(thumbprint)}])


def base64url(data: bytes) -> str:
    """Base64 for URLs without padding, as in JOSE (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def ledger_key(name: str) -> str:
    """A signed-note private key ``PRIVATE+KEY+<name>+<hash>+<base64>`` (Go's golang.org/x/mod/sumdb/note)."""
    key = Ed25519PrivateKey.generate()
    public = ED25519_SIGNATURE + key.public_key().public_bytes_raw()
    private = ED25519_SIGNATURE + key.private_bytes_raw()
    key_id = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    return f"PRIVATE+KEY+{name}+{key_id.hex()}+{base64.b64encode(private).decode()}"


def seal_key(name: str) -> str:
    """A P-256 key and a certificate for it that it signed itself, both PEM: what seals documents as ``name`` for ten years."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    uses = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    from_now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(from_now - timedelta(minutes=5))
        .not_valid_after(from_now + SEAL_LIFE)
        .add_extension(uses, critical=True)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return (private + certificate.public_bytes(Encoding.PEM)).decode()


class Credentials:
    """The secrets in one folder, one file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        """The file that holds the secret ``name``."""
        return self.folder / name

    def secret(self, name: str, make: Callable[[], str] = password) -> str:
        """The secret ``name``; ``make`` makes it when it does not exist yet."""
        if not self.path(name).exists():
            self.write(name, make())
        return self.path(name).read_text()

    def write(self, name: str, value: str) -> Path:
        """Store ``value`` as the secret ``name``; a reader sees the old value or the new one, never a part."""
        draft = self.path(f"{name}.new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(value)
        draft.replace(self.path(name))
        return self.path(name)
