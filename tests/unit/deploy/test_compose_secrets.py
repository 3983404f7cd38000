"""The secrets of the compose stack fit those who read them."""

import base64
import json
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from deploy.docker import secret_files
from deploy.local import rabbitmq
from services.compliance.checkpoint import SigningKey
from services.talent.paper.seal import SealKey


def test_only_the_owner_gets_into_the_folder(secrets: Path) -> None:
    """On the host the folder keeps others out; in a container its user, whoever that is, can read the mounted file."""
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in secrets.iterdir()} == {0o444}


def test_a_second_run_keeps_every_secret(secrets: Path) -> None:
    """Running it again loses no key: a lost master key would make personal data unreadable."""
    random = [path for path in secrets.iterdir() if path.name != "rabbitmq_users.json"]
    before = {path.name: path.read_text() for path in random}

    subprocess.run([secrets.parent / "secrets.sh"], check=True, stdout=subprocess.DEVNULL)

    assert {path.name: path.read_text() for path in random} == before


def test_a_deleted_secret_is_replaced(secrets: Path) -> None:
    """A secret is rotated by deleting its file, and the broker's user follows."""
    file = secrets / "distribution_amqp_url"
    before = file.read_text()
    file.unlink()

    subprocess.run([secrets.parent / "secrets.sh"], check=True, stdout=subprocess.DEVNULL)

    assert file.read_text() != before
    assert_broker_knows(secrets, "distribution")


@pytest.mark.parametrize("service", secret_files.SERVICES)
def test_the_broker_knows_every_service(secrets: Path, service: str) -> None:
    """The hash in the broker's definitions is that of the password in the service's URL."""
    assert_broker_knows(secrets, service)


def assert_broker_knows(secrets: Path, service: str) -> None:
    """Fail unless the definitions hold a user with the service's password and permissions, and no tag."""
    definitions = json.loads((secrets / "rabbitmq_users.json").read_text())
    url = urlsplit((secrets / f"{service}_amqp_url").read_text())
    (user,) = [user for user in definitions["users"] if user["name"] == url.username == service]
    salt = base64.b64decode(user["password_hash"])[:4]
    configure, write, read = rabbitmq.permissions(service)

    assert secret_files.password_hash(url.password or "", salt) == user["password_hash"]
    assert user["tags"] == ""
    assert {
        "user": service,
        "vhost": url.path.removeprefix("/"),
        "configure": configure,
        "write": write,
        "read": read,
    } in definitions["permissions"]


def test_a_password_hash_is_rabbitmqs() -> None:
    """The example of RabbitMQ's documentation on passwords: "test12" with the salt 908DC60A."""
    assert secret_files.password_hash("test12", bytes.fromhex("908DC60A")) == (
        "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"
    )


def test_the_ledger_key_is_a_note_key(secrets: Path) -> None:
    """The ledger can sign with the key."""
    assert SigningKey.parse((secrets / "compliance_ledger_key").read_text()).name == secret_files.LEDGER_NAME


def test_the_seal_key_seals(secrets: Path) -> None:
    """Key and certificate fit each other, and the certificate is for signatures that cannot be repudiated."""
    (certificate,) = SealKey.parse((secrets / "talent_seal_key").read_text()).certificates.trusted
    assert certificate.subject.native["common_name"] == secret_files.SEAL_NAME
    assert certificate.key_usage_value.native == {"digital_signature", "non_repudiation"}


def test_the_token_key_is_a_jwk(secrets: Path) -> None:
    """The gateway can sign with the key, and its public half fits: its ``kid`` is the thumbprint of RFC 7638."""
    (jwk,) = json.loads((secrets / "gateway_token_keys").read_text())
    key = OKPKey.import_key(jwk)
    token = jwt.encode({"alg": "Ed25519", "kid": jwk["kid"]}, {"sub": "stu_1"}, key, algorithms=["Ed25519"])

    assert jwt.decode(token, key, algorithms=["Ed25519"]).claims == {"sub": "stu_1"}
    assert key.thumbprint() == jwk["kid"]


@pytest.mark.parametrize("service", secret_files.HAS_MASTER_KEY)
def test_a_master_key_has_32_bytes(secrets: Path, service: str) -> None:
    """A master key is base64 of 32 bytes."""
    assert len(base64.b64decode((secrets / f"{service}_master_key").read_text(), validate=True)) == 32
