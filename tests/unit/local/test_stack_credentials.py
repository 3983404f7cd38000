"""Credentials are random, made once, and readable by nobody else."""

import base64
import hashlib
import json
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import OKPKey

from deploy.local import credentials
from deploy.local.credentials import Credentials


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    """What the data was encrypted with at the first start must come back at the second."""
    first = Credentials(tmp_path).secret("talent.master_key", credentials.master_key)
    assert Credentials(tmp_path).secret("talent.master_key", credentials.master_key) == first
    assert Credentials(tmp_path).secret("production.master_key", credentials.master_key) != first
    assert len(base64.b64decode(first)) == 32


def test_only_the_owner_reads_a_secret(tmp_path: Path) -> None:
    """Services refuse a secret that others can read; a replaced one is as private as a new one."""
    for value in ("one", "two"):
        path = Credentials(tmp_path).write("talent.amqp_url", value)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_text() == value
    assert [file.name for file in tmp_path.iterdir()] == ["talent.amqp_url"]


def test_the_ledger_key_is_a_signed_note_key() -> None:
    """The key id is the one that a verifier computes from the name and the public key (C2SP signed-note)."""
    private, key, name, key_id, encoded = credentials.ledger_key("ledger.example").split("+", 4)
    assert (private, key, name) == ("PRIVATE", "KEY", "ledger.example")
    algorithm, seed = base64.b64decode(encoded)[:1], base64.b64decode(encoded)[1:]
    assert algorithm == b"\x01"
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert key_id == hashlib.sha256(b"ledger.example\n\x01" + public).hexdigest()[:8]


def test_token_keys_sign_and_verify() -> None:
    """The gateway gets a list of private Ed25519 keys with ids; tokens signed with the first verify."""
    [jwk] = json.loads(credentials.token_keys())
    key = OKPKey.import_key(jwk)
    assert jwk["kid"] == key.thumbprint()
    assert jwk["crv"] == "Ed25519"
    token = jwt.encode({"alg": "Ed25519", "kid": jwk["kid"]}, {"sub": "stu_1"}, key, algorithms=["Ed25519"])
    assert jwt.decode(token, key, algorithms=["Ed25519"]).claims == {"sub": "stu_1"}


def test_the_mongodb_key_is_one_that_mongod_takes() -> None:
    """A key file holds 6 to 1024 characters of base64."""
    key = credentials.mongodb_key()
    assert 6 <= len(key) <= 1024
    assert base64.b64decode(key, validate=True)
