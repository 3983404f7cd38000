"""One platform for the pages, with a mail server, and a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from deploy.local import accounts
from deploy.local.client import Client
from deploy.local.mailbox.letters import Letters
from deploy.local.stack import MAILBOX, Stack
from tests import examples
from tests.browser.phones import ARGUMENTS, CHROMIUM


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The platform, running, with the mailbox that a plain `up` has."""
    with Stack(tmp_path_factory.mktemp("home"), mailbox=True) as running:
        yield running


@pytest.fixture(scope="session")
def mailbox(stack: Stack) -> Letters:
    """The letters that the platform wrote."""
    return Letters(stack.home.data(MAILBOX))


@pytest.fixture(scope="session")
def producer(stack: Stack) -> Iterator[Client]:
    """Somebody at a studio who sends contracts."""
    with Client(stack.gateway_url, accounts.office_key(stack)) as office:
        made = accounts.admit_studio(
            office, "横店晨光影业", "Hengdian", {"producer": ["producer"]}, examples.legal_details()
        )
    with Client(stack.gateway_url, made["members"]["producer"]["api_key"]) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()
