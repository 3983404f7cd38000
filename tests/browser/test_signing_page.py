"""The signer's page on a phone, in a real browser: from the letter's link and code, read from a real mail server, to signed."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.local.client import Client
from deploy.local.mailbox.letters import Letters
from deploy.local.stack import Stack
from tests import examples
from tests.browser.phones import CHROMIUM, latest, phone, shown
from tests.examples import EXAMPLES

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian package chromium)")
MISAKI = "misaki@example.com"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def sent(producer: Client, email: str, language: str) -> Any:
    """A contract with a replica consent, out to a performer by link and to the studio at its desk."""
    production = producer.post("/v1/productions", EXAMPLES["register_production"])["production_id"]
    person = producer.post("/v1/people", {**examples.person(), "names": {"legal": "佐藤 美咲"}})["person_id"]
    body = examples.contract(production, person)
    body["terms"]["consents"] = {"dubbing": True, "replica": True, "replica_uses": "Wide shots of the banquet."}
    drafted = producer.post("/v1/contracts", body)
    recipient = {"key": "performer", "name": "佐藤 美咲", "email": email, "language": language}
    return producer.post(
        f"/v1/contracts/{drafted['contract_id']}/dispatch", {**examples.dispatch(), "recipients": [recipient]}
    )


def check_evidence(producer: Client, contract: Any) -> None:
    """The contract waits for the studio, and everything is on record."""
    now = producer.get(f"/v1/contracts/{contract['contract_id']}")
    assert (now["state"], now["next_party"]) == ("partially_signed", "studio")
    signature = producer.get(f"/v1/contracts/{contract['contract_id']}/evidence")["signatures"][0]
    assert (signature["name"], signature["email"], signature["time_zone"]) == ("佐藤 美咲", MISAKI, "Asia/Tokyo")
    assert signature["initials"] == [{"clause": "replica", "initials": "M.S."}]
    assert (signature["consent"], signature["consent_language"]) == ("esign/1", "ja") and signature["verified_at"]
    (performer,) = producer.get(f"/v1/contracts/{contract['contract_id']}/recipients")["recipients"][:1]
    assert [(q["wish"], q["text"]) for q in performer["questions"]] == [("change", "初日を12月3日にできますか。")]


def come_in(page: Page, contract: Any, mailbox: Letters) -> None:
    """Read who sends what until when, have a code sent, and give it as a Japanese keyboard writes it."""
    expect(page.get_by_role("heading", level=1)).to_have_text("契約書が届いています")
    expect(page.get_by_text("m•••@example.com")).to_be_visible()
    for told in ("横店晨光影业", contract["terms"]["role"], "署名期限", "JST"):
        expect(page.locator("#about")).to_contain_text(told)
    assert page.title().startswith("契約書が届いています · ")
    shown(page, "1-door")
    seen = len(mailbox.all(MISAKI))
    page.get_by_role("button", name="確認コードを送る").tap()
    expect(page.get_by_role("status")).to_contain_text("10分間有効です")
    expect(page.get_by_role("button", name="契約書を開く")).to_be_disabled()
    code = latest(mailbox, MISAKI, r"^(\d{6})$", seen)
    page.get_by_label("メールに記載の確認コード").fill(f" {code[:3].translate(WIDE)} {code[3:]}")
    shown(page, "2-code")
    page.get_by_role("button", name="契約書を開く").tap()
    expect(page.locator("#production")).to_be_focused()
    expect(page.locator("#summary")).to_contain_text("契約書の英語の条文が優先します")
    expect(page.locator("#points")).to_contain_text("出演者は")
    expect(page.locator("#progress")).to_contain_text("制作会社")


def propose(page: Page) -> None:
    """Ask the studio for a change: it cannot be sent before it is written."""
    page.get_by_text("質問する・変更を提案する").tap()
    send = page.get_by_role("button", name="制作会社に送る")
    expect(send).to_be_disabled()
    page.get_by_label("ご用件").select_option("change")
    page.get_by_label("内容", exact=True).fill("初日を12月3日にできますか。")
    send.tap()
    expect(page.get_by_text("制作会社に送信しました")).to_be_visible()


def agree(page: Page) -> None:
    """Agree in the language that was read: in another, it is agreed to anew. Nothing can be signed before everything is there."""
    sign = page.get_by_role("button", name="署名する", exact=True)
    page.get_by_label("お名前").first.fill("佐藤 美咲")
    expect(sign).to_be_disabled()
    page.get_by_role("checkbox").check()
    page.locator("#language").select_option("ko")
    expect(page.locator("#consent-text")).to_contain_text("본인은 계약 전문을 읽었으며")
    expect(page.locator("#points")).to_contain_text("배우는")
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    page.locator("#language").select_option("ja")
    expect(page.locator("#consent-text")).to_contain_text("私は本契約の全文を読み")
    expect(sign).to_be_disabled()
    page.get_by_role("checkbox").check()


def check_sealed(browser: Browser, link: str, mailbox: Letters) -> None:
    """The letter that tells of the last signature leads to the sealed PDF."""
    seen = len(mailbox.all(MISAKI))
    with phone(browser) as context:
        page = context.new_page()
        page.goto(link)
        page.get_by_role("button", name="確認コードを送る").tap()
        page.get_by_label("メールに記載の確認コード").fill(latest(mailbox, MISAKI, r"^(\d{6})$", seen))
        page.get_by_role("button", name="契約書を開く").tap()
        expect(page.get_by_role("heading", name="契約が締結されました")).to_be_focused()
        shown(page, "8-executed")
        with page.expect_download() as download:
            page.get_by_role("link", name="契約書をダウンロード").tap()
        assert b"/ByteRange" in Path(download.value.path()).read_bytes()


def test_a_performer_signs_on_a_phone_in_japanese(
    browser: Browser, stack: Stack, producer: Client, mailbox: Letters
) -> None:
    """Link, code, reading, initials, consent, signature: then a second phone with the same link is refused."""
    contract = sent(producer, MISAKI, "ja")
    link = latest(mailbox, MISAKI, r"^(http://\S+/sign/\S+)$")
    with phone(browser) as context:
        page = context.new_page()
        strangers, errors = list[str](), list[str]()
        page.on("request", lambda r: None if r.url.startswith(stack.gateway_url) else strangers.append(r.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(link)
        come_in(page, contract, mailbox)
        expect(page.get_by_text("Digital replica", exact=True)).to_be_visible()
        expect(page.get_by_text("consents to a digital replica")).to_be_visible()
        page.get_by_role("button", name="中英対訳").tap()
        expect(page.get_by_text("数字替身", exact=True)).to_be_visible()
        expect(page.get_by_text("制作和使用其数字替身")).to_be_visible()
        shown(page, "3-contract")
        initials = page.get_by_label("この条項にイニシャルを記入")
        initials.fill("M.S.")
        page.reload()
        expect(initials).to_have_value("M.S.")  # an unfinished signing is resumed
        propose(page)
        agree(page)
        shown(page, "4-signing")
        page.get_by_role("button", name="署名する", exact=True).tap()
        expect(page.get_by_role("heading", name="署名が完了しました")).to_be_visible()
        shown(page, "5-signed")
        with page.expect_download() as download:
            page.get_by_role("link", name="契約書をダウンロード").tap()
        assert download.value.suggested_filename == "Contract_A Promise in Dragon City_佐藤 美咲_unsigned.pdf"
        assert (strangers, errors) == ([], [])
    check_evidence(producer, contract)
    with phone(browser) as stranger:
        page = stranger.new_page()
        page.goto(link)
        expect(page.get_by_role("heading", name="このリンクは使用済みです")).to_be_visible()
        shown(page, "6-elsewhere")
        seen = len(mailbox.all(MISAKI))
        page.get_by_role("button", name="新しいリンクを送る").tap()
        assert latest(mailbox, MISAKI, r"^(http://\S+/sign/\S+)$", seen) != link
    seen = len(mailbox.all(MISAKI))
    done = producer.post(f"/v1/contracts/{contract['contract_id']}/signatures", examples.signature(contract, "studio"))
    assert done["state"] == "executed"
    check_sealed(browser, latest(mailbox, MISAKI, r"^(http://\S+/sign/\S+)$", seen), mailbox)


@pytest.mark.parametrize(
    ("language", "title", "decline", "confirm", "declined"),
    [
        ("zh", "您有一份合同", "拒绝签署", "确认拒绝", "已拒绝"),
        ("en", "A contract is waiting for you", "I do not want to sign", "Decline", "You declined"),
        ("ko", "계약서가 도착했습니다", "서명하지 않겠습니다", "거절하기", "거절했습니다"),
    ],
)
def test_a_performer_declines_in_every_other_language(
    browser: Browser,
    producer: Client,
    mailbox: Letters,
    language: str,
    title: str,
    decline: str,
    confirm: str,
    declined: str,
) -> None:
    """The page speaks the recipient's language whatever the phone's is; a wrong code is said, the right one opens."""
    email = f"{language}@example.com"
    contract = sent(producer, email, language)
    link = latest(mailbox, email, r"^(http://\S+/sign/\S+)$")
    with phone(browser, "th-TH", "Asia/Bangkok") as context:
        page = context.new_page()
        page.goto(link)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        seen = len(mailbox.all(email))
        page.locator("#send-code").tap()
        code = latest(mailbox, email, r"^(\d{6})$", seen)
        page.locator("#code").fill(f"{(int(code) + 1) % 10**6:06d}")
        page.locator("#code-form button").tap()
        expect(page.get_by_role("alert")).to_be_visible()
        page.locator("#code").fill(code)
        page.locator("#code-form button").tap()
        page.get_by_text(decline, exact=True).tap()
        page.locator("#reason").fill("Other engagement")
        shown(page, f"7-decline-{language}")
        page.get_by_role("button", name=confirm, exact=True).tap()
        expect(page.get_by_role("heading", name=declined)).to_be_visible()
    assert producer.get(f"/v1/contracts/{contract['contract_id']}")["state"] == "declined"


def test_a_signature_that_the_studio_entered_is_disputed_on_a_phone(
    browser: Browser, producer: Client, mailbox: Letters
) -> None:
    """The letter leads to what was entered and why; the person says that it is not theirs, and contract and evidence show it."""
    email = "entered@example.com"
    production = producer.post("/v1/productions", EXAMPLES["register_production"])["production_id"]
    person = {**examples.person(), "names": {"legal": "佐藤 美咲"}, "contact": {"email": email}}
    person["languages"] = [{"tag": "ja", "level": "native"}]
    person_id = producer.post("/v1/people", person)["person_id"]
    path = f"/v1/contracts/{producer.post('/v1/contracts', examples.contract(production, person_id))['contract_id']}"
    sent = producer.post(f"{path}/dispatch", examples.at_desk())
    producer.post(f"{path}/signatures", {**examples.signature(sent, "performer"), "name": "佐藤美咲"})
    link = latest(mailbox, email, r"^(http://\S+/sign/\S+)$")
    with phone(browser) as context:
        page = context.new_page()
        page.goto(link)
        seen = len(mailbox.all(email))
        page.get_by_role("button", name="確認コードを送る").tap()
        page.get_by_label("メールに記載の確認コード").fill(latest(mailbox, email, r"^(\d{6})$", seen))
        page.get_by_role("button", name="契約書を開く").tap()
        entered = page.get_by_role("region", name="制作会社があなたの署名を登録しました")
        expect(entered).to_contain_text("Signed on paper at the studio.")
        expect(page.get_by_role("heading", name="署名が完了しました")).to_be_hidden()
        shown(page, "7-entered")
        page.get_by_label("署名していない場合は、事情をお書きください").fill("契約書を見たことがありません。")
        page.get_by_role("button", name="これは私の署名ではありません").tap()
        expect(entered).to_contain_text("ご自身のものではないと申し立てました")
        expect(page.get_by_role("button", name="これは私の署名ではありません")).to_be_hidden()
        shown(page, "8-disputed")
    assert producer.get(path)["disputed"] is True
    assert producer.get(f"{path}/evidence")["signatures"][0]["dispute"] == "契約書を見たことがありません。"


def test_another_name_is_asked_about_once_on_a_phone(browser: Browser, producer: Client, mailbox: Letters) -> None:
    """The page says what is wrong in the reader's language, and takes the name when it is confirmed."""
    email = "mickey@example.com"
    contract = sent(producer, email, "ja")
    link = latest(mailbox, email, r"^(http://\S+/sign/\S+)$")
    with phone(browser) as context:
        page = context.new_page()
        page.goto(link)
        seen = len(mailbox.all(email))
        page.get_by_role("button", name="確認コードを送る").tap()
        page.get_by_label("メールに記載の確認コード").fill(latest(mailbox, email, r"^(\d{6})$", seen))
        page.get_by_role("button", name="契約書を開く").tap()
        page.get_by_label("この条項にイニシャルを記入").fill("M.M.")
        page.get_by_label("お名前").first.fill("Mickey Mouse")
        page.locator("#consent").check()
        page.get_by_role("button", name="署名する", exact=True).tap()
        expect(page.get_by_text("登録されているお名前と一致しません")).to_be_visible()
        page.get_by_label("登録と異なりますが、これが私の名前です").check()
        shown(page, "9-another-name")
        page.get_by_role("button", name="署名する", exact=True).tap()
        expect(page.get_by_role("heading", name="署名が完了しました")).to_be_visible()
    signed = producer.get(f"/v1/contracts/{contract['contract_id']}")["parties"][0]["signature"]
    assert (signed["name_differs"], signed["authentication"]) == (True, "link_and_code")
