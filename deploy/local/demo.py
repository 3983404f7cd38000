"""``./callboard demo``: the story of a signed contract, through the public API only, as the studios would do it.

The alliance of ``deploy/demo`` is brought onto the platform once; every run draws up its contracts anew.
"""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from datetime import UTC, date, datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from deploy.demo import by_link, effects, engagement, files, onboarding, proof, timeline
from deploy.demo.alliance import Alliance, Contract, on
from deploy.demo.desk import Desk
from deploy.demo.effects import Effects, milliseconds
from deploy.demo.engagement import Signed
from deploy.demo.memory import FILE, Memory
from deploy.demo.onboarding import Desks
from deploy.demo.timeline import Steps
from deploy.local import terminal
from deploy.local.client import Client
from deploy.local.credentials import Credentials
from deploy.local.errors import StackError
from deploy.local.stack import Stack


class FindingLeftOpen(StackError):
    """A rule still objects to a booking at the end of the story."""


def run(stack: Stack, out: Console) -> None:
    """Tell the story; raises StackError when an effect is missing, comes twice, or the ledger's proof does not hold."""
    today = datetime.now(UTC).date()
    alliance = files.load(today=today)
    with ExitStack() as closing:
        demo = _Demo(stack, out, alliance, today, closing)
        timeline.show_alliance(out, alliance, today)
        others = demo.sign_the_others()
        told = demo.tell_the_story()
        demo.count([*others, told])
        demo.verify(told)
        demo.show_what_to_try(told)


