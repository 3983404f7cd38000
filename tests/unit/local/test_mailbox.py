"""The mailbox of the embedded stack: what it keeps, what its pages and `./callboard mail` show, and that a stack runs it."""

import json
import smtplib
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from deploy.demo.by_link import Inbox
from deploy.local import settings
from deploy.local.cli import main
from deploy.local.mailbox import letters as kept
from deploy.local.mailbox.letters import Letters
from deploy.local.mailbox.page import Pages
from deploy.local.stack import Stack
from tests.unit.local.stand_ins import make_stack, until
from tests.unit.local.test_stack import settings_of

LINK = "http://127.0.0.1:8080/sign/Zm9v-_"


def message(
    text: str, html: str | None = None, to: str = "misaki@example.com", subject: str = "『灯影街』の契約書"
) -> bytes:
    """A letter as it comes over the wire."""
    written = EmailMessage()
    written["To"], written["From"], written["Subject"] = to, '"横店灯笼影业" <callboard@localhost>', subject
    written.set_content(text)
    if html is not None:
        written.add_alternative(html, subtype="html")
    return written.as_bytes()


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Letters:
    """An empty mailbox, that of the home in the environment."""
    monkeypatch.setenv("CALLBOARD_HOME", str(tmp_path))
    folder = tmp_path / "mailbox"
    folder.mkdir()
    return Letters(folder)


def test_links_and_the_code_are_found_in_a_letter(box: Letters) -> None:
    """A link ends where its sentence does; a code stands alone in its line, and six digits of a link are none."""
    box.keep(message(f"請看 {LINK}。\n\n  204816\n\nhttps://example.com/123456."))
    letter = box.all("Misaki@Example.com")[0]
    assert letter.links == [LINK, "https://example.com/123456"]
    assert letter.code == "204816"
    assert (letter.to, letter.subject) == ("misaki@example.com", "『灯影街』の契約書")
    assert box.all("nobody@example.com") == []


