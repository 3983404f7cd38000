"""``./callboard mail``: the letters in the mailbox of the embedded stack, with their links and codes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import click
from rich.text import Text

from deploy.local import terminal
from deploy.local.home import Home
from deploy.local.mailbox.letters import Letter, Letters
from deploy.local.stack import MAILBOX


@click.command()
@click.argument("address", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON array, with the whole text of each letter.")
def mail(address: str | None, as_json: bool) -> None:
    """List the letters that the local Callboard wrote, with their links and codes; the newest is last.

    ADDRESS lists those to one address only. They never leave this machine: `up` prints where they are shown as pages.
    """
    letters = Letters(Home.from_environment().data(MAILBOX)).all(address)
    if as_json:
        click.echo(json.dumps([_described(letter) for letter in letters], ensure_ascii=False, indent=2))
    elif letters:
        for line in _lines(letters):
            terminal.out.print(line)
    else:
        terminal.say(f"No letters to {address} yet." if address else "No letters yet.")


def _lines(letters: Sequence[Letter]) -> Iterator[Text]:
    """The letters, for people, whole however narrow the terminal is: links and codes stand under the subject."""
    width = max(len(letter.to) for letter in letters)
    for letter in letters:
        received = f"{letter.at.astimezone():%m-%d %H:%M:%S}  "
        yield Text.assemble((received, "dim"), f"{letter.to:{width}}  ", (letter.subject, "bold"))
        found = [(letter.code, "bold green")] if letter.code else []
        for value, style in [*found, *((link, f"cyan link {link}") for link in letter.links)]:
            yield Text.assemble(" " * len(received), (value, style))


def _described(letter: Letter) -> dict[str, object]:
    return {
        "number": letter.number,
        "received_at": letter.at.isoformat(),
        "to": letter.to,
        "from": letter.sender,
        "subject": letter.subject,
        "links": letter.links,
        "code": letter.code,
        "text": letter.text,
    }
