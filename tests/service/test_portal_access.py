"""A performer's own page is opened by a personal link and a code, by its reader alone, and for one studio and person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from chassis.documents import now
from chassis.errors import NotFound, PersonForgotten
from services.talent.letters.api import CodeGiven, LettersQuery
from services.talent.letters.links import LINK_LIFE, CodeOver, LinkBound, LinkUnknown, SessionOver
from services.talent.pay.api import DisputeRequest
from services.talent.pay.payments import PaymentAnswered
from services.talent.people.files import Agent, Contact, ProfileChange, file_id
from services.talent.people.merging import FileMerged
from services.talent.portal.invitations.api import NewInvitation, ReaderNamed
from services.talent.portal.invitations.portals import NoAddressOnFile, NobodyInvited
from services.talent.portal.pay.api import OwnPayQuery
from services.talent.service import Talent
from tests.mailbox import Mailbox
from tests.service.place import Place
from tests.service.portals import DESK, SEOYEON, enter, entered, hear, invite, merge
from tests.service.talents import STUDIO, call, make, register
from tests.service.test_pay_clock import executed, pay, told
from tests.service.visitors import body, code_in, cookie_of, token_in, visit, writing


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> Talent:
    """The service, which writes letters."""
    return writing(make(place, monkeypatch), monkeypatch, mailbox)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that a test moves, before the example's work dates."""
    with time_machine.travel(now().replace(year=2026, month=11, day=20, hour=12)) as traveller:
        yield traveller


def owed(talent: Talent, token: str, cookie: str, **query: Any) -> Any:
    """The instalments that the page shows."""
    return body(talent.list_own_pay(visit(token, cookie=cookie, query=OwnPayQuery(**query))))["items"]


def test_an_invitation_reaches_the_address_on_file(talent: Talent, mailbox: Mailbox, place: Place) -> None:
    """In the person's own language, from the studio by its name; the studio learns that it was sent, and never the link."""
    person = register(talent)
    answer = body(talent.invite_to_portal(call(NewInvitation("person"), key="once", person_id=person)))
    talent.invite_to_portal(call(NewInvitation("person"), key="once", person_id=person))
    assert answer["language"] == "ko"
    assert answer["letter"] == {"recipient": "person", "state": "queued", "reason": None}
    assert [a["letter"] for a in body(talent.get_portal(call(person_id=person)))["accesses"]] == [None]
    before = len(mailbox.letters(SEOYEON))
    assert hear(talent) == ["invited person"]
    assert len(mailbox.letters(SEOYEON)) == before + 1
    letter = mailbox.letters(SEOYEON)[-1]
    assert "横店晨光影业" in str(letter["Subject"]) and "개인 페이지" in str(letter["Subject"])
    token = token_in(mailbox, SEOYEON, "my")
    shown = body(talent.get_portal(call(person_id=person)))["accesses"]
    assert [(a["reader"], a["email"], a["bounced"]) for a in shown] == [("person", SEOYEON, False)]
    assert (shown[0]["letter"]["kind"], shown[0]["letter"]["state"]) == ("invitation", "sent")
    (sent,) = body(talent.list_letters(call(query=LettersQuery(person_id=person))))["items"]
    assert (sent["kind"], sent["fate"], sent["contract_id"], sent["person_id"]) == ("invitation", "sent", None, person)
    assert token not in str(shown) + str(sent) + str(answer)
    stored = "".join(str(d) for name in ("portals", "links", "letters") for d in place.database[name].find())
    for secret in (token, SEOYEON, "Seoyeon"):
        assert secret not in stored


