"""Settings: what is missing or wrong is named, files that others can read are refused, secrets are not shown."""

import base64
from pathlib import Path

import pytest

from chassis import settings
from chassis.settings import SettingInvalid, Settings

GIVEN = {
    "CALLBOARD_AMQP_URL": "amqp://talent:s3cret@127.0.0.1:5672/callboard",
    "CALLBOARD_MONGO_URL": "mongodb://talent:s3cret@127.0.0.1:27017/?replicaSet=rs0",
    "CALLBOARD_CALL_URLS": "call://talent:s3cret@127.0.0.1:9200 call://production:s3cret@example:9200",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Just enough to start."""
    for name in (
        "DATABASE",
        "INTERNAL_PORT",
        "HTTP_PORT",
        "LOG_LEVEL",
        "MASTER_KEY",
        "MAX_WORKERS",
        "OUTBOX_LIMIT",
        "PUBLIC_URL",
    ):
        monkeypatch.delenv(f"CALLBOARD_{name}", raising=False)
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)


def test_defaults() -> None:
    """With the two addresses alone everything else has a safe default."""
    read = Settings.from_environment("talent")
    assert (read.database, read.internal_host, read.internal_port) == ("talent", "127.0.0.1", 0)
    assert (read.http_host, read.http_port, read.public_url) == ("127.0.0.1", 8080, "http://127.0.0.1:8080")
    assert read.outbox_limit == 600


@pytest.mark.parametrize("name", GIVEN)
def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The process ends at once with the variable's name and what was expected."""
    monkeypatch.delenv(name)
    with pytest.raises(SettingInvalid, match=f"{name} is not set; expected "):
        Settings.from_environment("talent")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CALLBOARD_AMQP_URL", "http://secret-host"),
        ("CALLBOARD_MONGO_URL", "mongodb+srv://secret-host"),
        ("CALLBOARD_CALL_URLS", "call://talent@secret-host"),
        ("CALLBOARD_CALL_URLS", "call://talent:password@host:1 http://talent:password@secret-host:1"),
        ("CALLBOARD_HTTP_PORT", "secret"),
        ("CALLBOARD_INTERNAL_PORT", "70000"),
        ("CALLBOARD_MAX_WORKERS", "many-secret"),
        ("CALLBOARD_OUTBOX_LIMIT", "-600.5"),
    ],
)
def test_what_is_wrong_is_named_but_not_shown(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A wrong value is named by its variable; the value, which may be a secret, is not repeated."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingInvalid, match=f"{name} is wrong; expected ") as refused:
        Settings.from_environment("talent")
    assert value not in str(refused.value)


@pytest.mark.parametrize("key", ["not base64 at all!", base64.b64encode(bytes(16)).decode()])
def test_a_key_of_the_wrong_form_is_refused(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """A master key is 32 bytes in base64, nothing else."""
    monkeypatch.setenv("CALLBOARD_MASTER_KEY", key)
    with pytest.raises(SettingInvalid, match="CALLBOARD_MASTER_KEY is wrong"):
        settings.read_key("CALLBOARD_MASTER_KEY")


def test_a_key_may_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service without personal data has no master key."""
    assert settings.read_key("CALLBOARD_MASTER_KEY") == b""
    monkeypatch.setenv("CALLBOARD_MASTER_KEY", base64.b64encode(bytes(range(32))).decode())
    assert settings.read_key("CALLBOARD_MASTER_KEY") == bytes(range(32))


def test_a_value_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """NAME_FILE points at a file of which only the owner can read the value; the line's end does not count."""
    file = tmp_path / "url"
    file.write_text("amqp://from:file@h/v\n", encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.delenv("CALLBOARD_AMQP_URL")
    monkeypatch.setenv("CALLBOARD_AMQP_URL_FILE", str(file))
    assert Settings.from_environment("talent").amqp_url == "amqp://from:file@h/v"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_that_others_can_read_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int) -> None:
    """A secret that the group or the world can read is an error, not a warning."""
    file = tmp_path / "url"
    file.write_text("amqp://from:file@h/v", encoding="utf-8")
    file.chmod(mode)
    monkeypatch.delenv("CALLBOARD_AMQP_URL")
    monkeypatch.setenv("CALLBOARD_AMQP_URL_FILE", str(file))
    with pytest.raises(SettingInvalid, match=r"CALLBOARD_AMQP_URL_FILE: .* can be read by others; make it 0600"):
        Settings.from_environment("talent")


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A path that leads nowhere is named with the variable."""
    monkeypatch.delenv("CALLBOARD_AMQP_URL")
    monkeypatch.setenv("CALLBOARD_AMQP_URL_FILE", str(tmp_path / "nothing"))
    with pytest.raises(SettingInvalid, match=r"CALLBOARD_AMQP_URL_FILE: .*nothing: No such file"):
        Settings.from_environment("talent")


def test_secrets_do_not_show() -> None:
    """Printing the settings, as a traceback does, tells no password."""
    assert "s3cret" not in repr(Settings.from_environment("talent"))
