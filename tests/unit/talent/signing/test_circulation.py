"""A contract on its way through its recipients: turns, reminders, handing on, and every way that it ends."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.codecs import plain
from events.envelope import Event
from events.errors import RuleError
from events.talent.contracts import ContractDeclined, ContractPartySigned, ContractSigned
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
from services.talent.contracts import lifecycle, signing
from services.talent.contracts.lifecycle import Contract, Step
from services.talent.contracts.signing import (
    AlreadySigned,
    DocumentChanged,
    NotYourTurn,
    PersonalLinkOnly,
    SigningTimeOver,
)
from services.talent.letters.addressees import Contact
from services.talent.signing import circulation, turns
from services.talent.signing.circulation import (
    DelegationNotAllowed,
    RecipientDone,
    RecipientNotYetDue,
    RoleCannot,
    TurnOver,
)
from services.talent.signing.recipients import (
    RecipientRequest,
    RecipientsContradictory,
    RecipientUnknown,
    Sealing,
)

Circulate = Callable[..., Step]


def linked(key: str, **given: object) -> RecipientRequest:
    """A recipient with a personal link."""
    return RecipientRequest(key, **{"name": key, "email": f"{key}@example.com", **given})  # type: ignore[arg-type]


def seal(contact: Contact) -> bytes:
    """A stand-in for the vault."""
    return contact.email.encode()


SEALING = Sealing(seal, lambda sealed: Contact("Somebody", sealed.decode()))
OTHER = Contact("Mina", "mina@example.com")


@pytest.fixture
def circulate(drafted: Contract, now: datetime) -> Circulate:
    """Sends a contract to recipients, with half a year to sign."""
    sent, _ = lifecycle.send(drafted, now.date() + timedelta(days=180), now.date())

    def begin(*requested: RecipientRequest) -> Step:
        return circulation.circulate(sent, requested, seal, now)

    return begin


def sign(contract: Contract, key: str, at: datetime) -> Step:
    """The recipient's signature by link, in Tokyo."""
    return circulation.sign(contract, key, "Asia/Tokyo", contract.paper.sha256, b"sealed", at)


def approve(contract: Contract, key: str, at: datetime) -> Step:
    """The recipient's approval by link."""
    return circulation.approve(contract, key, "Asia/Shanghai", contract.paper.sha256, b"sealed", at)


def desk(contract: Contract, party: str, at: datetime) -> Step:
    """The party's signature with the studio's credential."""
    return signing.sign(contract, party, "Asia/Shanghai", contract.paper.sha256, b"sealed", at)


def started(events: list[Event]) -> list[str]:
    """Whose turn began."""
    return [event.recipient for event in events if isinstance(event, RecipientTurnStarted)]


def kinds(events: list[Event]) -> list[type[Event]]:
    """What happened."""
    return [type(event) for event in events]


def test_the_performer_signs_by_link_and_the_studio_at_its_desk_afterwards(circulate: Circulate, now: datetime) -> None:
    """The party without a recipient comes last; the last signature executes the contract and serves who has an address."""
    contract, events = circulate(linked("performer"))
    assert events == [RecipientTurnStarted(contract.id, "performer", "signer", now + timedelta(days=90))]
    with pytest.raises(NotYourTurn):
        desk(contract, "studio", now)
    signed, events = sign(contract, "performer", now)
    assert (signed.state, signed.next_party) == ("partially_signed", "studio")
    assert kinds(events) == [ContractPartySigned, RecipientCompleted, RecipientTurnStarted]
    executed, events = desk(signed, "studio", now)
    assert executed.state == "executed"
    assert kinds(events) == [RecipientCompleted, ContractSigned, RecipientServed]
    assert plain(events[-1]) == {"contract_id": contract.id, "recipient": "performer"}


def test_the_sender_never_signs_or_declines_for_who_has_a_link(circulate: Circulate, now: datetime) -> None:
    """The studio's credential is refused for such a party, also when it is its turn."""
    contract, _ = circulate(linked("performer"))
    with pytest.raises(PersonalLinkOnly):
        desk(contract, "performer", now)
    with pytest.raises(PersonalLinkOnly):
        signing.decline(contract, "performer", b"sealed", now)


