"""A contract and its amendment under random steps: nothing but the table's transitions, each with exactly its event."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from events.codecs import plain
from events.envelope import Event
from events.errors import RuleError
from events.schemas import load
from events.talent.contracts import AmendmentSigned
from services.talent.amendments import amending, termination
from services.talent.amendments.termination import Notice
from services.talent.contracts import identities, lifecycle, signing, transitions
from services.talent.contracts.api import REVISE_CONTRACT
from services.talent.contracts.document import ContractDocument, digest
from services.talent.contracts.lifecycle import OPEN, Contract, Ground, Paper, State
from services.talent.contracts.terms import Fee, KillFee, Terms
from services.talent.contracts.transitions import TRANSITIONS
from services.talent.negotiation import proposals, rounds
from services.talent.negotiation.rounds import Move
from tests.unit.talent.conftest import CONTRACT, KNOWN, NOW, TENANT, TITLE

AMENDMENT = "ctr_01J9ZW5N3Q8V7Y2K4M6P8R0T1W"
DOCS = Path(__file__).parents[4] / "docs"
ENDED = {"declined", "cancelled", "expired"}
NEVER = set(get_args(State)) - {source for each in TRANSITIONS for source in each.sources}
WHICH = st.sampled_from(["contract", "amendment"])
PARTY = st.sampled_from(["turn", "turn", "turn", "performer", "studio", "stranger"])
SIDE = st.sampled_from(["performer", "studio"])
FEE = st.integers(1, 5)


def paper(document: ContractDocument) -> Paper:
    """The document as it is kept."""
    return Paper(document.template, digest(document.canonical()), b"sealed")


def paying(terms: Terms, amount: int) -> Terms:
    """The terms with another fee."""
    return replace(terms, fee=Fee(Decimal(amount), "USD"))


class Contracts(RuleBasedStateMachine):
    """A contract, at most one open amendment of it, and a clock; every step is tried in every state."""

    @initialize(begin=st.sampled_from(["draft", "sent", "executed", "amending", "amended"]))
    def draw_up(self, begin: str) -> None:
        """Begin with a draft, or further on by the same steps: most random walks never come far."""
        terms = replace(load(Terms, REVISE_CONTRACT.example), kill_fee=KillFee(Decimal(25), 10))
        parties = identities.name_parties(identities.DEFAULT_PARTIES, terms.person_id, KNOWN)
        self.now: datetime = NOW
        self.reached: set[tuple[str, type[Event]]] = set()
        self.document = ContractDocument.compose(CONTRACT, TENANT, TITLE, parties, terms)
        self.held: dict[str, Contract] = {}
        self.executed: Contract | None = None
        self.signed: AmendmentSigned | None = None
        self.held["contract"], (event,) = lifecycle.draft(self.document, paper(self.document), self.now)
        self.check_transition("drafting", None, self.held["contract"], event)
        if begin != "draft":
            self.dispatch("contract", 30)
        if begin in ("executed", "amending", "amended"):
            self.sign("contract", "turn")
            self.sign("contract", "turn")
        if begin in ("amending", "amended"):
            self.draft_amendment(1)
            self.dispatch("amendment", 30)
        if begin == "amended":
            self.sign("amendment", "turn")
            self.sign("amendment", "turn")

    def take(self, which: str, step: str, go: Callable[[Contract], lifecycle.Step | None]) -> None:
        """Try a step: it is refused by name and changes nothing, or it is in the table and says exactly its event."""
        before = self.held.get(which)
        if before is None:
            return
        kept = plain(before)
        try:
            done = go(before)
        except RuleError as refusal:
            assert refusal.status in (409, 422) and refusal.text("zh") and refusal.text("en")
            assert self.held[which] is before and plain(before) == kept
            return
        after, events = done or (before, [])
        if not events:
            assert step in ("expiry", "amendment") and after == before
            return
        (event,) = events
        self.check_transition(step, before, after, event)
        self.held[which] = after
        if isinstance(event, AmendmentSigned):
            self.executed, self.signed = after, event
            del self.held["amendment"]
        elif which == "amendment" and after.state in ENDED:
            del self.held["amendment"]

    def check_transition(self, step: str, before: Contract | None, after: Contract, event: Event) -> None:
        """The step from the one state to the other with this event is in the table; the event can be sent."""
        found = [
            each
            for each in TRANSITIONS
            if each.step == step
            and each.event is type(event)
            and each.target == after.state
            and (before.state in each.sources if before is not None else not each.sources)
        ]
        assert len(found) == 1, (step, before and before.state, after.state, type(event))
        assert getattr(event, type(event).SUBJECT) == after.id
        assert load(type(event), plain(event)) == event
        if before is not None:
            assert (after.id, after.tenant, after.parties) == (before.id, before.tenant, before.parties)
            assert after.signatures[: len(before.signatures)] == before.signatures
            assert len(after.proposals) >= len(before.proposals)
        self.reached.add((step, type(event)))

    @rule(which=WHICH, amount=FEE)
    def revise(self, which: str, amount: int) -> None:
        """Replace the terms of a draft."""

        def go(contract: Contract) -> lifecycle.Step:
            terms = paying(contract.terms, amount)
            return lifecycle.revise(contract, terms, paper(self.document.revised(TITLE, terms)), "mbr_1", self.now)

        self.take(which, "revision", go)

    @rule(which=WHICH, party=SIDE, amount=FEE)
    def propose(self, which: str, party: str, amount: int) -> None:
        """Propose another fee."""
        move = Move(party, "mbr_1", self.now)
        self.take(which, "proposal", lambda c: rounds.propose(c, paying(c.terms, amount), None, move))

    @rule(which=WHICH, party=PARTY, answer=st.sampled_from(["acceptance", "rejection", "withdrawal"]))
    def answer(self, which: str, party: str, answer: str) -> None:
        """Accept, reject or withdraw the last proposal, open or not; mostly whose turn it is."""
        last = self.held[which].proposals[-1:] if which in self.held else ()
        if party == "turn" and last:
            party = "studio" if (last[0].party == "performer") == (answer != "withdrawal") else "performer"
        move = Move(party, "mbr_1", self.now)

        def accept(contract: Contract, number: int) -> lifecycle.Step:
            terms = rounds.accepted_terms(contract, number, party)
            return rounds.accept(contract, number, terms, paper(self.document.revised(TITLE, terms)), move)

        answers: dict[str, Callable[[Contract, int], lifecycle.Step]] = {
            "acceptance": accept,
            "rejection": lambda c, n: rounds.reject(c, n, b"sealed", move),
            "withdrawal": lambda c, n: rounds.withdraw(c, n, move),
        }
        self.take(which, answer, lambda c: answers[answer](c, max(len(c.proposals), 1)))

    @rule(which=WHICH, days=st.integers(-1, 30))
    def dispatch(self, which: str, days: int) -> None:
        """Send a draft out for signature."""
        today = self.now.date()
        self.take(which, "dispatch", lambda c: lifecycle.send(c, today + timedelta(days=days), today))

    @rule(which=WHICH, party=PARTY)
    def sign(self, which: str, party: str) -> None:
        """Sign, mostly whose turn it is."""

        def go(contract: Contract) -> lifecycle.Step:
            key = (contract.next_party or "performer") if party == "turn" else party
            return signing.sign(contract, key, "Asia/Seoul", contract.paper.sha256, b"sealed", self.now)

        self.take(which, "signature", go)

    @rule(which=WHICH, party=PARTY)
    def decline(self, which: str, party: str) -> None:
        """Refuse to sign."""
        self.take(which, "refusal", lambda c: signing.decline(c, c.next_party or party, b"sealed", self.now))

    @rule(which=WHICH)
    def cancel(self, which: str) -> None:
        """Withdraw the contract."""
        self.take(which, "cancellation", lambda c: lifecycle.cancel(c, b"sealed", self.now))

    @rule(days=st.sampled_from([0, 0, 1, 40]))
    def let_time_pass(self, days: int) -> None:
        """Some days later, or at once, the timer looks at both."""
        self.now += timedelta(days=days)
        for which in ("contract", "amendment"):
            self.take(which, "expiry", lambda c: signing.expire(c, self.now))

    @rule(amount=FEE)
    def draft_amendment(self, amount: int) -> None:
        """Draft an amendment of what is in force, one at a time."""
        base = self.held["contract"]
        if "amendment" in self.held or self.signed is not None:
            return
        terms = paying(base.terms, amount)
        try:
            amends = amending.amend(base, terms, self.executed)
        except RuleError:
            assert base.state != "executed"
            return
        written = ContractDocument.compose(AMENDMENT, TENANT, TITLE, self.document.parties, terms, amends=amends)
        self.held["amendment"], (event,) = lifecycle.draft(written, paper(written), self.now)
        self.check_transition("drafting", None, self.held["amendment"], event)

    @rule()
    def put_amendment_in_force(self) -> None:
        """The executed amendment's event reaches its contract."""
        signed, amendment = self.signed, self.executed
        if signed is None or amendment is None:
            return
        self.signed = None
        self.take("contract", "amendment", lambda c: amending.apply(c, amendment, signed))
        base = self.held["contract"]
        assert base.state == "terminated" or base.terms == amendment.terms

    @rule(which=WHICH, party=SIDE, ground=st.sampled_from(get_args(Ground)), days=st.integers(-1, 20))
    def terminate(self, which: str, party: str, ground: Ground, days: int) -> None:
        """End what is in force."""
        notice = Notice(party, ground, self.now.date() + timedelta(days=days))
        self.take(which, "termination", lambda c: termination.terminate(c, notice, b"sealed", self.now, "mbr_1"))

    @invariant()
    def hold_together(self) -> None:
        """What a state implies is there, and nothing that it excludes."""
        for contract in getattr(self, "held", {}).values():
            complete = len(contract.signatures) == len(contract.parties)
            assert (contract.state in ("executed", "terminated")) == complete
            assert [s.party for s in contract.signatures] == [p.key for p in contract.parties][
                : len(contract.signatures)
            ]
            assert (contract.closing is not None) == (contract.state in ENDED)
            assert (contract.termination is not None) == (contract.state == "terminated")
            assert (contract.next_party is not None) == (contract.state in ("sent", "partially_signed"))
            assert (contract.amending is not None) == (contract.amends is not None and contract.state in OPEN)
            waiting = [p for p in contract.proposals if p.status == "open"]
            assert waiting in ([], [contract.proposals[-1:] and contract.proposals[-1]])
            assert not waiting or contract.state in ("draft", "cancelled")
            assert all((p.outcome is None) == (p.status == "open") for p in contract.proposals)
            assert proposals.open_one(contract.proposals) == (waiting[0] if waiting else None)


