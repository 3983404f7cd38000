"""The pages that a person sees, in a real browser (Debian's Chromium through Playwright); nothing is loaded from elsewhere."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.local.stack import Stack
from tests.browser.phones import CHROMIUM

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian package chromium)")


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A page; at its end, nothing may have been asked of another host and nothing may have failed."""
    opened = browser.new_page(base_url=stack.gateway_url)
    strangers: list[str] = []
    errors: list[str] = []
    opened.on("request", lambda r: None if r.url.startswith((stack.gateway_url, "data:")) else strangers.append(r.url))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield opened
    opened.close()
    assert strangers == []
    assert errors == []


def test_the_front_page_says_what_this_is(page: Page) -> None:
    """A person learns what Callboard is and finds the documentation, the ledger and the status."""
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who works when, and on what terms")
    for name in ("API documentation", "Transparency ledger", "Check a contract", "Status"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    expect(page.get_by_text("短剧制作联盟")).to_be_visible()


def test_the_documentation_shows_every_operation(page: Page) -> None:
    """Swagger UI renders the OpenAPI 3.1 document, and an operation opens with its example."""
    page.goto("/docs")
    expect(page.get_by_text("OAS 3.1")).to_be_visible()
    signing = page.locator("#operations-talent-sign_contract")
    expect(signing).to_be_visible()
    signing.get_by_role("button").first.click()
    expect(signing.get_by_text("time_zone").first).to_be_visible()


def test_a_problem_type_leads_to_its_meaning(page: Page) -> None:
    """The `type` of a problem is an address that says what it means."""
    page.goto("/docs/problems#contract-state-conflict")
    expect(page.locator("#contract-state-conflict")).to_be_in_viewport()
    expect(page.locator("#rate-limited")).to_have_text("rate-limited 429")


def test_the_status_page_tells_who_answers(page: Page) -> None:
    """Every service is listed with whether it answers."""
    page.goto("/status")
    for service in ("talent", "production", "distribution", "compliance", "gateway"):
        expect(page.get_by_role("row", name=service)).to_have_text(f"{service}answers")


def test_the_pages_fit_a_phone(browser: Browser, stack: Stack) -> None:
    """Nothing is wider than a phone's screen."""
    phone = browser.new_page(base_url=stack.gateway_url, viewport={"width": 375, "height": 700})
    for path in ("/", "/docs/problems", "/status"):
        phone.goto(path)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 375, path
    phone.close()