@pytest.mark.parametrize(("email", "told"), [("filed@example.com", True), ("PERFORMER@example.com", False)])
def test_an_address_beside_the_one_on_file_is_told(drafted: Contract, now: datetime, email: str, told: bool) -> None:
    """A person's link that goes elsewhere counts as corrected before it is sent, another party's does not."""
    sent, _ = lifecycle.send(drafted, now.date() + timedelta(days=180), now.date())
    requested = (linked("performer"), linked("studio"))
    contract, events = circulation.circulate(sent, requested, seal, now, Contact("Seo-yeon", email))
    replaced = [event for event in events if isinstance(event, RecipientReplaced)]
    assert replaced == [RecipientReplaced(contract.id, "performer", "correction", 0, viewed=False)] * told
    performer, studio = (circulation.find(contract, key) for key in ("performer", "studio"))
    assert ([former.contact for former in performer.former], performer.serial) == ([email.encode()] * told, int(told))
    assert (studio.former, studio.serial) == ((), 0)


def test_one_step_is_parallel_and_the_next_waits(circulate: Circulate, now: datetime) -> None:
    """Both of the first step have their turn at once, in any order; the third hears of it after both."""
    contract, events = circulate(
        linked("lawyer", role="approver"),
        linked("studio"),
        linked("performer", step=2),
        linked("reader", role="viewer", step=2),
    )
    assert started(events) == ["lawyer", "studio"]
    with pytest.raises(RecipientNotYetDue):
        circulation.require_reading(contract, circulation.find(contract, "performer"))
    circulation.require_reading(contract, circulation.find(contract, "lawyer"))
    for act in (sign, approve):
        with pytest.raises(RecipientNotYetDue):
            act(contract, "performer", now)
    contract, events = sign(contract, "studio", now)
    assert started(events) == []
    contract, events = approve(contract, "lawyer", now)
    assert started(events) == ["performer", "reader"]
    contract, events = sign(contract, "performer", now)
    assert contract.state == "executed"
    assert ContractSigned in kinds(events)


def test_a_witness_attests_after_its_signer(circulate: Circulate, now: datetime) -> None:
    """In the same step, but only after the signature; the contract waits for the attestation, which executes it."""
    contract, events = circulate(
        linked("performer"), linked("studio"), linked("friend", role="witness", witness_of="performer")
    )
    assert started(events) == ["performer", "studio"]
    contract, events = sign(contract, "performer", now)
    assert started(events) == ["friend"]
    contract, events = sign(contract, "studio", now)
    assert (contract.state, kinds(events)) == ("partially_signed", [RecipientCompleted])
    contract, events = sign(contract, "friend", now)
    assert contract.state == "executed"
    (signed,) = [event for event in events if isinstance(event, ContractSigned)]
    assert signed.party == "studio"
    act = circulation.find(contract, "friend").act
    assert act is not None and act.local_time.endswith("+09:00")


def test_nobody_acts_twice_out_of_turn_or_outside_of_their_role(circulate: Circulate, now: datetime) -> None:
    """Each refusal has its name, and no refusal changes anything."""
    contract, _ = circulate(
        linked("performer"), linked("reader", role="viewer"), linked("lawyer", role="approver", step=2)
    )
    with pytest.raises(RoleCannot):
        sign(contract, "reader", now)
    with pytest.raises(RoleCannot):
        circulation.decline(contract, "reader", b"", now)
    with pytest.raises(RoleCannot):
        approve(contract, "performer", now)
    with pytest.raises(RecipientUnknown):
        sign(contract, "stranger", now)
    contract, _ = sign(contract, "performer", now)
    with pytest.raises(RecipientDone):
        sign(contract, "performer", now)
    with pytest.raises(AlreadySigned):
        desk(contract, "performer", now)


def test_an_approver_can_stop_a_contract(circulate: Circulate, now: datetime) -> None:
    """Declined by the recipient, with the sealed reason; afterwards nothing more can be done."""
    contract, _ = circulate(linked("performer"), linked("lawyer", role="approver"))
    contract, events = circulation.decline(contract, "lawyer", b"reason", now)
    assert (contract.state, events) == ("declined", [ContractDeclined(contract.id, "lawyer")])
    with pytest.raises(lifecycle.ContractStateConflict):
        sign(contract, "performer", now)


