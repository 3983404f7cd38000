"""Phones of people somewhere, in a real browser (Debian's Chromium through Playwright), and what is in their letters."""

import os
import re
import shutil
import time
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from deploy.local.mailbox.letters import Letters

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = ViewportSize(width=390, height=844)
NARROW = 320
KEPT = os.environ.get("CALLBOARD_SCREENSHOTS")


def phone(browser: Browser, locale: str = "ja-JP", zone: str = "Asia/Tokyo") -> BrowserContext:
    """A phone of somebody somewhere."""
    return browser.new_context(
        viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True, locale=locale, timezone_id=zone
    )


def violations(page: Page) -> list[str]:
    """What axe-core finds that keeps somebody from reading or using the page."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['help']} {[node['target'] for node in each['nodes']]}" for each in found]


def shown(page: Page, name: str) -> None:
    """Nothing is wider than the screen, also a small one with large text; nothing keeps anybody out; a picture for whoever looks."""
    for width, size in ((PHONE["width"], "100%"), (NARROW, "100%"), (NARROW, "200%")):
        page.set_viewport_size(ViewportSize(width=width, height=PHONE["height"]))
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        if KEPT:
            page.screenshot(path=str(Path(KEPT) / f"{name}-{width}-{size[:-1]}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width, size)
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(PHONE)
    assert violations(page) == [], name


def latest(mailbox: Letters, to: str, pattern: str, seen: int = 0) -> str:
    """What the pattern finds in the newest letter, once there are more than `seen`."""
    deadline = time.monotonic() + 20
    while True:
        letters = mailbox.all(to)
        if len(letters) > seen and (match := re.search(pattern, letters[-1].text, re.MULTILINE)):
            return match[1]
        assert time.monotonic() < deadline, f"no letter to {to} has {pattern}"
        time.sleep(0.05)
