"""The page at which anybody checks a sealed contract: in four languages, on a phone, with a genuine file and tampered ones."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from deploy.demo.by_link import Inbox
from deploy.local.client import Client
from deploy.local.mailbox.letters import Letters
from deploy.local.stack import Stack
from tests import examples
from tests.browser.phones import CHROMIUM, phone, shown

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian package chromium)")

VERDICTS = {
    "zh": ("查验合同文件", "文件真实有效", "文件未通过查验", "演员"),
    "en": ("Check a contract", "The file is genuine", "The file did not pass the check", "Performer"),
    "ja": ("契約書の真正性を確認する", "このファイルは真正です", "このファイルは確認できませんでした", "出演者"),
    "ko": ("계약서 진위 확인", "진본 파일입니다", "확인되지 않은 파일입니다", "출연자"),
}
AUTHENTICATION = {
    "zh": ("由制片方录入，该签署人未进行身份验证", "签署人对此签名提出异议", "由制片方以其账户签署"),
    "en": (
        "Entered by the studio; the signer did not authenticate",
        "The signer disputes this signature",
        "Signed with the studio’s account",
    ),
    "ja": (
        "制作会社による入力（署名者本人の認証は行われていません）",
        "署名者がこの署名に異議を申し立てています",
        "制作会社のアカウントによる署名",
    ),
    "ko": ("제작사가 입력함(서명자 본인 인증 없음)", "서명자가 이 서명에 이의를 제기했습니다", "제작사 계정으로 서명"),
}


def dispute(stack: Stack, inbox: Inbox) -> None:
    """The performer says, by the link in the letter about it, that the signature which the studio entered is not hers."""
    with Client(stack.gateway_url) as visitor:
        link = f"/public/signing/{inbox.link('sign')}"
        visitor.post(f"{link}/code")
        visitor.post(f"{link}/session", {"code": inbox.code()})
        visitor.post(f"{link}/dispute", {"reason": "I never signed this."})


@pytest.fixture(scope="module")
def sealed(
    producer: Client, stack: Stack, mailbox: Letters, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """A sealed contract whose desk signature is disputed, the same with one changed byte, one with a line behind it, its draft,
    and a file that is no PDF.
    """
    inbox = Inbox(mailbox, examples.person()["contact"]["email"])
    production = producer.post("/v1/productions", examples.EXAMPLES["register_production"])["production_id"]
    person = producer.post("/v1/people", examples.person())["person_id"]
    contract: Any = producer.post("/v1/contracts", examples.contract(production, person))
    path = f"/v1/contracts/{contract['contract_id']}"
    draft = producer.request("GET", f"{path}/document.pdf", timeout=30).content
    sent = producer.post(f"{path}/dispatch", examples.at_desk())
    for party in ("performer", "studio"):
        producer.post(f"{path}/signatures", examples.signature(sent, party))
    answer = producer.request("GET", f"{path}/sealed.pdf", timeout=30)
    assert answer.status_code == 200, answer.text
    pdf = answer.content
    dispute(stack, inbox)
    contents = {
        "genuine.pdf": pdf,
        "changed.pdf": pdf[:20_000] + bytes([pdf[20_000] ^ 1]) + pdf[20_001:],
        "appended.pdf": pdf + b"\n% more\n",
        "draft.pdf": draft,
        "picture.pdf": b"\x89PNG\r\n\x1a\n",
    }
    folder = tmp_path_factory.mktemp("files")
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in contents}


def faults(page: Page) -> list[str]:
    """What axe-core finds that keeps somebody from reading or using the page."""
    return [f"{found['id']}: {found['help']}" for found in Axe().run(page).response["violations"]]


@pytest.fixture(params=VERDICTS)
def page(request: pytest.FixtureRequest, browser: Browser, stack: Stack) -> Iterator[Page]:
    """The page on somebody's phone, in a language; nothing is asked of another host, no policy is broken, nothing fails."""
    with phone(browser, f"{request.param}-XX") as context:
        opened = context.new_page()
        strangers: list[str] = []
        errors: list[str] = []
        opened.on("request", lambda r: None if r.url.startswith(stack.gateway_url) else strangers.append(r.url))
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on("console", lambda m: errors.append(m.text) if "Content Security Policy" in m.text else None)
        opened.goto(f"{stack.gateway_url}/verify")
        yield opened
        assert (strangers, errors) == ([], [])


