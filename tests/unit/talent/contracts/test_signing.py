"""Parties sign in order, each the document that it read, until the contract is executed or its time is over."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.codecs import plain
from events.envelope import Event
from events.errors import RuleError
from events.schemas import load
from events.talent.contracts import (
    ContractCancelled,
    ContractDeclined,
    ContractExpired,
    ContractPartySigned,
    ContractRevised,
    ContractSent,
    ContractSigned,
)
from services.talent.contracts import lifecycle, signing
from services.talent.contracts.lifecycle import (
    Closing,
    Contract,
    ContractStateConflict,
    Paper,
    Party,
    Signature,
    State,
    Step,
)
from services.talent.contracts.signing import AlreadySigned, DocumentChanged, NotYourTurn, PartyUnknown, SigningTimeOver
from services.talent.contracts.terms import Consents

ENDED = ("executed", "declined", "cancelled", "expired")


def sign(contract: Contract, party: str, at: datetime) -> Step:
    """The party's signature in Seoul, on the document as it is."""
    return signing.sign(contract, party, "Asia/Seoul", contract.paper.sha256, b"sealed", at)


@pytest.fixture
def half(sent: Contract, now: datetime) -> Contract:
    """A contract that the performer has signed."""
    contract, _ = sign(sent, "performer", now)
    return contract


def test_a_signature_keeps_when_and_what_was_signed(sent: Contract, now: datetime) -> None:
    """Time in UTC and by the signer's clock, the hash and the sealed evidence; the next party hears of its turn."""
    signed, events = sign(sent, "performer", now)
    assert (signed.state, signed.next_party) == ("partially_signed", "studio")
    assert signed.signatures == (
        Signature("performer", now, "2026-11-22T22:54:10+09:00", "Asia/Seoul", sent.paper.sha256, b"sealed"),
    )
    assert events == [ContractPartySigned(sent.id, "performer", sent.paper.sha256, now, "studio")]


def test_the_last_signature_executes_the_contract(half: Contract, now: datetime) -> None:
    """The event carries the typed terms on which the other services act."""
    executed, events = sign(half, "studio", now)
    assert (executed.state, executed.next_party, len(executed.signatures)) == ("executed", None, 2)
    terms = half.terms
    (event,) = events
    assert isinstance(event, ContractSigned)
    assert (event.contract_id, event.party, event.signed_at) == (half.id, "studio", now)
    assert (event.production_id, event.person_id, event.role) == (terms.production_id, terms.person_id, terms.role)
    assert (event.episodes, event.work_dates) == (terms.episodes, terms.work_dates)
    assert (event.hours_cap, event.rest_hours) == (terms.hours_cap, terms.rest_hours)
    assert (event.fee, event.currency, event.points) == (Decimal("18000.00"), "USD", Decimal("1.5"))
    assert (event.dubbing_consent, event.ai_voice_consent, event.replica_consent) == (True, False, False)
    assert event.document_sha256 == half.paper.sha256
    assert [plain(grant) for grant in event.grants] == [plain(grant) for grant in terms.grants]
    assert load(ContractSigned, plain(event)) == event


def test_a_contract_without_points_shares_no_profit(half: Contract, now: datetime) -> None:
    """No points are zero percent to the others."""
    _, (event,) = sign(replace(half, terms=replace(half.terms, points=None)), "studio", now)
    assert isinstance(event, ContractSigned)
    assert event.points == 0


@pytest.mark.parametrize("consent", ["dubbing", "ai_voice", "replica"])
def test_each_consent_is_told_as_it_was_given(half: Contract, now: datetime, consent: str) -> None:
    """One consent does not imply another."""
    given = Consents(dubbing=consent == "dubbing", ai_voice=consent == "ai_voice", replica=consent == "replica")
    _, (event,) = sign(replace(half, terms=replace(half.terms, consents=given)), "studio", now)
    told = {name for name in ("dubbing", "ai_voice", "replica") if getattr(event, f"{name}_consent")}
    assert told == {consent}


def test_parties_sign_in_order(sent: Contract, now: datetime) -> None:
    """The studio cannot sign, nor refuse, before the performer has signed; the refusal names whose turn it is."""
    with pytest.raises(NotYourTurn, match="turn of performer, not of studio"):
        sign(sent, "studio", now)
    with pytest.raises(NotYourTurn):
        signing.decline(sent, "studio", b"", now)


def test_a_party_signs_once(half: Contract, now: datetime) -> None:
    """A second signature of the same party is a 409."""
    with pytest.raises(AlreadySigned, match="performer") as refused:
        sign(half, "performer", now)
    assert refused.value.status == 409


def test_a_stranger_cannot_sign(sent: Contract, now: datetime) -> None:
    """The refusal names the parties that there are."""
    with pytest.raises(PartyUnknown, match="performer, studio") as refused:
        sign(sent, "agent", now)
    assert (refused.value.pointer, refused.value.status) == ("/party", 422)


def test_nobody_signs_what_they_did_not_read(sent: Contract, now: datetime) -> None:
    """The hash that the party read must be the document's."""
    with pytest.raises(DocumentChanged, match=sent.paper.sha256) as refused:
        signing.sign(sent, "performer", "Asia/Seoul", "00" * 32, b"", now)
    assert (refused.value.pointer, refused.value.status) == ("/document_sha256", 409)


def test_the_party_whose_turn_it_is_can_refuse(half: Contract, now: datetime) -> None:
    """The contract is over; who refused is told, the reason is not."""
    declined, events = signing.decline(half, "studio", b"sealed", now)
    assert (declined.state, declined.closing) == ("declined", Closing("studio", now, b"sealed"))
    assert declined.signatures == half.signatures
    assert events == [ContractDeclined(half.id, "studio")]


