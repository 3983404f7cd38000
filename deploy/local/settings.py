"""The settings of each process: what ``chassis.settings`` reads, with every secret in a file of its owner."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

from deploy.local import credentials as keys
from deploy.local.credentials import Credentials
from deploy.local.loopback import LOOPBACK

SERVICES = ("talent", "production", "distribution", "compliance")
GATEWAY = "gateway"
HAS_MASTER_KEY = ("talent", "production", "compliance", GATEWAY)
LEDGER_NAME = "ledger.callboard.local"
LETTERS_GO_TO = ("CALLBOARD_SMTP_URL", "CALLBOARD_POST_WEBHOOK_URL")
SEAL_NAME = "seal.callboard.local"


class Settings:
    """Makes the settings of processes; keys are made once and kept."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def of(
        self, name: str, service: str, *, amqp_url: str, mongo_url: str, call_urls: str, internal_port: int
    ) -> dict[str, str]:
        """What the process called `name` of a service needs, and the keys that are only the service's own."""
        settings = {
            "CALLBOARD_DATABASE": service,
            "CALLBOARD_AMQP_URL_FILE": str(self._credentials.write(f"{service}.amqp_url", amqp_url)),
            "CALLBOARD_MONGO_URL_FILE": str(self._credentials.write(f"{service}.mongo_url", mongo_url)),
            "CALLBOARD_CALL_URLS_FILE": str(self._credentials.write(f"{name}.call_urls", call_urls)),
            "CALLBOARD_INTERNAL_HOST": LOOPBACK,
            "CALLBOARD_INTERNAL_PORT": str(internal_port),
        }
        if service in HAS_MASTER_KEY:
            settings["CALLBOARD_MASTER_KEY_FILE"] = self._key(f"{service}.master_key", keys.master_key)
        if service == "compliance":
            settings["CALLBOARD_LEDGER_KEY_FILE"] = self._key(
                "compliance.ledger_key", lambda: keys.ledger_key(LEDGER_NAME)
            )
        if service == "talent":
            settings["CALLBOARD_SEAL_KEY_FILE"] = self._key("talent.seal_key", lambda: keys.seal_key(SEAL_NAME))
        if service == GATEWAY:
            settings["CALLBOARD_TOKEN_KEYS_FILE"] = self._key("gateway.token_keys", keys.token_keys)
        return settings

    def call_urls(self, ports: Iterable[tuple[str, int]]) -> str:
        """Where services take calls, with their passwords, from each one's name and port."""
        return " ".join(f"call://{service}:{self._call_password(service)}@{LOOPBACK}:{port}" for service, port in ports)

    def _call_password(self, service: str) -> str:
        return self._credentials.secret(f"{service}.call_password", keys.password)

    def _key(self, name: str, make: Callable[[], str]) -> str:
        self._credentials.secret(name, make)
        return str(self._credentials.path(name))


def public_address(port: int, url: str) -> dict[str, str]:
    """Where the gateway listens, and how it is called from outside."""
    return {"CALLBOARD_HTTP_HOST": LOOPBACK, "CALLBOARD_HTTP_PORT": str(port), "CALLBOARD_PUBLIC_URL": url}


def letters(smtp_port: int) -> dict[str, str]:
    """Where letters go: to the mailbox on this machine, without TLS or password, which nobody else can reach."""
    return {"CALLBOARD_SMTP_URL": f"smtp://{LOOPBACK}:{smtp_port}"}


def letters_go_elsewhere(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the user has a mail server or webhook of their own for letters."""
    return any(environment.get(name) or environment.get(f"{name}_FILE") for name in LETTERS_GO_TO)


def inherited(settings: Mapping[str, str], environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a process inherits: everything but the settings that the stack makes itself, as a value or as a file."""
    decided = {name.removesuffix("_FILE") for name in settings}
    return {name: value for name, value in environment.items() if name.removesuffix("_FILE") not in decided}
