"""Settings from the environment: typed, read once, failing fast with the name of the variable at fault.

Every NAME may be given as NAME_FILE instead: the path of a file that only its owner can read (0600), holding the value.
"""

import base64
import binascii
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from chassis.addresses import Network, parse_networks
from chassis.wire import CallUrl

T = TypeVar("T")
OUTBOX_LIMIT = 600.0  # seconds an event may wait to be published before commands are refused
CONNECTIONS_PER_ADDRESS = 256  # that a client may have open, unless it is a trusted proxy


class SettingInvalid(SystemExit):
    """A setting is missing or wrong; the text names the variable and what was expected."""


def _text(value: str) -> str:
    return value


def _port(value: str) -> int:
    port = int(value)
    if not 0 <= port <= 65535:
        raise ValueError(value)
    return port


def seconds(value: str) -> float:
    """Parse a length of time above 0, in seconds; raises ValueError."""
    length = float(value)
    if not 0 < length < 1e9:
        raise ValueError(value)
    return length


def _count(value: str) -> int:
    count = int(value)
    if count < 1:
        raise ValueError(value)
    return count


def _forwarded(value: str) -> str:
    if value.lower() not in ("x-forwarded-for", "forwarded"):
        raise ValueError(value)
    return value.lower()


def _key(value: str) -> bytes:
    key = base64.b64decode(value, validate=True)
    if len(key) != 32:
        raise ValueError("length")
    return key


def _amqp_url(value: str) -> str:
    if not value.startswith(("amqp://", "amqps://")):
        raise ValueError(value)
    return value


def _call_urls(value: str) -> tuple[CallUrl, ...]:
    return tuple(CallUrl.parse(url) for url in value.split())


def _mongo_url(value: str) -> str:
    if not value.startswith("mongodb://"):  # mongodb+srv resolves names in C and blocks the event loop
        raise ValueError(value)
    return value


def read(environment: Mapping[str, str], name: str) -> str | None:
    """The value of NAME, or of the file that NAME_FILE points at; None when neither is set."""
    if name in environment:
        return environment[name]
    path = environment.get(f"{name}_FILE")
    if path is None:
        return None
    try:
        mode = Path(path).stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO) and not path.startswith("/run/secrets/"):
            raise SettingInvalid(f"callboard: {name}_FILE: {path} can be read by others; make it 0600")
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingInvalid(f"callboard: {name}_FILE: {path}: {error.strerror}") from None


def setting(name: str, convert: Callable[[str], T], expected: str, default: T | None = None) -> T:
    """One setting; raises SettingInvalid naming the variable when it is missing (and has no default) or wrong."""
    value = read(os.environ, name)
    if value is None or value == "":
        if default is None:
            raise SettingInvalid(f"callboard: {name} is not set; expected {expected}")
        return default
    try:
        return convert(value)
    except (ValueError, binascii.Error):
        raise SettingInvalid(f"callboard: {name} is wrong; expected {expected}") from None


def read_key(name: str) -> bytes:
    """A 32-byte key given in base64; empty when it is not set."""
    return setting(name, _key, "base64 of 32 random bytes", b"")


@dataclass(frozen=True)
class Settings:
    """What every process needs to run."""

    service: str
    amqp_url: str = field(repr=False)
    mongo_url: str = field(repr=False)
    call_urls: tuple[CallUrl, ...]  # the own service's: where it listens; of others: where they are
    database: str
    internal_host: str
    internal_port: int
    log_level: str
    max_workers: int
    http_host: str
    http_port: int
    public_url: str
    outbox_limit: float = OUTBOX_LIMIT
    trusted_proxies: tuple[Network, ...] = ()  # believed when they say for whom they ask, in `forwarded_field`
    forwarded_field: str = "x-forwarded-for"
    connections_per_address: int = CONNECTIONS_PER_ADDRESS

    @classmethod
    def from_environment(cls, service: str) -> "Settings":
        """Read everything; the first wrong variable ends the process with its name."""
        port = setting("CALLBOARD_HTTP_PORT", _port, "a port from 0 to 65535", 8080)
        return cls(
            service=service,
            amqp_url=setting("CALLBOARD_AMQP_URL", _amqp_url, "amqp://user:password@host:port[,host:port]/vhost"),
            mongo_url=setting("CALLBOARD_MONGO_URL", _mongo_url, "mongodb://user:password@host:port/?replicaSet=name"),
            call_urls=setting(
                "CALLBOARD_CALL_URLS",
                _call_urls,
                "call://service:password@host:port, or several with spaces in between",
            ),
            database=setting("CALLBOARD_DATABASE", _text, "a database name", service),
            internal_host=setting("CALLBOARD_INTERNAL_HOST", _text, "an address", "127.0.0.1"),
            internal_port=setting("CALLBOARD_INTERNAL_PORT", _port, "a port from 0 to 65535", 0),
            log_level=setting("CALLBOARD_LOG_LEVEL", str.upper, "debug, info, warning or error", "INFO"),
            max_workers=setting("CALLBOARD_MAX_WORKERS", int, "a number of workers", 128),
            http_host=setting("CALLBOARD_HTTP_HOST", _text, "an address", "127.0.0.1"),
            http_port=port,
            public_url=setting("CALLBOARD_PUBLIC_URL", _text, "a URL", f"http://127.0.0.1:{port}"),
            outbox_limit=setting("CALLBOARD_OUTBOX_LIMIT", seconds, "seconds above 0", OUTBOX_LIMIT),
            trusted_proxies=setting(
                "CALLBOARD_TRUSTED_PROXIES", parse_networks, "networks such as 10.0.0.0/8, with spaces in between", ()
            ),
            forwarded_field=setting(
                "CALLBOARD_FORWARDED_FIELD", _forwarded, "X-Forwarded-For or Forwarded", "x-forwarded-for"
            ),
            connections_per_address=setting(
                "CALLBOARD_CONNECTIONS_PER_ADDRESS", _count, "a number above 0", CONNECTIONS_PER_ADDRESS
            ),
        )


def of(container: Any) -> Settings:
    """The settings that a nameko container was made with."""
    settings: Settings = container.config["settings"]
    return settings
