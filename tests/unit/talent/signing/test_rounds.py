"""A contract among random recipients under random steps: nobody acts before their turn, twice or for another, and each step is told."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from events.codecs import plain
from events.envelope import Event
from events.errors import RuleError
from events.schemas import load
from events.talent.contracts import (
    ContractCancelled,
    ContractDeclined,
    ContractExpired,
    ContractPartySigned,
    ContractSigned,
)
from events.talent.signing import (
    RecipientBounced,
    RecipientCompleted,
    RecipientExpired,
    RecipientReminded,
    RecipientReplaced,
    RecipientServed,
    RecipientTurnStarted,
    RecipientViewed,
)
from services.talent.contracts import identities, lifecycle, signing
from services.talent.contracts.api import REVISE_CONTRACT
from services.talent.contracts.document import ContractDocument, digest
from services.talent.contracts.lifecycle import Contract, Paper, Step
from services.talent.contracts.terms import Terms
from services.talent.letters.addressees import Contact
from services.talent.signing import circulation, turns
from services.talent.signing.circulation import RecipientNotYetDue
from services.talent.signing.recipients import Recipient, RecipientRequest, Sealing, SigningRound
from tests.unit.talent.conftest import CONTRACT, KNOWN, NOW, TENANT, TITLE

ENDED = ("executed", "declined", "cancelled", "expired")
ACTS = (RecipientCompleted, RecipientTurnStarted, RecipientServed, ContractPartySigned, ContractSigned)
SAID: dict[str, tuple[type[Event], ...]] = {
    "sign": ACTS,
    "approve": ACTS,
    "desk": ACTS,
    "view": (RecipientViewed,),
    "decline": (ContractDeclined,),
    "hand on": (RecipientReplaced, RecipientTurnStarted),
    "correct": (RecipientReplaced, RecipientTurnStarted),
    "resume": (RecipientTurnStarted,),
    "bounce": (RecipientBounced,),
    "follow up": (RecipientReminded, RecipientExpired),
    "cancel": (ContractCancelled,),
    "expire": (ContractExpired,),
}
"""What a step may say."""
STEP = st.integers(1, 3)
DAYS = st.sampled_from([4, 20, 90])
MAY_DELEGATE = st.booleans()
SELDOM = st.integers(0, 9).map(lambda drawn: drawn == 7)
SEALING = Sealing(lambda contact: contact.email.encode(), lambda sealed: Contact("Mina", sealed.decode()))
CONTACT = st.sampled_from(
    [Contact("Mina", f"{name}@example.com") for name in ("mina", "mina", "ken", "PERFORMER", "witness")]
)
KEY = st.sampled_from(["turn", "turn", "performer", "studio", "approver", "witness", "viewer", "copy", "stranger"])


@st.composite
def requests(draw: st.DrawFn) -> list[RecipientRequest]:
    """Some of the recipients that a contract can have, in any steps."""

    def linked(key: str, **given: object) -> RecipientRequest:
        address = {
            "name": key,
            "email": f"{key}@example.com",
            "valid_days": draw(DAYS),
            "may_delegate": draw(MAY_DELEGATE),
        }
        return RecipientRequest(key, **{"step": draw(STEP), **address, **given})  # type: ignore[arg-type]

    made = [linked("performer")]
    if draw(st.booleans()):
        made.append(linked("studio") if draw(st.booleans()) else RecipientRequest("studio", step=draw(STEP)))
    if draw(st.booleans()):
        made.append(linked("witness", role="witness", witness_of="performer", step=draw(st.integers(made[0].step, 3))))
    made += [linked(role, role=role) for role in ("approver", "viewer", "copy") if draw(st.booleans())]
    return list(draw(st.permutations(made)))


class Rounds(RuleBasedStateMachine):
    """A contract that went out to recipients, and a clock; every step is tried by everybody at any time."""

    @initialize(requested=requests())
    def send(self, requested: list[RecipientRequest]) -> None:
        """The contract goes out for half a year."""
        terms = load(Terms, REVISE_CONTRACT.example)
        parties = identities.name_parties(identities.DEFAULT_PARTIES, terms.person_id, KNOWN)
        document = ContractDocument.compose(CONTRACT, TENANT, TITLE, parties, terms)
        drafted, _ = lifecycle.draft(document, Paper(document.template, digest(document.canonical()), b""), NOW)
        sent, _ = lifecycle.send(drafted, NOW.date() + timedelta(days=180), NOW.date())
        self.now: datetime = NOW
        self.told: Counter[tuple[type[Event], str | None]] = Counter()
        self.contract, events = circulation.circulate(sent, requested, SEALING.seal, NOW)
        assert {type(event) for event in events} == {RecipientTurnStarted}
        self.hear(events)

    @property
    def round(self) -> SigningRound:
        """The recipients as they are now."""
        assert self.contract.round is not None
        return self.contract.round

    def someone(self, key: str) -> str:
        """The key, or that of who may act now."""
        invited = [r.key for r in self.round.recipients if r.state == "invited" and r.acting]
        return invited[0] if key == "turn" and invited else key

    def hear(self, events: list[Event]) -> None:
        """Count what was said; every event can be sent."""
        for event in events:
            assert load(type(event), plain(event)) == event
            self.told[type(event), getattr(event, "recipient", None)] += 1

    def take(self, step: str, go: Callable[[Contract], Step]) -> bool:
        """Try a step: it is refused by name and changes nothing, or it says what such a step may say."""
        before = self.contract
        kept = plain(before)
        try:
            after, events = go(before)
        except RuleError as refusal:
            assert refusal.status in (403, 404, 409, 422) and refusal.text("zh") and refusal.text("en")
            assert plain(before) == kept
            return False
        assert {type(event) for event in events} <= set(SAID[step]), (step, events)
        assert events or after == before
        self.hear(events)
        self.contract = after
        return True

    def may_act(self, key: str) -> bool:
        """Whether the recipient's turn is on and not over."""
        found = [r for r in self.round.recipients if r.key == key and r.state == "invited" and r.linked]
        return bool(found) and found[0].expires_at is not None and self.now < found[0].expires_at

    @rule(key=KEY, approving=st.booleans(), rightly=st.sampled_from([True, True, True, False]))
    def act(self, key: str, approving: bool, rightly: bool) -> None:
        """Sign, attest or approve, mostly what was read."""
        key = self.someone(key)
        may = self.may_act(key) and self.contract.state not in ENDED
        sha256 = self.contract.paper.sha256 if rightly else "0" * 64
        go = circulation.approve if approving else circulation.sign
        done = self.take(
            "approve" if approving else "sign", lambda c: go(c, key, "Asia/Tokyo", sha256, b"sealed", self.now)
        )
        role = next((r.role for r in self.round.recipients if r.key == key), None)
        assert done == (may and rightly and role in (("approver",) if approving else ("signer", "witness")))

    @rule()
    def go_on(self) -> None:
        """Who may act does so: most random walks never come far."""
        invited = [r for r in self.round.recipients if r.state == "invited" and r.acting]
        for recipient in invited[:1]:
            if recipient.linked:
                self.act(recipient.key, recipient.role == "approver", rightly=True)
            elif recipient.party is not None:
                self.sign_at_the_desk(recipient.party)

    @rule(party=st.sampled_from(["performer", "studio", "witness", "stranger"]))
    def sign_at_the_desk(self, party: str) -> None:
        """With the studio's credential: never for who has a link."""
        has_link = any(r.party == party and r.linked for r in self.round.recipients)
        signed = self.take(
            "desk", lambda c: signing.sign(c, party, "Asia/Shanghai", c.paper.sha256, b"sealed", self.now)
        )
        assert not (signed and has_link)

    @rule(key=KEY)
    def view(self, key: str) -> None:
        """Read the contract by link: nobody does before their turn."""
        key = self.someone(key)
        recipient = next((r for r in self.round.recipients if r.key == key), None)
        if recipient is None:
            return
        try:
            circulation.require_reading(self.contract, recipient)
        except RecipientNotYetDue:
            assert recipient.state == "waiting"
            return
        self.take("view", lambda c: circulation.view(c, key, self.now))

    @rule(key=KEY, surely=SELDOM)
    def decline(self, key: str, surely: bool) -> None:
        """Refuse, now and then: that ends everything."""
        key = self.someone(key) if surely else "stranger"
        may = self.may_act(key) and self.contract.state not in ENDED and self.round.get(key).acting
        assert self.take("decline", lambda c: circulation.decline(c, key, b"sealed", self.now)) == may

    def is_free(self, key: str, contact: Contact) -> bool:
        """Whether nobody else has the address who acts as well, and no signer is involved."""
        one, address = self.round.get(key), contact.email.lower().encode()
        others = [r for r in self.round.recipients if r.key != key and r.contact and r.contact.lower() == address]
        return not any((r.acting and one.acting) or "signer" in (r.role, one.role) for r in others)

    @rule(key=KEY, contact=CONTACT)
    def hand_on(self, key: str, contact: Contact) -> None:
        """Give one's part to another who has none, where that is allowed."""
        key = self.someone(key)
        may = self.may_act(key) and self.contract.state not in ENDED and self.round.get(key).may_delegate
        go: Callable[[Contract], Step] = lambda c: circulation.hand_on(c, key, contact, SEALING, "delegation", self.now)  # noqa: E731
        assert self.take("hand on", go) == (may and self.is_free(key, contact))

    @rule(key=KEY, contact=CONTACT)
    def correct(self, key: str, contact: Contact) -> None:
        """The studio mends an address: the earlier link is dead."""
        key = self.someone(key)
        before = {r.key: r.serial for r in self.round.recipients}
        if self.take("correct", lambda c: circulation.correct(c, key, contact, SEALING, self.now)):
            assert self.round.get(key).serial == before[key] + 1

    @rule(key=KEY)
    def resume(self, key: str) -> None:
        """A new link and new time."""
        key = self.someone(key)
        if self.take("resume", lambda c: circulation.resume(c, key, self.now)):
            assert self.may_act(key) and self.round.get(key).reminders == 0

    @rule(key=KEY)
    def bounce(self, key: str) -> None:
        """A letter comes back."""
        key = self.someone(key)
        self.take("bounce", lambda c: circulation.bounce(c, key))

    @rule(days=st.sampled_from([0, 0, 1, 2, 5, 7, 21]))
    def let_time_pass(self, days: int) -> None:
        """The timer reminds, ends turns and ends the contract."""
        self.now += timedelta(days=days)
        self.take("follow up", lambda c: circulation.follow_up(c, self.now))
        self.take("expire", lambda c: signing.expire(c, self.now))
        if self.contract.state not in ENDED:
            for _ in range(turns.MOST_REMINDERS):  # one at a time
                self.take("follow up", lambda c: circulation.follow_up(c, self.now))
            assert self.round.due_at is None or self.round.due_at > self.now

    @rule(surely=SELDOM)
    def cancel(self, surely: bool) -> None:
        """The studio withdraws the contract, now and then."""
        if surely:
            self.take("cancel", lambda c: lifecycle.cancel(c, b"sealed", self.now))

    @invariant()
    def hold_together(self) -> None:
        """Turns follow the steps, witnesses their signers, and what was done is on record once."""
        if not hasattr(self, "contract"):
            return
        everybody = self.round.recipients
        for recipient in everybody:
            self.check_recipient(recipient)
            assert recipient.contact is None or self.is_free(recipient.key, SEALING.open(recipient.contact))
        signed = [signature.party for signature in self.contract.signatures]
        assert sorted(signed) == sorted(r.party for r in everybody if r.party and r.state == "completed")
        assert (self.contract.state == "executed") == self.round.finished
        assert self.told[ContractSigned, None] == self.round.finished
        served = sum(count for (kind, _), count in self.told.items() if kind is RecipientServed)
        assert served == (sum(r.linked for r in everybody) if self.round.finished else 0)

    def check_recipient(self, recipient: Recipient) -> None:
        """What one recipient's state implies."""
        earlier = [r for r in self.round.recipients if r.acting and r.step < recipient.step]
        reached = recipient.state != "waiting"
        assert not reached or all(r.state == "completed" for r in earlier)
        assert not reached or recipient.role != "copy"
        if recipient.witness_of is not None and reached:
            assert self.round.get(recipient.witness_of).state == "completed"
        acted = recipient.state == "completed"
        assert (recipient.act is not None) == (acted and recipient.role != "signer")
        assert self.told[RecipientCompleted, recipient.key] == acted
        assert self.told[RecipientReplaced, recipient.key] == recipient.serial
        assert (self.told[RecipientTurnStarted, recipient.key] > 0) == reached
        assert 0 <= recipient.reminders <= turns.MOST_REMINDERS
        assert recipient.reminders == 0 or recipient.acting


def test_no_sequence_of_steps_lets_anybody_out_of_turn() -> None:
    """Whoever tries what, whenever: turns, witnesses and the record hold together."""
    run_state_machine_as_test(
        Rounds,
        settings=settings(
            max_examples=150,
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
