"""The secrets of the compose stack, one file each: random, made once, kept when they exist.

Runs with the system's own Python (3.9 or newer), so it needs nothing but the standard library and openssl.

The folder is open to its owner only (0700); the files in it are 0444. Compose mounts a file into a container as it is,
and the processes in there run as other users than the one who made it: with 0600 they could not read their own secret,
and no container sees more than the files that it is given.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

SERVICES = ("talent", "production", "distribution", "compliance", "gateway")
HAS_MASTER_KEY = ("talent", "production", "compliance", "gateway")
VHOST = "callboard"
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 - of its container, which only the internal network reaches
LEDGER_NAME = "ledger.callboard.local"
SEAL_NAME = "seal.callboard.local"

ED25519_SIGNATURE = b"\x01"
"""The algorithm byte of an Ed25519 key in a signed note (C2SP signed-note)."""


def password() -> str:
    """A password of 256 random bits that needs no escaping in a URL."""
    return secrets.token_urlsafe(32)


def amqp_url(service: str) -> str:
    """The URL of a service's broker user, with a new password."""
    return f"amqp://{service}:{password()}@rabbitmq:5672/{VHOST}"


def mongo_url(service: str) -> str:
    """The URL of a service's database user, with a new password."""
    return f"mongodb://{service}:{password()}@mongodb:27017/?replicaSet=rs0&authSource=admin"


def call_url(service: str) -> str:
    """Where a service listens for calls, with a new password."""
    return f"call://{service}:{password()}@{EVERY_ADDRESS}:9200"


def master_key() -> str:
    """A key of 32 random bytes in base64: it wraps the keys of persons and studios."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def mongodb_keyfile() -> str:
    """The shared key of a replica set's members: 6 to 1024 characters of base64."""
    return base64.b64encode(secrets.token_bytes(96)).decode()


def ed25519_key() -> tuple[bytes, bytes]:
    """A new key pair: the private seed and the public key, 32 bytes each."""
    private = _openssl("genpkey", "-algorithm", "ed25519", "-outform", "DER")
    public = _openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", given=private)
    # Both encodings (RFC 8410) are a fixed header followed by the raw 32 bytes.
    return private[-32:], public[-32:]


def token_keys() -> str:
    """A JSON list with one Ed25519 private JWK (RFC 8037); its ``kid`` is the RFC 7638 thumbprint."""
    seed, public = ed25519_key()
    required = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(public)}
    canonical = json.dumps(required, separators=(",", ":"), sort_keys=True).encode()
    thumbprint = _base64url(hashlib.sha256(canonical).digest())
    return json.dumps([{**required, "d": _base64url(seed), "kid": thumbprint}])


def ledger_key() -> str:
    """A signed-note private key ``PRIVATE+KEY+<name>+<hash>+<base64>`` (Go's golang.org/x/mod/sumdb/note)."""
    seed, public = ed25519_key()
    key_id = hashlib.sha256(LEDGER_NAME.encode() + b"\n" + ED25519_SIGNATURE + public).digest()[:4]
    private = base64.b64encode(ED25519_SIGNATURE + seed).decode()
    return f"PRIVATE+KEY+{LEDGER_NAME}+{key_id.hex()}+{private}"


def seal_key() -> str:
    """A P-256 key and a certificate for it that it signed itself, both PEM, for ten years."""
    private = _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    subject = ("-subj", f"/CN={SEAL_NAME}", "-addext", "keyUsage=critical,digitalSignature,nonRepudiation")
    certificate = _openssl(
        "req", "-new", "-x509", "-sha256", "-days", "3652", "-key", "/dev/stdin", *subject, given=private
    )
    return (private + certificate).decode()


def permissions(service: str) -> tuple[str, str, str]:
    """The regular expressions (configure, write, read) of the names that a service's broker user may touch.

    The same as `deploy.local.rabbitmq.permissions`, which explains them; that module needs packages that a machine
    with nothing but Docker does not have. A test keeps the two equal.
    """
    own = rf"{service}\.[^.]+"
    shared = r"delay\.\d+|parked"
    return (
        f"^({own}|{shared})$",
        f"^({own}|{shared}|amq\\.default)$",
        rf"^({own}|{shared}|[a-z]+\.events)$",
    )


def password_hash(text: str, salt: bytes) -> str:
    """RabbitMQ's rabbit_password_hashing_sha256: base64 of a 4-byte salt and the SHA-256 of salt and password."""
    return base64.b64encode(salt + hashlib.sha256(salt + text.encode()).digest()).decode()


def broker_users(passwords: Mapping[str, str]) -> str:
    """RabbitMQ definitions with the virtual host and a user, with the permissions it needs, for every service."""
    users, rights = [], []
    for service, text in passwords.items():
        configure, write, read = permissions(service)
        users.append(
            {
                "name": service,
                "password_hash": password_hash(text, secrets.token_bytes(4)),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": "",
            }
        )
        rights.append({"user": service, "vhost": VHOST, "configure": configure, "write": write, "read": read})
    return json.dumps({"vhosts": [{"name": VHOST}], "users": users, "permissions": rights}, indent=2)


class SecretFolder:
    """The folder that holds the secrets."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)

    def once(self, name: str, make: Callable[[], str]) -> str:
        """The secret ``name``; ``make`` makes it when it does not exist yet."""
        if not (self._folder / name).exists():
            self.write(name, make())
        return (self._folder / name).read_text()

    def write(self, name: str, value: str) -> None:
        """Store ``value`` as ``name``; a reader sees the old value or the new one, never a part."""
        draft = self._folder / f".{name}.new"
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(value)
        draft.chmod(0o444)
        draft.replace(self._folder / name)


def make_secrets(folder: Path) -> None:
    """Make every secret that ``folder`` lacks, and the broker's users from the passwords in the AMQP URLs."""
    store = SecretFolder(folder)
    broker_passwords = {}
    for service in SERVICES:
        url = store.once(f"{service}_amqp_url", partial(amqp_url, service))
        broker_passwords[service] = urlsplit(url).password or ""
        store.once(f"{service}_mongo_url", partial(mongo_url, service))
    for service in HAS_MASTER_KEY:
        store.once(f"{service}_master_key", master_key)
    listening = [store.once(f"{service}_call_urls", partial(call_url, service)) for service in SERVICES[:-1]]
    reached = [url.replace(EVERY_ADDRESS, service) for service, url in zip(SERVICES, listening, strict=False)]
    store.write("gateway_call_urls", " ".join(reached))
    store.once("compliance_ledger_key", ledger_key)
    store.once("talent_seal_key", seal_key)
    store.once("gateway_token_keys", token_keys)
    store.once("mongodb_keyfile", mongodb_keyfile)
    store.once("mongodb_root_password", password)
    store.once("grafana_admin_password", password)
    store.write("rabbitmq_users.json", broker_users(broker_passwords))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _openssl(*arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(("openssl", *arguments), input=given, stdout=subprocess.PIPE, check=True).stdout


if __name__ == "__main__":
    try:
        make_secrets(Path(sys.argv[1]))
    except subprocess.CalledProcessError:
        sys.exit("secrets.sh: this openssl cannot make an Ed25519 key; OpenSSL 1.1.1 or newer can")
    print(f"secrets are in {sys.argv[1]}; now: docker compose up -d")
