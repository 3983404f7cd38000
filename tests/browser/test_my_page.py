"""A performer's own page on a phone, in a real browser: from the letter's link and code to a role, an offer and payments."""

from datetime import date, timedelta
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
LINK, CODE = r"^(http://\S+/my/\S+)$", r"^(\d{6})$"


def performer(producer: Client, email: str) -> str:
    """Somebody from Japan with an agent, on file."""
    file = {**examples.person(), "names": {"legal": "佐藤 美咲"}, "nationality": "JP", "contact": {"email": email}}
    languages = [{"tag": "ja", "level": "native"}, {"tag": "zh", "level": "B1"}]
    return str(producer.post("/v1/people", {**file, "languages": languages})["person_id"])


def called(producer: Client, production: str) -> str:
    """A role with an open call; its id."""
    described = {**EXAMPLES["describe_role"], "production_id": production}
    role = str(producer.post("/v1/roles", described)["role_id"])
    producer.post(f"/v1/roles/{role}/call", {"kind": "open", "deadline": str(date.today() + timedelta(days=30))})
    return role


def paid(producer: Client, production: str, person: str) -> str:
    """An executed contract of which the studio says that it paid the first two instalments; its id."""
    contract = producer.post("/v1/contracts", examples.contract(production, person))
    path = f"/v1/contracts/{contract['contract_id']}"
    contract = producer.post(f"{path}/dispatch", examples.at_desk())
    for party in ("performer", "studio"):
        producer.post(f"{path}/signatures", {**examples.signature(contract, party), "name": "佐藤 美咲"})
    for number in (1, 2):
        due = producer.get(f"{path}/instalments")["instalments"][number - 1]["instalment"]
        payment = {"instalment": number, "amount": due["amount"], "currency": due["currency"]}
        today = {"paid_on": str(date.today()), "reference": f"Bank of Dongyang 041{number}"}
        producer.post(f"{path}/payments", {**payment, **today})
    return str(contract["contract_id"])


def invited(producer: Client, mailbox: Letters, person: str, email: str, **given: Any) -> str:
    """The link in the letter of an invitation."""
    seen = len(mailbox.all(email))
    producer.post(f"/v1/people/{person}/portal-invitations", {"reader": "person", **given})
    return latest(mailbox, email, LINK, seen)


def come_in(page: Page, link: str, mailbox: Letters, email: str) -> None:
    """Open the link, have a code sent, and give it."""
    page.goto(link)
    seen = len(mailbox.all(email))
    page.locator("#send-code").tap()
    page.locator("#code").fill(latest(mailbox, email, CODE, seen))
    page.locator("#code-form button").tap()


def offered(producer: Client, role: str) -> str:
    """The submission for a role, shortlisted and offered the example's terms; its id."""
    (made,) = producer.get("/v1/submissions", role_id=role)["items"]
    path = f"/v1/submissions/{made['submission_id']}"
    producer.post(f"{path}/selection", {"rating": 2, "note": "Wooden."})
    days = [str(date.today() + timedelta(days=60 + n)) for n in range(3)]
    producer.post(f"{path}/offer", {**EXAMPLES["make_offer"], "work_dates": days})
    return str(made["submission_id"])