def test_link_and_code_open_the_page_in_one_browser(
    talent: Talent, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    """Nothing is shown without both; another browser is refused, and can have a new link sent to the reader."""
    person = register(talent)
    invite(talent, person, language="ja")
    token = token_in(mailbox, SEOYEON, "my")
    before = body(talent.get_portal_link(visit(token)))
    assert (before["address"], before["language"], before["session"]) == ("s•••@example.com", "ja", False)
    with pytest.raises(SessionOver):
        owed(talent, token, "")
    cookie = cookie_of(talent.request_portal_code(visit(token)), f"/public/portal/{token}")
    given = CodeGiven(code_in(mailbox, SEOYEON))
    with pytest.raises(CodeOver):
        talent.open_portal_session(visit(token, given, "x" * 43))
    talent.open_portal_session(visit(token, given, cookie))
    assert owed(talent, token, cookie) == []
    assert body(talent.get_portal_link(visit(token, cookie=cookie)))["session"] is True
    page = body(talent.get_own_page(visit(token, cookie=cookie)))
    assert (page["studio"], page["performer"], page["reader"]) == ("横店晨光影业", "Seoyeon Han", "person")
    for other in ("", "x" * 43):
        with pytest.raises(LinkBound):
            talent.get_portal_link(visit(token, cookie=other))
        with pytest.raises(LinkBound):
            owed(talent, token, other)
    talent.renew_portal_link(visit(token))
    renewed = token_in(mailbox, SEOYEON, "my")
    assert renewed != token
    assert owed(talent, renewed, enter(talent, mailbox, renewed, SEOYEON)) == []
    clock.shift(timedelta(minutes=31))
    with pytest.raises(SessionOver):
        owed(talent, token, cookie)


def test_a_link_to_a_page_opens_no_contract_and_none_that_is_unknown(talent: Talent, mailbox: Mailbox) -> None:
    """What a token is for is stored with it."""
    token, cookie = entered(talent, mailbox, register(talent))
    with pytest.raises(LinkUnknown):
        talent.read_contract(visit(token, cookie=cookie))
    with pytest.raises(LinkUnknown):
        talent.get_portal_link(visit("y" * 43))


def test_the_last_invitation_counts(talent: Talent, mailbox: Mailbox) -> None:
    """An earlier link dies when the reader is invited again; the agent's is another one and lives on until it is withdrawn."""
    person = register(talent)
    first, cookie = entered(talent, mailbox, person)
    agent, agents = entered(talent, mailbox, person, "agent")
    invite(talent, person)
    with pytest.raises(LinkUnknown):
        owed(talent, first, cookie)
    assert owed(talent, agent, agents) == []
    withdrawn = body(talent.withdraw_portal(call(ReaderNamed("agent"), key="w", person_id=person)))
    assert withdrawn == body(talent.withdraw_portal(call(ReaderNamed("agent"), key="w", person_id=person)))
    with pytest.raises(LinkUnknown):
        owed(talent, agent, agents)
    with pytest.raises(NobodyInvited):
        talent.withdraw_portal(call(ReaderNamed("agent"), person_id=person))
    assert hear(talent) == ["withdrawn agent"]


def test_an_invitation_that_was_replaced_is_not_sent(talent: Talent, mailbox: Mailbox) -> None:
    """Two in a row: one letter, with the link that works."""
    person = register(talent)
    before = len(mailbox.letters(SEOYEON))
    for _ in range(2):
        talent.invite_to_portal(call(NewInvitation("person"), person_id=person))
    assert hear(talent) == ["invited person"] * 2
    assert len(mailbox.letters(SEOYEON)) == before + 1
    talent.get_portal_link(visit(token_in(mailbox, SEOYEON, "my")))


def test_who_is_no_longer_the_agent_is_out(talent: Talent, mailbox: Mailbox) -> None:
    """At once, in the middle of a session; the person's own access does not change."""
    person = register(talent)
    agent, agents = entered(talent, mailbox, person, "agent")
    own, owns = entered(talent, mailbox, person)
    other = Agent("Red Heron", Contact("desk@redheron.example"), Decimal(10))
    talent.update_person(call(ProfileChange(agent=other), person_id=person))
    with pytest.raises(LinkUnknown):
        owed(talent, agent, agents)
    assert owed(talent, own, owns) == []


def test_without_an_address_nobody_is_invited(talent: Talent) -> None:
    """The refusal points at the reader."""
    person = register(talent)
    talent.update_person(call(ProfileChange(contact=Contact(phone="+82 2 1234 5678")), person_id=person))
    with pytest.raises(NoAddressOnFile):
        talent.invite_to_portal(call(NewInvitation("person"), person_id=person))
    assert hear(talent) == []


def test_an_address_that_fails_is_told(talent: Talent) -> None:
    """Once, by an event, and where the studio looks who is invited."""
    person = register(talent)
    talent.update_person(call(ProfileChange(contact=Contact("rin@gone.example")), person_id=person))
    invite(talent, person)
    assert hear(talent) == ["bounced person"]
    assert [a["bounced"] for a in body(talent.get_portal(call(person_id=person)))["accesses"]] == [True]
    assert body(talent.get_portal(call(person_id=person)))["accesses"][0]["letter"]["state"] == "bounced"


def test_a_year_later_the_page_is_closed(talent: Talent, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    """Also for a link that was renewed the day before."""
    person = register(talent)
    invite(talent, person)
    clock.shift(LINK_LIFE - timedelta(days=1))
    talent.renew_portal_link(visit(token_in(mailbox, SEOYEON, "my")))
    renewed = token_in(mailbox, SEOYEON, "my")
    talent.get_portal_link(visit(renewed))
    clock.shift(timedelta(days=1, minutes=1))
    with pytest.raises(LinkUnknown):
        talent.get_portal_link(visit(renewed))


def test_a_forgotten_person_s_page_is_gone(talent: Talent, mailbox: Mailbox) -> None:
    """The link answers 410, a letter that waits is never sent, and what was kept of the address cannot be read."""
    person = register(talent)
    token, cookie = entered(talent, mailbox, person)
    carrier, talent.post.carrier = talent.post.carrier, None
    invite(talent, person, reader="agent")
    talent.store.vault.destroy(file_id(person, STUDIO))
    talent.post.carrier = carrier
    before = len(mailbox.letters(DESK))
    talent.deliver_letters()
    assert len(mailbox.letters(DESK)) == before
    fates = [one["fate"] for one in body(talent.list_letters(call(query=LettersQuery())))["items"]]
    assert fates.count("failed") == 1
    for ask in (talent.get_portal_link, talent.request_portal_code, talent.renew_portal_link):
        with pytest.raises(PersonForgotten):
            ask(visit(token, cookie=cookie))
    with pytest.raises(PersonForgotten):
        talent.invite_to_portal(call(NewInvitation("person"), person_id=person))


def test_after_a_merge_the_link_goes_on(talent: Talent, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    """With what was agreed under either id; invitation and withdrawal are for the present id, and end the former one's link."""
    old, new = register(talent), register(talent)
    token, cookie = entered(talent, mailbox, old)
    contracts = {executed(talent, old), executed(talent, new)}
    merge(talent, old, new)
    assert {part["contract_id"] for part in owed(talent, token, cookie)} == contracts
    with pytest.raises(FileMerged):
        talent.invite_to_portal(call(NewInvitation("person"), person_id=old))
    assert [a["reader"] for a in body(talent.get_portal(call(person_id=new)))["accesses"]] == ["person"]
    talent.withdraw_portal(call(ReaderNamed("person"), person_id=new))
    with pytest.raises(LinkUnknown):
        owed(talent, token, cookie)
    again, _ = entered(talent, mailbox, new)
    assert again != token


def test_an_invitation_under_the_present_id_ends_the_former_one_s(talent: Talent, mailbox: Mailbox) -> None:
    """One reader has one link, however many files there were."""
    old, new = register(talent), register(talent)
    token, cookie = entered(talent, mailbox, old)
    merge(talent, old, new)
    invite(talent, new)
    with pytest.raises(LinkUnknown):
        owed(talent, token, cookie)


def test_payments_are_confirmed_and_disputed_by_whom_they_are_for(
    talent: Talent, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    """References and own reasons are shown; payment and event say who answered, and the desk's answers are told apart."""
    person = register(talent)
    contract = executed(talent, person)
    first = pay(talent, contract, "5400.00", date(2026, 11, 20))
    second = pay(talent, contract, "7200.00", date(2026, 11, 20), instalment=2)
    third = pay(talent, contract, "5400.00", date(2026, 11, 20), instalment=3)
    token, cookie = entered(talent, mailbox, person)
    agent, agents = entered(talent, mailbox, person, "agent")
    shown = owed(talent, token, cookie)
    assert [(part["number"], part["production"], part["state"]) for part in shown] == [
        (n, "A Promise in Dragon City", "paid") for n in (1, 2, 3)
    ]
    assert shown[0]["payments"][0]["reference"] == "TX 417"
    confirmed = talent.confirm_own_payment(visit(token, None, cookie, "k", contract_id=contract, payment_id=first))
    again = talent.confirm_own_payment(visit(token, None, cookie, "k", contract_id=contract, payment_id=first))
    assert again.replayed and again.body == confirmed.body
    why = DisputeRequest("Nothing has arrived.")
    talent.dispute_own_payment(visit(agent, why, agents, contract_id=contract, payment_id=second))
    with pytest.raises(PaymentAnswered):
        talent.confirm_own_payment(visit(token, None, cookie, contract_id=contract, payment_id=second))
    talent.confirm_payment(replace(call(contract_id=contract, payment_id=third), actor="mem_2"))
    answers = [owed(talent, token, cookie, contract_id=contract)[n]["payments"][0] for n in range(3)]
    assert [(a["payment"]["state"], a["payment"]["answered_by"], a["reason"]) for a in answers] == [
        ("confirmed", "person", None),
        ("disputed", "agent", "Nothing has arrived."),
        ("confirmed", "studio", None),
    ]
    events: list[Any] = [
        *told(talent.store.pay_clocks, "talent.payment.confirmed.v1"),
        *told(talent.store.pay_clocks, "talent.payment.disputed.v1"),
    ]
    assert [(e.data.answered_by, e.actor.partition(":")[0], e.tenant) for e in events] == [
        ("person", "person", STUDIO),
        ("studio", "mem_2", STUDIO),
        ("agent", "agent", STUDIO),
    ]


def test_what_is_another_s_is_not_there(
    talent: Talent, mailbox: Mailbox, clock: time_machine.Traveller, place: Place
) -> None:
    """Neither another person's contract at the same studio, nor the same person's at another, nor a payment by a wrong contract."""
    person, other = register(talent), register(talent)
    mine, theirs = executed(talent, person), executed(talent, other)
    payment = pay(talent, theirs, "5400.00", date(2026, 11, 20))
    token, cookie = entered(talent, mailbox, person)
    assert {part["contract_id"] for part in owed(talent, token, cookie)} == {mine}
    for contract in (theirs, mine):
        with pytest.raises(Exception) as refused:
            talent.confirm_own_payment(visit(token, None, cookie, contract_id=contract, payment_id=payment))
        assert getattr(refused.value, "status", None) == 404
    with pytest.raises(NotFound):
        owed(talent, token, cookie, contract_id=theirs)
    elsewhere = replace(call(), tenant="stu_01JD8Z4C7M2QK5V9W3XRT6B8NF").tenant
    place.database["contracts"].update_one({"_id": mine}, {"$set": {"tenant": elsewhere}})
    place.database["pay_clocks"].update_one({"_id": mine}, {"$set": {"tenant": elsewhere}})
    assert owed(talent, token, cookie) == []
    with pytest.raises(NotFound):
        owed(talent, token, cookie, contract_id=mine)
    with pytest.raises(NotFound):
        talent.get_portal(replace(call(person_id=person), tenant=elsewhere))