def test_no_sequence_of_steps_reaches_an_illegal_state() -> None:
    """Whatever is tried in whatever order: an accepted step is one of the table with its event, a refusal changes nothing."""
    run_state_machine_as_test(
        Contracts,
        settings=settings(
            max_examples=150,
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_transition_of_the_table_is_reached() -> None:
    """The table lists nothing that cannot happen."""
    walks: dict[str, list[Callable[[Contracts], None]]] = {
        "draft": [
            lambda m: m.revise("contract", 1),
            lambda m: m.propose("contract", "studio", 2),
            lambda m: m.answer("contract", "turn", "rejection"),
            lambda m: m.propose("contract", "performer", 3),
            lambda m: m.answer("contract", "turn", "withdrawal"),
            lambda m: m.propose("contract", "performer", 4),
            lambda m: m.answer("contract", "turn", "acceptance"),
            lambda m: m.cancel("contract"),
        ],
        "sent": [lambda m: m.decline("contract", "turn")],
        "executed": [lambda m: m.terminate("contract", "studio", "breach", 0)],
        "amending": [lambda m: m.let_time_pass(40)],
        "amended": [lambda m: m.put_amendment_in_force()],
    }
    reached = set()
    for begin, steps in walks.items():
        machine = Contracts()
        machine.draw_up(begin)
        for step in steps:
            step(machine)
            machine.hold_together()
        reached |= machine.reached
    assert reached == {(each.step, each.event) for each in TRANSITIONS}


@pytest.mark.parametrize("step", sorted({each.step for each in TRANSITIONS if each.sources}))
def test_a_step_is_legal_where_the_table_says(drafted: Contract, step: str) -> None:
    """The guard that the rules use knows a step's states from the table alone."""
    for state in get_args(State):
        contract = replace(drafted, state=state)
        if state in transitions.sources(step):
            lifecycle.require(contract, step)
        else:
            with pytest.raises(lifecycle.ContractStateConflict, match=f"is {state}: {step} needs"):
                lifecycle.require(contract, step)


def test_an_end_is_an_end() -> None:
    """Nothing follows a refusal, a cancellation, an expiry or a termination."""
    assert ENDED | {"terminated"} == NEVER


def test_the_documentation_shows_the_table() -> None:
    """docs/contracts.md cannot drift from the code."""
    assert transitions.table() in (DOCS / "contracts.md").read_text(encoding="utf-8")
