"""A person's signature that the studio enters is shown as that, and the person can say that it is not theirs."""

from datetime import datetime, timedelta

import pytest

from events.talent.contracts import ContractPartySigned
from events.talent.signing import DeskRuleChanged, RecipientReplaced, SignatureDisputed, SignatureEnteredAtDesk
from services.talent.contracts import lifecycle, signing
from services.talent.contracts.lifecycle import Contract, Party, Step
from services.talent.contracts.signing import Entry, Evidence, PersonalLinkOnly, SignatureInDispute
from services.talent.letters.addressees import Contact, Reading
from services.talent.people.files import Contact as Reached
from services.talent.people.files import Names, Profile
from services.talent.signing import circulation, desk
from services.talent.signing.circulation import NothingToDispute
from services.talent.signing.desk import AddressOnFile, DeskForbidden, NoAddress
from services.talent.signing.recipients import RecipientRequest, RecipientsContradictory, Sealing

MISAKI = Contact("佐藤美咲", "misaki@example.com")
SEALING = Sealing(lambda contact: contact.email.encode(), lambda sealed: Contact("Somebody", sealed.decode()))


def reach(party: Party) -> tuple[Contact, Reading]:
    """By the file."""
    return MISAKI, "ja"


@pytest.fixture
def sent(drafted: Contract, now: datetime) -> Contract:
    """A contract with half a year to sign, before anybody has a turn."""
    return lifecycle.send(drafted, now.date() + timedelta(days=180), now.date())[0]


def dispatch(sent: Contract, now: datetime, *requested: RecipientRequest, at_desk: tuple[str, ...] = ()) -> Contract:
    """The contract in its first turn."""
    everybody = circulation.with_people(sent, requested, at_desk, reach)
    return circulation.circulate(sent, everybody, SEALING.seal, now)[0]


def enter(contract: Contract, now: datetime) -> Step:
    """The performer's signature as a member enters it, with one clause not initialled."""
    evidence = Evidence("佐藤美咲", "", "", reason="Signed on paper.", initials_absent=("replica",))
    return circulation.enter(
        contract,
        "performer",
        "Asia/Shanghai",
        contract.paper.sha256,
        lambda one: one.name.encode(),
        evidence,
        SEALING.seal(MISAKI),
        "ja",
        Entry(recorded_by="mbr_1", name_differs=True),
        now,
    )


def test_a_person_has_a_link_unless_the_desk_is_asked_for(sent: Contract, now: datetime) -> None:
    """Without recipients the performer is written to by the file's address, in their language; the studio has no link."""
    performer, studio = dispatch(sent, now).round.recipients  # type: ignore[union-attr]
    assert (performer.contact, performer.language, performer.step) == (b"misaki@example.com", "ja", 1)
    assert (studio.linked, studio.step) == (False, 2)
    with pytest.raises(PersonalLinkOnly):
        signing.sign(dispatch(sent, now), "performer", "UTC", sent.paper.sha256, b"", now)
    at_desk = dispatch(sent, now, at_desk=("performer",)).round
    assert at_desk is not None and not any(one.linked for one in at_desk.recipients)


def test_a_person_who_was_left_out_has_a_link_too(sent: Contract, now: datetime) -> None:
    """Also with other recipients, and when named without an address."""
    lawyer = RecipientRequest("lawyer", role="approver", name="周晴", email="zhou@example.com")
    for requested in ((lawyer,), (lawyer, RecipientRequest("performer", step=3))):
        round = dispatch(sent, now, *requested).round
        assert round is not None and round.get("performer").contact == b"misaki@example.com"


def test_the_desk_is_for_people_without_a_link(sent: Contract, now: datetime) -> None:
    """Neither for a party that is no person, nor for one that has a link."""
    linked = RecipientRequest("performer", name="佐藤美咲", email="misaki@example.com")
    for requested, at_desk in (((), ("studio",)), ((), ("stranger",)), ((linked,), ("performer",))):
        with pytest.raises(RecipientsContradictory) as refused:
            circulation.with_people(sent, requested, at_desk, reach)
        assert refused.value.pointer == "/at_desk/0"