def test_a_layman_checks_a_file(page: Page, sealed: dict[str, Path]) -> None:
    """A genuine file: who signed, and what the studio entered and the signer disputes; a changed byte: refused, nobody is named."""
    language = page.evaluate("document.documentElement.lang")
    title, genuine, refused, performer = VERDICTS[language]
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert faults(page) == []
    assert page.title() == f"{title} · Callboard"
    page.locator("#file").set_input_files(sealed["genuine.pdf"])
    expect(page.locator("#verdict")).to_have_text(genuine, timeout=20_000)
    expect(page.locator("#result")).to_be_focused()
    header, verdict = page.locator("header").bounding_box(), page.locator("#verdict").bounding_box()
    assert header and verdict and verdict["y"] >= header["y"] + header["height"], "the header hides the verdict"
    by_desk, disputed, by_studio = AUTHENTICATION[language]
    entered, own = page.locator("#signers li").all()
    expect(entered).to_contain_text(f"한서연 · {performer}")
    expect(entered.locator(".warning")).to_contain_text([by_desk, disputed])
    expect(own).to_contain_text(by_studio)
    expect(own.locator(".warning")).to_have_count(0)
    shown(page, f"verify-{language}")
    assert faults(page) == []
    page.locator("#file").set_input_files(sealed["changed.pdf"])
    expect(page.locator("#verdict")).to_have_text(refused, timeout=20_000)
    expect(page.locator("#signers li")).to_have_count(0)
    shown(page, f"verify-{language}-changed")
    assert faults(page) == []


def test_every_fault_is_explained(browser: Browser, stack: Stack, sealed: dict[str, Path]) -> None:
    """In the language that is chosen, also when it is chosen afterwards."""
    with phone(browser, "en-GB") as context:
        page = context.new_page()
        page.goto(f"{stack.gateway_url}/verify")
        for name, text in (
            ("appended.pdf", "Something was added to the end"),
            ("draft.pdf", "bears no seal of Callboard"),
            ("picture.pdf", "is not a PDF"),
        ):
            page.locator("#file").set_input_files(sealed[name])
            expect(page.locator("#meaning")).to_contain_text(text, timeout=20_000)
        page.locator("#language").select_option("ja")
        expect(page.locator("#meaning")).to_contain_text("PDF ではありません")


def test_the_file_can_be_dropped(browser: Browser, stack: Stack, sealed: dict[str, Path]) -> None:
    """Anywhere on the page; the browser does not open it instead."""
    page = browser.new_page(base_url=stack.gateway_url, locale="en-GB")
    page.goto("/verify")
    page.evaluate(
        """bytes => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(bytes)], "contract.pdf", { type: "application/pdf" }));
            document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: carried }));
        }""",
        list(sealed["genuine.pdf"].read_bytes()),
    )
    expect(page.locator("#verdict")).to_have_text("The file is genuine", timeout=20_000)
    page.close()


def test_without_scripts_it_says_so(browser: Browser, stack: Stack) -> None:
    """In every language, and what can be done instead."""
    page = browser.new_page(base_url=stack.gateway_url, java_script_enabled=False)
    page.goto("/verify")
    said = page.locator("noscript p")
    expect(said.first).to_be_visible()
    for text, wanted in zip(
        said.all_inner_texts(), ("才能", "needs JavaScript", "必要です", "필요합니다"), strict=True
    ):
        assert wanted in text
    page.close()


def test_nothing_inline_is_allowed(stack: Stack, browser: Browser) -> None:
    """The policy of this page names no exception, so that nothing that is put into it can run."""
    page = browser.new_page(base_url=stack.gateway_url)
    answer = page.goto("/verify")
    assert answer is not None
    assert "unsafe" not in answer.headers["content-security-policy"]
    page.close()
