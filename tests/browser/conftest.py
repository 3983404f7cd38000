"""One platform for the pages, with a mail server, and a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from deploy.local import accounts
from deploy.local.client import Client
from deploy.local.stack import Stack
from tests.browser.phones import ARGUMENTS, CHROMIUM
from tests.mailbox import Mailbox


@pytest.fixture(scope="session")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    """A mail server."""
    with Mailbox(tmp_path_factory.mktemp("mail")) as running:
        yield running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[Stack]:
    """The platform, running, with a mail server."""
    home: Path = tmp_path_factory.mktemp("home")
    with Stack(home, extra_env={"talent": {"CALLBOARD_SMTP_URL": mailbox.url}}) as running:
        yield running


@pytest.fixture(scope="session")
def producer(stack: Stack) -> Iterator[Client]:
    """Somebody at a studio who sends contracts."""
    with Client(stack.gateway_url, accounts.office_key(stack)) as office:
        made = accounts.admit_studio(office, "横店晨光影业", "Hengdian", {"producer": ["producer"]})
    with Client(stack.gateway_url, made["members"]["producer"]["api_key"]) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()