def test_reminders_come_after_5_days_and_then_every_2_at_most_5(circulate: Circulate, now: datetime) -> None:
    """On days 5, 7, 9, 11 and 13 whatever the timer's rhythm, and never again."""
    contract, _ = circulate(linked("performer"))
    seen = []
    for hours in range(0, 80 * 24, 7):
        at = now + timedelta(hours=hours)
        assert contract.round is not None and contract.round.due_at is not None
        due = contract.round.due_at <= at
        contract, events = circulation.follow_up(contract, at)
        assert due == bool(events)
        seen += [(hours // 24, event.number) for event in events if isinstance(event, RecipientReminded)]
    assert seen == [(5, 1), (7, 2), (9, 3), (11, 4), (13, 5)]


def test_no_reminder_later_than_30_days() -> None:
    """Also if more were allowed."""
    spent = turns.FIRST_REMINDER + (turns.MOST_REMINDERS - 1) * turns.NEXT_REMINDER
    assert spent <= turns.LAST_REMINDER


def test_a_turn_ends_unused_and_the_studio_begins_it_anew(circulate: Circulate, now: datetime) -> None:
    """After the recipient's own days: an event, no signing any more; resumed, time and reminders count anew."""
    contract, _ = circulate(linked("performer", valid_days=3))
    late = now + timedelta(days=3)
    with pytest.raises(TurnOver):
        sign(contract, "performer", late)
    contract, events = circulation.follow_up(contract, late)
    assert events == [RecipientExpired(contract.id, "performer")]
    assert circulation.follow_up(contract, late + timedelta(days=9)) == (contract, [])
    with pytest.raises(TurnOver):
        sign(contract, "performer", late)
    contract, events = circulation.resume(contract, "performer", late)
    assert events == [RecipientTurnStarted(contract.id, "performer", "signer", late + timedelta(days=3))]
    assert sign(contract, "performer", late)[0].state == "partially_signed"


def test_the_contracts_last_day_ends_everybodys_turn(circulate: Circulate, now: datetime) -> None:
    """However long the recipient's own time would last."""
    contract, _ = circulate(linked("performer", valid_days=365))
    with pytest.raises(SigningTimeOver):
        sign(contract, "performer", now + timedelta(days=181))


def test_who_may_hands_on_and_the_other_gets_a_turn(circulate: Circulate, now: datetime) -> None:
    """Another address, a new serial that kills links to the old one, and a turn that begins anew; nobody else may."""
    contract, _ = circulate(linked("performer"), linked("studio", may_delegate=True))
    with pytest.raises(DelegationNotAllowed):
        circulation.hand_on(contract, "performer", OTHER, SEALING, "forwarding", now)
    contract, events = circulation.hand_on(contract, "studio", OTHER, SEALING, "delegation", now)
    assert events[0] == RecipientReplaced(contract.id, "studio", "delegation", 0, viewed=False)
    assert started(events) == ["studio"]
    studio = circulation.find(contract, "studio")
    assert (studio.contact, studio.serial, studio.viewed_at) == (seal(OTHER), 1, None)


def test_nobody_comes_to_act_in_two_roles(circulate: Circulate, now: datetime) -> None:
    """Neither by delegation nor by correction, also of who has acted already; a name may change, and a signer's address is nobody else's."""
    contract, _ = circulate(
        linked("performer", may_delegate=True),
        linked("friend", role="witness", witness_of="performer", step=2),
        linked("lawyer", role="approver"),
        linked("reader", role="viewer"),
    )
    contract, _ = approve(contract, "lawyer", now)
    for taken in ("Friend@Example.com", "lawyer@example.com"):
        with pytest.raises(RecipientsContradictory) as refused:
            circulation.hand_on(contract, "performer", Contact("Ken", taken), SEALING, "delegation", now)
        assert refused.value.pointer == "/email"
    with pytest.raises(RecipientsContradictory, match="friend and performer"):
        circulation.correct(contract, "friend", Contact("Ken", "performer@example.com"), SEALING, now)
    circulation.correct(contract, "friend", Contact("Ken", "friend@example.com"), SEALING, now)
    circulation.correct(contract, "friend", Contact("Ken", "reader@example.com"), SEALING, now)
    with pytest.raises(RecipientsContradictory, match="reader and performer"):
        circulation.correct(contract, "reader", Contact("Ken", "performer@example.com"), SEALING, now)


def test_a_bounced_address_is_told_once_and_corrected(circulate: Circulate, now: datetime) -> None:
    """No reminders go to it; the correction clears it. Before the turn nobody is written to."""
    contract, _ = circulate(linked("performer"), linked("studio", step=2))
    contract, events = circulation.bounce(contract, "performer")
    assert events == [RecipientBounced(contract.id, "performer")]
    assert circulation.bounce(contract, "performer") == (contract, [])
    assert circulation.follow_up(contract, now + timedelta(days=6))[1] == []
    corrected, events = circulation.correct(contract, "performer", OTHER, SEALING, now)
    assert (kinds(events), circulation.find(corrected, "performer").bounced) == (
        [RecipientReplaced, RecipientTurnStarted],
        False,
    )
    early, events = circulation.correct(contract, "studio", OTHER, SEALING, now)
    assert kinds(events) == [RecipientReplaced]
    assert circulation.find(early, "studio").state == "waiting"


def test_reading_is_told_once(circulate: Circulate, now: datetime) -> None:
    """The first time that the recipient proved who they are."""
    contract, _ = circulate(linked("performer"))
    contract, events = circulation.view(contract, "performer", now)
    assert events == [RecipientViewed(contract.id, "performer")]
    assert circulation.view(contract, "performer", now) == (contract, [])


def test_who_gets_a_copy_hears_of_it_at_the_end_only(circulate: Circulate, now: datetime) -> None:
    """No turn and so no link before everybody has acted; afterwards the executed contract, and no reminders."""
    contract, events = circulate(linked("performer"), linked("studio"), linked("union", role="copy"))
    assert started(events) == ["performer", "studio"]
    contract, _ = sign(contract, "performer", now)
    contract, events = sign(contract, "studio", now)
    served = [event.recipient for event in events if isinstance(event, RecipientServed)]
    assert served == ["performer", "studio", "union"]


def test_nobody_is_reminded_of_a_contract_that_is_over(circulate: Circulate, now: datetime) -> None:
    """Withdrawn by the studio while it was somebody's turn: the timer finds nothing to do."""
    contract, _ = circulate(linked("performer"))
    cancelled, _ = lifecycle.cancel(contract, b"reason", now)
    assert circulation.follow_up(cancelled, now + timedelta(days=100)) == (cancelled, [])


def test_approvers_and_witnesses_too_act_on_what_they_read(circulate: Circulate, now: datetime) -> None:
    """Another document's hash is refused, for a signature as for an approval."""
    contract, _ = circulate(linked("performer"), linked("lawyer", role="approver"))
    for key, act in (("performer", circulation.sign), ("lawyer", circulation.approve)):
        with pytest.raises(DocumentChanged):
            act(contract, key, "Asia/Tokyo", "0" * 64, b"sealed", now)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["sign", "approve", "decline", "desk", "resume", "hand_on", "correct", "bounce", "follow_up"]),
        st.sampled_from(["performer", "studio", "lawyer", "friend", "reader"]),
        st.integers(0, 200),
    ),
    max_size=25,
)