def test_only_the_newest_letters_are_kept(box: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest gives way, and numbers go on."""
    monkeypatch.setattr(kept, "KEPT", 3)
    numbers = [box.keep(message(str(n))) for n in range(5)]
    assert numbers == [1, 2, 3, 4, 5]
    assert [letter.number for letter in box.all()] == [3, 4, 5]
    assert sorted(path.name for path in box.folder.iterdir()) == ["000003.eml", "000004.eml", "000005.eml"]


def test_pages_show_letters_escaped_with_links_and_codes(box: Letters) -> None:
    """What a letter says is text; its links can be followed, its code is seen in the list."""
    box.keep(message(f"<script>alert(1)</script> {LINK}&x=<b>", subject="<img src=x>"))
    box.keep(message("204816", to="li@example.com"))
    pages = Pages(box)
    page, policy = pages.page("/") or ("", "")
    assert "<script" not in page and "<img" not in page and "&lt;img src=x&gt;" in page
    assert "204816" in page and f'href="{LINK}' in page and "script" not in policy
    of_one, _ = pages.page("/?to=li%40example.com") or ("", "")
    assert "204816" in of_one and LINK not in of_one
    shown, _ = pages.page("/letters/1") or ("", "")
    assert "&lt;script&gt;" in shown and "<script" not in shown and f'<a href="{LINK}&amp;x="' in shown
    assert [pages.page(path) for path in ("/letters/3", "/letters/x", "/../1", "/letters/1/html/")] == [None] * 4


def test_html_is_shown_in_a_frame_that_runs_nothing(box: Letters) -> None:
    """The letter's own page is sandboxed and loads nothing; its links open beside it."""
    box.keep(message("text", f'<html><head></head><body><a href="{LINK}">open</a></body></html>'))
    shown, _ = Pages(box).page("/letters/1") or ("", "")
    assert '<iframe title="The letter" src="/letters/1/html">' in shown
    framed, policy = Pages(box).page("/letters/1/html") or ("", "")
    assert '<base target="_blank">' in framed and LINK in framed
    assert policy.startswith("sandbox ") and "allow-scripts" not in policy and "default-src 'none'" in policy


def test_the_command_lists_letters_with_links_and_codes(box: Letters) -> None:
    """As a table, or as JSON with the whole text; for one address or for all."""
    assert "No letters yet." in CliRunner().invoke(main, ["mail"]).stderr
    box.keep(message(f"{LINK}\n"))
    box.keep(message("204816", to="li@example.com"))
    table = CliRunner().invoke(main, ["mail"]).stdout
    assert LINK in table and "204816" in table and "『灯影街』の契約書" in table
    answer = CliRunner().invoke(main, ["mail", "li@example.com", "--json"])
    (only,) = json.loads(answer.stdout)
    assert (only["to"], only["code"], only["links"], only["text"]) == ("li@example.com", "204816", [], "204816\n")


def test_an_inbox_reads_what_arrives_after_it_was_opened(box: Letters) -> None:
    """An earlier link, or a code before it, is not taken for the new one."""
    box.keep(message("http://127.0.0.1:8080/sign/old"))
    inbox = Inbox(box, "misaki@example.com")
    box.keep(message("111111", to="li@example.com"))
    box.keep(message(LINK))
    box.keep(message("204816"))
    assert (inbox.link("sign"), inbox.code()) == ("Zm9v-_", "204816")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running stack of stand-ins with a mailbox."""
    with make_stack(tmp_path_factory.mktemp("home"), mailbox=True) as running:
        yield running


def test_a_stack_with_a_mailbox_sends_its_letters_there(stack: Stack) -> None:
    """Talent alone is told the mail server, and what it sends is on the page; the folder is the owner's only."""
    assert stack.mailbox_url is not None
    assert "CALLBOARD_SMTP_URL" not in settings_of(stack, "gateway")
    server = urlsplit(settings_of(stack, "talent")["CALLBOARD_SMTP_URL"])
    with smtplib.SMTP("127.0.0.1", server.port or 0, timeout=10) as smtp:
        smtp.sendmail("callboard@localhost", ["misaki@example.com"], message("204816"))
    folder = stack.home.data("mailbox")
    assert [letter.code for letter in Letters(folder).all()] == ["204816"]
    assert folder.stat().st_mode & 0o077 == 0
    with closing(HTTPConnection(urlsplit(stack.mailbox_url).netloc, timeout=10)) as page:
        page.request("GET", "/")
        answer = page.getresponse()
        assert "204816" in answer.read().decode()
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_pages_answer_this_machines_names_only(stack: Stack) -> None:
    """A site whose name was made to lead here reads no codes."""
    with closing(HTTPConnection(urlsplit(str(stack.mailbox_url)).netloc, timeout=10)) as page:
        page.request("GET", "/", headers={"Host": "evil.example"})
        answer = page.getresponse()
        assert (answer.status, b"204816" in answer.read()) == (421, False)


def test_a_letter_that_is_too_large_is_refused(stack: Stack) -> None:
    """The mailbox's folder has a limit."""
    server = urlsplit(settings_of(stack, "talent")["CALLBOARD_SMTP_URL"])
    with smtplib.SMTP("127.0.0.1", server.port or 0, timeout=10) as smtp, pytest.raises(smtplib.SMTPException):
        smtp.sendmail("callboard@localhost", ["misaki@example.com"], b"x: y\r\n\r\n" + b"z\r\n" * 100_000)


def test_the_mailbox_is_restarted_with_its_letters(stack: Stack) -> None:
    """A crash loses nothing."""
    with_one = len(Letters(stack.home.data("mailbox")).all())
    killed = stack.kill("mailbox", 9)
    until(lambda: stack.is_ready("mailbox"))
    assert stack.record("mailbox").pid != killed
    assert len(Letters(stack.home.data("mailbox")).all()) == with_one


def test_a_stack_without_a_mailbox_starts_none(tmp_path: Path) -> None:
    """Nothing is set, nothing is shown: the tests' and the benchmark's stacks are as they were."""
    with make_stack(tmp_path) as plain:
        assert plain.mailbox_url is None
        assert "CALLBOARD_SMTP_URL" not in settings_of(plain, "talent")


@pytest.mark.parametrize("name", ["CALLBOARD_SMTP_URL", "CALLBOARD_SMTP_URL_FILE", "CALLBOARD_POST_WEBHOOK_URL"])
def test_a_mail_server_of_the_users_own_is_kept(name: str) -> None:
    """Whoever configured how letters are sent gets no mailbox."""
    assert settings.letters_go_elsewhere({name: "smtps://mail.example.com"})
    assert not settings.letters_go_elsewhere({"CALLBOARD_MAIL_FROM": "a@example.com", name: ""})
