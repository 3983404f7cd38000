"""`./callboard demo talent --by-link`, on a platform with a mailbox: what the performers sign, they sign by their own letters."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from deploy.local import demo_talent
from deploy.local.mailbox.letters import Letters
from deploy.local.stack import Stack


def test_the_performers_sign_by_link_and_code(stack: Stack, mailbox: Letters, tmp_path: Path) -> None:
    """Each of the five gets a letter with a link, a code, and the executed contract; five PDFs are sealed."""
    told = StringIO()
    demo_talent.run(stack, Console(file=told, width=200), tmp_path, with_links=True)
    assert told.getvalue().count("by link and code, sent to") == 5
    assert len([pdf for pdf in tmp_path.iterdir() if pdf.read_bytes().startswith(b"%PDF-")]) == 5
    letters = mailbox.all("misaki.sato@example.org")
    assert letters[0].sender == "横店灯笼影业 Hengdian Lantern Pictures via Callboard <callboard@localhost>"
    assert [bool(letter.code) for letter in letters] == [False, True, False]
