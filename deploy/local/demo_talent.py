"""``./callboard demo talent``: from an open call to sealed contracts, five people in five languages, told as a timeline."""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from deploy.demo import by_link, casting, engagement, files, onboarding, timeline
from deploy.demo.casting import Part
from deploy.demo.desk import Desk
from deploy.demo.memory import Memory
from deploy.demo.timeline import Steps
from deploy.local import terminal
from deploy.local.credentials import Credentials
from deploy.local.errors import StackError
from deploy.local.mailbox.letters import Letters
from deploy.local.stack import Stack

PRODUCTION = "lantern"
TITLE = {"zh": "灯影街", "en": "Lantern Street"}


class NotSealed(StackError):
    """What should be a sealed PDF is not one."""


class NoMailbox(StackError):
    """Letters go elsewhere, where this cannot read them."""


def run(stack: Stack, out: Console, folder: Path, with_links: bool) -> None:
    """Tell the story and write the PDFs into `folder`; raises StackError when a step is refused or an effect is missing.

    The performers sign by the links and codes in the stack's mailbox. Without one the studio enters their signatures at its desk,
    or, `with_links`, NoMailbox is raised.
    """
    letters = by_link.letters_of(stack)
    if with_links and letters is None:
        raise NoMailbox("this stack has no mailbox: letters go to the mail server or webhook of your settings")
    today = datetime.now(UTC).date()
    alliance = files.load(today=today)
    with ExitStack() as closing:
        memory = Memory(Credentials(stack.home.credentials))
        with terminal.progress("Loading the demo alliance") as report:
            desks = onboarding.admit_studios(stack, alliance, memory, closing)
            report("studios", "ready")
            people = onboarding.register_people(alliance, desks, memory, today)
            report("people", "ready")
        desk = desks[alliance.productions[PRODUCTION].studio]
        parts = [
            Part(contract, alliance.people[contract.person], people[contract.person])
            for contract in alliance.contracts.values()
            if contract.production == PRODUCTION and contract.grants  # those who are seen on screen
        ]
        tell(out, desk, parts, alliance.productions[PRODUCTION].base_place, today, folder, letters)


def tell(
    out: Console, desk: Desk, parts: list[Part], place: str, today: date, folder: Path, letters: Letters | None = None
) -> None:
    """The story of a production's casting, role by role."""
    days = casting.free_days(desk, parts, today)
    production_id = casting.open_production(desk, TITLE, place, days)
    names = " ".join(TITLE.values())
    timeline.heading(out, f"Casting {names}", desk.studio.name, f"shooting {days[0]} – {days[-1]}, {place}")
    folder.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(parts):
        _tell_part(out, desk, part, (production_id, days, place, 1 + number), today, folder, letters)
    out.print()
    out.print(Text(f"{len(parts)} contracts sealed; the PDFs are in {folder}", "bold green"))


def _tell_part(
    out: Console,
    desk: Desk,
    part: Part,
    plan: tuple[str, tuple[date, ...], str, int],
    today: date,
    folder: Path,
    letters: Letters | None,
) -> None:
    production_id, days, place, hour = plan
    began, steps, person = time.monotonic(), Steps(out), part.person

    def since() -> int:
        return round((time.monotonic() - began) * 1000)

    out.print()
    steps.step(None, "call", f"{part.contract.role}")
    role_id = casting.call_for(desk, production_id, part, days, today)
    chosen = casting.cast(desk, role_id, part, days, place, hour, today)
    met = [term["why"].rstrip(".") for term in chosen.match["terms"] if term["verdict"] == "met"]
    languages = ", ".join(f"{language.tag} {language.level or ''}".strip() for language in person.languages)
    steps.step(
        since(), "match", f"{person.names.legal} ({languages}) fits {chosen.match['score']} of 100: {'; '.join(met)}"
    )
    steps.step(since(), "audition", f"{chosen.audition['local_time']} in {place}, confirmed; the days are held")
    view = engagement.sign(desk, chosen.contract_id, part.contract, person, today, letters)
    signed = " and ".join(f"{p['key']} at {p['signature']['local_time']}" for p in view["parties"])
    how = f"; {person.names.legal} by link and code, sent to {person.contact.email}" if letters else ""
    steps.step(since(), "signed", signed + how, "green")
    desk.casting.wait(
        f"/v1/people/{part.person_id}/availability",
        lambda seen: any(booking["contract_id"] == chosen.contract_id for booking in seen["bookings"]),
        since=str(days[0]),
        until=str(days[-1]),
    )
    steps.step(
        since(), "calendar", f"{len(days)} days booked; for every other studio {person.names.legal} is busy", "green"
    )
    sealed = _sealed(desk, chosen.contract_id)
    path = folder / f"{part.contract.key}.pdf"
    path.write_bytes(sealed)
    steps.step(since(), "sealed", f"{path.name}, {len(sealed) // 1024} KB", "green")


def _sealed(desk: Desk, contract_id: str, seconds: float = 20) -> bytes:
    """The sealed PDF, as soon as it is there."""
    deadline = time.monotonic() + seconds
    while True:
        answer = desk.legal.request("GET", f"/v1/contracts/{contract_id}/sealed.pdf")
        if answer.ok and answer.content.startswith(b"%PDF-"):
            return answer.content
        if time.monotonic() > deadline:
            raise NotSealed(f"contract {contract_id} is not sealed after {seconds:g} s: {answer.status_code}")
        time.sleep(0.05)