def test_an_entry_says_that_it_is_one(sent: Contract, now: datetime) -> None:
    """By an event of its own, in the event of the signature, and in the signature; from now on the person has a link."""
    contract, events = enter(dispatch(sent, now, at_desk=("performer",)), now)
    entered, signed = events[:2]
    assert entered == SignatureEnteredAtDesk(
        contract.id, "performer", "mbr_1", contract.paper.sha256, None, True, 1, now
    )
    assert isinstance(signed, ContractPartySigned)
    assert (signed.authentication, signed.recorded_by) == ("desk", "mbr_1")
    signature = contract.signatures[0]
    assert (signature.authentication, signature.recorded_by, signature.name_differs) == ("desk", "mbr_1", True)
    recipient = circulation.find(contract, "performer")
    assert (recipient.contact, recipient.language, recipient.state) == (b"misaki@example.com", "ja", "completed")


def test_a_disputed_signature_stays_disputed_and_nobody_signs_on(sent: Contract, now: datetime) -> None:
    """Once, by its person; the studio cannot execute the contract any more, and can withdraw it."""
    contract, _ = enter(dispatch(sent, now, at_desk=("performer",)), now)
    disputed, events = circulation.dispute(contract, "performer", b"sealed", now)
    assert events == [SignatureDisputed(contract.id, "performer", now)]
    assert disputed.disputed and not contract.disputed
    with pytest.raises(SignatureInDispute):
        signing.sign(disputed, "studio", "UTC", disputed.paper.sha256, b"", now)
    with pytest.raises(NothingToDispute):
        circulation.dispute(disputed, "performer", b"sealed", now)
    assert lifecycle.cancel(disputed, b"sealed", now)[0].disputed


def test_an_executed_contract_can_be_disputed(sent: Contract, now: datetime) -> None:
    """Whoever was told late says so late."""
    contract, _ = enter(dispatch(sent, now, at_desk=("performer",)), now)
    executed, _ = signing.sign(contract, "studio", "UTC", contract.paper.sha256, b"", now)
    disputed, _ = circulation.dispute(executed, "performer", b"sealed", now)
    assert (disputed.state, disputed.disputed) == ("executed", True)


def test_ones_own_signature_is_not_disputed(sent: Contract, now: datetime) -> None:
    """Who signed by link and code has nothing to dispute, and neither has anybody before they sign."""
    contract = dispatch(sent, now)
    with pytest.raises(NothingToDispute):
        circulation.dispute(contract, "performer", b"sealed", now)
    signed, _ = circulation.sign(contract, "performer", "Asia/Tokyo", contract.paper.sha256, b"", now)
    assert signed.signatures[0].authentication == "link_and_code"
    assert signed.signatures[0].recorded_by is None
    with pytest.raises(NothingToDispute):
        circulation.dispute(signed, "performer", b"sealed", now)


def test_a_corrected_address_is_kept(sent: Contract, now: datetime) -> None:
    """With until when, why, and whether the contract had been read there; the turn begins anew."""
    contract, _ = circulation.view(dispatch(sent, now), "performer", now)
    moved, events = circulation.correct(contract, "performer", Contact("M", "m@studio.example"), SEALING, now)
    assert events[0] == RecipientReplaced(contract.id, "performer", "correction", 0, viewed=True)
    recipient = circulation.find(moved, "performer")
    (former,) = recipient.former
    assert (former.contact, former.until, former.why, former.viewed) == (
        b"misaki@example.com",
        now,
        "correction",
        True,
    )
    assert (recipient.serial, recipient.viewed_at, recipient.state) == (1, None, "invited")


def test_studio_and_template_can_forbid_the_desk() -> None:
    """Each alone; a change of the studio's rule is an event, once."""
    rule = desk.initial("stu_1")
    desk.require_allowed(rule, True, "performer", "/party")
    forbidden, events = desk.change(rule, "forbidden")
    assert events == [DeskRuleChanged("stu_1", "forbidden")]
    assert desk.change(forbidden, "forbidden") == (forbidden, [])
    for known, allowed in ((forbidden, True), (rule, False)):
        with pytest.raises(DeskForbidden):
            desk.require_allowed(known, allowed, "performer", "/party")


def test_a_person_is_written_to_at_the_address_on_file() -> None:
    """Another address counts only where there is none; without any the entry is refused with the field named."""
    known = Profile(Names("佐藤美咲"), "JP", contact=Reached(email="misaki@example.com"))
    unknown = Profile(Names("佐藤美咲"), "JP")
    assert desk.contact(known, "Misaki@example.com", "performer").email == "misaki@example.com"
    assert desk.contact(unknown, "m@example.com", "performer").email == "m@example.com"
    with pytest.raises(AddressOnFile):
        desk.contact(known, "m@studio.example", "performer")
    with pytest.raises(NoAddress) as refused:
        desk.contact(unknown, None, "performer")
    assert refused.value.pointer == "/email"