def watched(page: Page, stack: Stack) -> list[str]:
    """What goes wrong on a page, and what it asks of other hosts."""
    wrong = list[str]()
    page.on("request", lambda r: None if r.url.startswith(stack.gateway_url) else wrong.append(r.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    return wrong


def stand_for(page: Page, role: str) -> None:
    """Read what a role asks for, and stand for it."""
    call = page.get_by_role("article").filter(has_text=role)
    call.get_by_text("適合度").tap()
    expect(call.get_by_text("zh from B1")).to_be_visible()
    shown(page, "my-2-calls")
    call.get_by_role("button", name="この役に応募する").tap()
    expect(call.get_by_text("応募済み")).to_be_visible()


def take_offer(page: Page) -> None:
    """Read the offer as the contract would say it, and take it; nothing is seen of what the studio noted."""
    page.get_by_role("button", name="応募状況").tap()
    mine = page.locator("#list-submissions").get_by_role("article")
    expect(mine.get_by_text("オファーが届いています")).to_be_visible()
    expect(page.get_by_text("Wooden.")).to_have_count(0)
    expect(mine.get_by_role("button", name="オファーを受ける")).to_have_count(0)  # not before it is read
    mine.get_by_role("button", name="オファーの全文を読む").tap()
    expect(mine.get_by_role("listitem").first).to_be_visible()
    shown(page, "my-3-offer")
    mine.get_by_role("button", name="オファーを受ける").tap()
    expect(mine.get_by_text("オファーを受諾")).to_be_visible()


def answer_payments(page: Page) -> None:
    """Confirm the first, and dispute the second."""
    page.get_by_role("button", name="お支払い", exact=True).tap()
    first, second = (page.locator(".payment").filter(has_text=f"Bank of Dongyang 041{n}") for n in (1, 2))
    first.get_by_role("button", name="受け取りました").tap()
    expect(first.get_by_text("受領を確認済み")).to_be_visible()
    second.get_by_text("届いていない・金額が違う").tap()
    expect(second.get_by_role("button", name="異議を申し立てる")).to_be_disabled()  # not without a reason
    second.get_by_label("理由").fill("口座に入金がありません。")
    second.get_by_role("button", name="異議を申し立てる").tap()
    expect(second.get_by_text("異議あり")).to_be_visible()
    shown(page, "my-4-pay")


def read_records(page: Page) -> None:
    """Own contracts as far as they are, the sealed one as a PDF, the days that it books, and all data on paper."""
    page.get_by_role("button", name="契約・データ").tap()
    signed = page.locator("#list-contracts").get_by_role("article").filter(has_text="締結済み")
    expect(signed).to_have_count(1)  # a draft is not shown
    expect(page.locator("#days")).to_contain_text("A Promise in Dragon City")
    shown(page, "my-8-records")
    for name in ("契約書をダウンロード（PDF）", "すべてのデータをダウンロード（PDF）"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).tap()
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def test_a_performer_uses_their_page_on_a_phone_in_japanese(
    browser: Browser, stack: Stack, producer: Client, mailbox: Letters
) -> None:
    """Link, code, a role, an offer that is read and taken, one payment confirmed and another disputed: all on record as theirs."""
    email = "misaki.page@example.com"
    production = producer.post("/v1/productions", EXAMPLES["register_production"])["production_id"]
    person = performer(producer, email)
    role, contract = called(producer, production), paid(producer, production, person)
    link = invited(producer, mailbox, person, email)
    with phone(browser) as context:
        page = context.new_page()
        wrong = watched(page, stack)
        page.goto(link)
        expect(page.get_by_role("heading", level=1)).to_have_text("専用ページ")
        expect(page.get_by_text("m•••@example.com")).to_be_visible()
        shown(page, "my-1-door")
        come_in(page, link, mailbox, email)
        expect(page.get_by_role("heading", level=1)).to_have_text("佐藤 美咲")
        expect(page.locator("#studio")).to_have_text("横店晨光影业")
        stand_for(page, "Han Seo-yeon, the heiress")
        submission = offered(producer, role)
        page.reload()
        take_offer(page)
        answer_payments(page)
        read_records(page)
        assert wrong == []
    evidence = producer.get(f"/v1/contracts/{contract}/payments")["payments"]
    assert [(e["payment"]["state"], e["payment"]["answered_by"], e["reason"]) for e in evidence] == [
        ("confirmed", "person", None),
        ("disputed", "person", "口座に入金がありません。"),
    ]
    made = producer.get(f"/v1/submissions/{submission}")
    assert (made["by"], made["person_id"], made["state"]) == ("person", person, "contracted")
    with phone(browser) as stranger:
        page = stranger.new_page()
        page.goto(link)
        expect(page.get_by_role("heading", name="このリンクは使用済みです")).to_be_visible()


def test_an_agent_answers_an_audition(browser: Browser, producer: Client, mailbox: Letters) -> None:
    """By a link of their own, in English, at the address on the person's file."""
    agency = "desk@bluecrane.example"
    production = producer.post("/v1/productions", EXAMPLES["register_production"])["production_id"]
    person, role = performer(producer, "agented.page@example.com"), called(producer, production)
    submission = producer.post(f"/v1/roles/{role}/submissions", {"person_id": person, "by": "agent"})
    producer.post(f"/v1/submissions/{submission['submission_id']}/selection", {"rating": 5})
    starts = [f"{date.today() + timedelta(days=40)}T0{hour}:00:00Z" for hour in (1, 2)]
    planned = producer.post(f"/v1/roles/{role}/auditions", {**EXAMPLES["plan_audition"], "slots": starts})
    producer.post(f"/v1/auditions/{planned['audition_id']}/filling")
    link = invited(producer, mailbox, person, agency, reader="agent")
    with phone(browser, "en-GB", "Europe/London") as context:
        page = context.new_page()
        come_in(page, link, mailbox, agency)
        expect(page.get_by_text("You are using this page as the agent.")).to_be_visible()
        page.get_by_role("button", name="My submissions").tap()
        expected = page.locator("#list-auditions").get_by_role("article")
        expect(expected.get_by_text("Hengdian, Studio 4")).to_be_visible()
        expected.get_by_role("button", name="I will come").tap()
        expect(expected.get_by_text("Confirmed", exact=True)).to_be_visible()
        shown(page, "my-7-agent")
    slots = producer.get(f"/v1/auditions/{planned['audition_id']}")["slots"]
    assert [slot["state"] for slot in slots] == ["confirmed", "open"]


@pytest.mark.parametrize(
    ("language", "title", "forward", "submitted", "withdraw", "withdrawn"),
    [
        ("zh", "您的个人页面", "我要报名", "已报名", "退出报名", "已退出"),
        ("en", "Your own page", "Apply for this role", "Submitted", "Withdraw from this role", "Withdrawn"),
        ("ko", "개인 페이지", "이 배역에 지원하기", "지원 완료", "지원 철회", "지원 철회"),
    ],
)
def test_the_page_speaks_every_other_language(
    browser: Browser,
    producer: Client,
    mailbox: Letters,
    language: str,
    title: str,
    forward: str,
    submitted: str,
    withdraw: str,
    withdrawn: str,
) -> None:
    """The one of the invitation, whatever the phone's is: somebody stands for a role, and withdraws."""
    email = f"{language}.page@example.com"
    production = producer.post("/v1/productions", EXAMPLES["register_production"])["production_id"]
    person, role = performer(producer, email), called(producer, production)
    link = invited(producer, mailbox, person, email, language=language)
    with phone(browser, "th-TH", "Asia/Bangkok") as context:
        page = context.new_page()
        page.goto(link)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        come_in(page, link, mailbox, email)
        call = page.get_by_role("article").first  # the newest comes first
        expect(call).to_be_visible()
        shown(page, f"my-5-calls-{language}")
        call.get_by_role("button", name=forward).tap()
        expect(call.get_by_text(submitted, exact=True)).to_be_visible()
        page.locator("[data-tab=mine]").tap()
        mine = page.locator("#list-submissions").get_by_role("article")
        mine.locator("summary").tap()
        mine.get_by_role("button").tap()
        expect(mine.locator(".state").first).to_have_text(withdrawn)
        shown(page, f"my-6-mine-{language}")
    (made,) = producer.get("/v1/submissions", role_id=role)["items"]
    assert (made["state"], made["by"]) == ("withdrawn", "person")