@settings(max_examples=150)
@given(steps=STEPS, order=st.tuples(*[st.integers(1, 3)] * 3))
def test_no_sequence_of_steps_breaks_the_rules(
    drafted: Contract, now: datetime, steps: list[tuple[str, str, int]], order: tuple[int, int, int]
) -> None:
    """Whatever is tried in whatever order: executed exactly when all have acted, turns only when due, a refusal is a no-op."""
    sent, _ = lifecycle.send(drafted, now.date() + timedelta(days=180), now.date())
    requested = [
        linked("performer", step=order[0], may_delegate=True),
        RecipientRequest("studio", step=order[1]),
        linked("lawyer", role="approver", step=order[2]),
        linked("friend", role="witness", witness_of="performer", step=3),
        linked("reader", role="viewer", step=2),
    ]
    contract, _ = circulation.circulate(sent, requested, seal, now)
    at, told = now, list[Event]()
    tries: dict[str, Callable[[Contract, str, datetime], Step]] = {
        "sign": sign,
        "approve": approve,
        "desk": desk,
        "decline": lambda c, key, at: circulation.decline(c, key, b"", at),
        "resume": circulation.resume,
        "hand_on": lambda c, key, at: circulation.hand_on(c, key, OTHER, SEALING, "forwarding", at),
        "correct": lambda c, key, at: circulation.correct(c, key, OTHER, SEALING, at),
        "bounce": lambda c, key, _: circulation.bounce(c, key),
        "follow_up": lambda c, _, at: circulation.follow_up(c, at),
    }
    for name, key, hours in steps:
        at += timedelta(hours=hours)
        try:
            after, events = tries[name](contract, key, at)
        except RuleError:
            continue
        assert events or after == contract
        contract, told = after, [*told, *events]
        assert contract.round is not None
        acting = [r for r in contract.round.recipients if r.acting]
        addresses = [r.contact for r in acting if r.contact is not None]
        assert len(set(addresses)) == len(addresses)
        done = {r.key for r in acting if r.state == "completed"}
        assert (contract.state == "executed") == (len(done) == len(acting))
        for r in contract.round.recipients:
            if r.state in ("invited", "completed") and r.acting:
                assert all(other.key in done for other in acting if other.step < r.step)
                assert r.witness_of is None or r.witness_of in done
        assert {s.party for s in contract.signatures} == done & {"performer", "studio"}
    assert len([e for e in told if isinstance(e, ContractSigned)]) == (contract.state == "executed")