def test_who_has_signed_cannot_refuse_any_more(half: Contract, now: datetime) -> None:
    """A signature binds until the contract ends otherwise."""
    with pytest.raises(AlreadySigned):
        signing.decline(half, "performer", b"", now)


def test_the_last_day_counts_in_full(sent: Contract) -> None:
    """A contract can be signed until 23:59:59 UTC of its last day."""
    assert sent.expires_on is not None
    last = datetime.fromisoformat(f"{sent.expires_on}T23:59:59Z")
    assert sign(sent, "performer", last)[0].state == "partially_signed"
    with pytest.raises(SigningTimeOver):
        sign(sent, "performer", last + timedelta(seconds=1))


@pytest.mark.parametrize("which", ["sent", "half"])
def test_when_time_is_over_the_contract_expires(which: str, request: pytest.FixtureRequest, now: datetime) -> None:
    """Nobody can sign or refuse any more: a 409 that says expired, before and after the state follows."""
    contract: Contract = request.getfixturevalue(which)
    later = now + timedelta(days=1)
    expired, events = signing.expire(contract, later)
    assert (expired.state, expired.closing) == ("expired", Closing(None, later, None))
    assert events == [ContractExpired(contract.id, now.date())]
    for late in (contract, expired):
        for step in (sign, lambda c, party, at: signing.decline(c, party, b"", at)):
            with pytest.raises(SigningTimeOver, match="is expired: 2026-11-22") as refused:
                step(late, contract.next_party or "", later)
            assert refused.value.status == 409


@pytest.mark.parametrize("state", ["draft", *ENDED])
def test_only_what_waits_for_signatures_expires(sent: Contract, now: datetime, state: State) -> None:
    """A contract that has ended, or was never sent, stays as it is."""
    contract = replace(sent, state=state)
    assert signing.expire(contract, now + timedelta(days=1)) == (contract, [])
    assert signing.expire(sent, now) == (sent, [])


@pytest.mark.parametrize("state", ["draft", "executed", "declined", "cancelled"])
def test_an_illegal_step_names_the_state(sent: Contract, now: datetime, state: State) -> None:
    """Signing and refusing need a contract that is out for signature."""
    contract = replace(sent, state=state)
    with pytest.raises(ContractStateConflict, match=f"is {state}: signature needs"):
        sign(contract, "performer", now)
    with pytest.raises(ContractStateConflict, match=f"is {state}: refusal needs"):
        signing.decline(contract, "performer", b"", now)


PARTIES = ("performer", "guardian", "studio")
STEPS = st.one_of(
    st.sampled_from(["revise", "send", "cancel", "expire", "tomorrow"]).map(lambda name: (name, "")),
    st.tuples(st.just("decline"), st.sampled_from(PARTIES)),
    st.tuples(st.just("sign"), st.sampled_from((*PARTIES, "stranger"))),
)
FOLLOWS: dict[type[Event], tuple[set[State], State]] = {
    ContractRevised: ({"draft"}, "draft"),
    ContractSent: ({"draft"}, "sent"),
    ContractPartySigned: ({"sent", "partially_signed"}, "partially_signed"),
    ContractSigned: ({"partially_signed"}, "executed"),
    ContractDeclined: ({"sent", "partially_signed"}, "declined"),
    ContractExpired: ({"sent", "partially_signed"}, "expired"),
    ContractCancelled: ({"draft", "sent", "partially_signed"}, "cancelled"),
}


def take(contract: Contract, name: str, party: str, at: datetime) -> Step:
    """One step of the game below."""
    last_day: date = at.date() + timedelta(days=1)
    steps = {
        "revise": lambda: lifecycle.revise(contract, contract.terms, Paper("performer/1", "ab" * 32, b""), "mbr_1", at),
        "send": lambda: lifecycle.send(contract, last_day, at.date()),
        "sign": lambda: sign(contract, party, at),
        "decline": lambda: signing.decline(contract, party, b"", at),
        "cancel": lambda: lifecycle.cancel(contract, b"", at),
        "expire": lambda: signing.expire(contract, at),
    }
    return steps[name]()


@given(st.lists(STEPS, max_size=30), st.booleans())
def test_no_sequence_of_steps_breaks_a_contract(
    drafted: Contract, now: datetime, steps: list[tuple[str, str]], straight: bool
) -> None:
    """Whatever is tried in whatever order: a step is refused by name or tells exactly its own event; the state follows
    the event, signatures are in order, never lost and all there when executed, and nothing follows an end."""
    contract = replace(drafted, parties=tuple(Party(key, None) for key in PARTIES))
    if straight:  # most random sequences never come far
        steps = [("send", ""), *(("sign", party) for party in PARTIES[:2]), *steps]
    for name, party in steps:
        if name == "tomorrow":
            now += timedelta(days=1)
            continue
        try:
            after, events = take(contract, name, party, now)
        except RuleError as refusal:
            assert refusal.status in (409, 422)
            continue
        if not events:
            assert (name, after) == ("expire", contract)
            continue
        (event,) = events
        came_from, now_is = FOLLOWS[type(event)]
        assert contract.state in came_from and after.state == now_is
        assert after.signatures[: len(contract.signatures)] == contract.signatures
        assert tuple(s.party for s in after.signatures) == PARTIES[: len(after.signatures)]
        assert (after.state == "executed") == (len(after.signatures) == len(PARTIES))
        assert (after.closing is not None) == (after.state in ("declined", "cancelled", "expired"))
        assert (after.next_party is None) == (after.state in ("draft", *ENDED))
        contract = after
    assert contract.state in get_args(State)