class _Demo:
    """One run, after the alliance has been brought onto the platform."""

    def __init__(self, stack: Stack, out: Console, alliance: Alliance, today: date, closing: ExitStack) -> None:
        self._out = out
        self._stack = stack
        self._alliance = alliance
        self._today = today
        self._credentials = Credentials(stack.home.credentials)
        self._memory = Memory(self._credentials)
        self._letters = by_link.letters_of(stack)
        with terminal.progress("Loading the demo alliance") as report:
            self._desks: Desks = onboarding.admit_studios(stack, alliance, self._memory, closing)
            report("studios", "ready")
            self._people = onboarding.register_people(alliance, self._desks, self._memory, today)
            report("people", "ready")
            self._productions = onboarding.open_productions(alliance, self._desks, self._memory, today)
            report("productions", "ready")
            self._make_room()
            report("schedules", "ready")

    def _make_room(self) -> None:
        """Take back what an earlier run left: its bookings, and the permit that the story begins without."""
        for contract in self._alliance.contracts.values():
            engagement.make_room(self._desk(contract), contract, self._memory)
        told = self._alliance.contracts[self._alliance.story.contract]
        number = self._alliance.story.permit.number
        engagement.revoke_permit(self._desk(told), self._people[told.person], number)

    def _desk(self, contract: Contract) -> Desk:
        return self._desks[self._alliance.studio_of(contract).key]

    def _engage(self, contract: Contract) -> Signed:
        person = self._alliance.people[contract.person]
        ids = self._productions[contract.production], self._people[contract.person]
        return engagement.engage(self._desk(contract), contract, person, ids, self._memory, self._today, self._letters)

    def sign_the_others(self) -> list[Signed]:
        """Sign every contract but the story's, and show the effects."""
        contracts = [each for each in self._alliance.contracts.values() if each.key != self._alliance.story.contract]
        signed = []
        with terminal.progress("Signing the contracts of the season") as report:
            for contract in contracts:
                signed.append(self._engage(contract))
                report(contract.key, "ready")
            seen = [effects.wait_for(self._desk(each.contract), each) for each in signed]
        people = [self._alliance.people[each.contract.person] for each in signed]
        timeline.show_engagements(self._out, list(zip(signed, people, seen, strict=True)))
        return signed

    def tell_the_story(self) -> Signed:
        """Sign the story's contract and follow it: effects, the finding, the permit, the release."""
        contract, permit = self._alliance.contracts[self._alliance.story.contract], self._alliance.story.permit
        person, desk, steps = self._alliance.people[contract.person], self._desk(contract), Steps(self._out)
        names = " ".join(filter(None, (person.names.legal, person.names.stage, person.names.chinese)))
        timeline.heading(self._out, f"The story of {names}", contract.role, timeline.fee_of(contract))
        signed = self._engage(contract)
        seen = effects.wait_for(desk, signed)
        finding = effects.wait_for_finding(desk, signed, "open")
        held = effects.wait_for_booking(desk, signed, "on_hold")
        steps.step(None, "signed", f"the last of {', '.join(signed.signers)}")
        self._show_effects(steps, signed, seen)
        steps.step(
            milliseconds(signed.signed_at, finding["opened_at"]),
            "finding",
            f"{finding['severity']} {finding['rule']}: {finding['reason']}",
            "yellow",
        )
        steps.step(milliseconds(signed.signed_at, held["changed_at"]), "schedule", "the booking is on hold", "yellow")
        recorded = onboarding.record_permit(desk.casting, signed.person_id, permit, self._today)
        closed = effects.wait_for_finding(desk, signed, "closed")
        released = effects.wait_for_booking(desk, signed, "confirmed")
        since = datetime.fromisoformat(recorded["recorded_at"])
        until = f"{recorded['valid_from']} – {recorded['valid_until']}"
        steps.step(None, "permit", f"{recorded['number']} is recorded: {until}, {_places(recorded)}")
        steps.step(milliseconds(since, closed["closed_at"]), "finding", "is closed", "green")
        steps.step(milliseconds(since, released["changed_at"]), "schedule", "the booking is confirmed again", "green")
        return signed

    def _show_effects(self, steps: Steps, signed: Signed, seen: Effects) -> None:
        days = seen.booking["days"]
        steps.step(
            milliseconds(signed.signed_at, seen.entry["appended_at"]),
            "ledger",
            f"entry {seen.entry['index']}: {seen.entry['type']}",
            "green",
        )
        steps.step(
            milliseconds(signed.signed_at, seen.booking["booked_at"]),
            "schedule",
            f"{len(days)} days booked, {days[0]} – {days[-1]}, {_places(seen.booking)}",
            "green",
        )
        for registered in seen.rights:
            grants = registered["grants"]
            territories = dict.fromkeys(territory for grant in grants for territory in grant["territories"])
            steps.step(
                milliseconds(signed.signed_at, registered["registered_at"]),
                "rights",
                f"{len(grants)} grants registered for {', '.join(territories)}",
                "green",
            )

    def count(self, signed: list[Signed]) -> None:
        """Check that every effect is there exactly once, and that no rule objects any more."""
        entries = bookings = rights = 0
        for each in signed:
            seen = effects.check_once(self._desk(each.contract), each)
            entries, bookings, rights = entries + 1, bookings + len(seen.bookings), rights + len(seen.rights)
            findings = engagement.found(
                self._desk(each.contract).legal, "/v1/findings", person_id=each.person_id, state="open"
            )
            for finding in findings:
                if finding["contract_id"] == each.contract_id:
                    raise FindingLeftOpen(f"contract {each.contract.key}: {finding['reason']}")
        timeline.heading(self._out, "Exactly once")
        text = f"  {len(signed)} contracts: {entries} ledger entries, {bookings} bookings, {rights} registered rights"
        self._out.print(Text(f"{text}; nothing missing, nothing twice, no finding open"))

    def verify(self, told: Signed) -> None:
        """Check the story's ledger entry offline."""
        desk = self._desk(told.contract)
        index = effects.of(desk, told).entry["index"]
        fetched = proof.fetch(desk, index)
        with Client(self._stack.gateway_url) as anybody:
            key = proof.public_key(anybody)
        shown = proof.verify(fetched, key, told, desk.studio_id)
        self._out.print()
        self._out.print(
            Text(
                f"ledger verified: inclusion proof OK (entry {shown.index}, {shown.siblings} hashes), "
                f"checkpoint size {shown.size} signed by {shown.signer}",
                "bold green",
            )
        )

    def show_what_to_try(self, told: Signed) -> None:
        """Where the keys are, and requests that work when pasted."""
        contract, url, person = told.contract, self._stack.gateway_url, self._alliance.people[told.contract.person]
        headers = {key: self._header_file(key, desk) for key, desk in self._desks.items()}
        own = self._alliance.studio_of(contract).key
        elsewhere = next((key for key in person.on_file if key != own), own)
        grant = contract.grants[0]
        asked = {
            "production_id": told.production_id,
            "media": grant.media[0],
            "territory": grant.territories[0],
            "language": grant.languages[0],
            "on": on(self._today, grant.from_day).isoformat(),
        }
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        self._out.print()
        self._out.print(Text(f"API keys of the demo studios: {self._credentials.path(FILE)}"))
        self._try("Who signed, when and from where?", f"{url}/v1/contracts/{told.contract_id}/evidence", headers[own])
        self._try("Which rights do we hold?", f"{url}/v1/rights/held?{query}", headers[own])
        city = self._alliance.studios[elsewhere].city
        question = f"When is {person.names.legal} busy, as {city} sees it?"
        self._try(question, f"{url}/v1/people/{told.person_id}/calendar", headers[elsewhere])
        self._try("What has the ledger signed? (for everybody)", f"{url}/ledger/checkpoint")

    def _header_file(self, key: str, desk: Desk) -> str:
        """The file from which curl takes the producer's credential, so that it is in no command line."""
        return str(self._credentials.write(f"demo-{key}.header", f"Authorization: Bearer {desk.producers_key}\n"))

    def _try(self, question: str, url: str, header_file: str | None = None) -> None:
        credential = ["-H", f"@{header_file}"] if header_file else []
        self._out.print(Text(f"# {question}", "dim"))
        self._out.print(Text(shlex.join(["curl", "-s", *credential, url])))


def _places(shown: Any) -> str:
    return ", ".join(place["en"] or place["zh"] for place in shown["places"])
