"""Recipients sign by personal links, with codes from a real mail server; nobody else can."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
import time_machine
from eventlet import GreenPool

from chassis.documents import now
from chassis.errors import OutboxOverdue
from chassis.logs import log
from chassis.post import Message, NotSent, Smtp, Undeliverable
from events.envelope import from_wire
from events.talent.contracts import ContractCancelled, ContractDeclined
from events.talent.signing import RecipientReminded, RecipientServed, RecipientTurnStarted
from services.talent.availability.engagements import NewDayOff
from services.talent.contracts.api import Cancellation, Dispatch, SignatureRequest
from services.talent.contracts.signing import DocumentChanged, PersonalLinkOnly
from services.talent.contracts.warnings import DaysWarning
from services.talent.letters.api import CodeGiven, LettersQuery
from services.talent.letters.links import CodeOver, CodeWrong, LinkBound, LinkUnknown, SessionOver
from services.talent.service import Talent
from services.talent.signing import api
from services.talent.signing.circulation import RoleCannot, TurnOver
from services.talent.signing.consent import VERSION, ConsentOutdated
from services.talent.signing.recipients import RecipientRequest, RecipientsContradictory
from services.talent.studios import StudioIsSuspended
from tests.mailbox import Mailbox
from tests.service.place import Place
from tests.service.talents import STUDIO, call, draft, make, register
from tests.service.visitors import body, code_in, cookie_of, token_in, visit, writing

HEARD = (RecipientTurnStarted, RecipientReminded, RecipientServed, ContractDeclined, ContractCancelled)
MISAKI = "misaki@example.com"


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> Talent:
    """The service, which writes letters."""
    return writing(make(place, monkeypatch), monkeypatch, mailbox)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that a test moves."""
    with time_machine.travel(now()) as traveller:
        yield traveller


def hear(talent: Talent) -> list[str]:
    """Hand talent its own events that wait in the outboxes, as the broker would, and return their types."""
    told = []
    for document in talent.store.contracts.collection.find({"outbox.0": {"$exists": True}}):
        talent.store.contracts.collection.update_one({"_id": document["_id"]}, {"$set": {"outbox": []}})
        for entry in document["outbox"]:
            event = from_wire(orjson.loads(entry["body"]))
            told.append(event.type.split(".")[2])
            if isinstance(event.data, HEARD):
                for _ in range(2):  # a message may come again
                    talent.write_to_recipients(event)
    return told


def send(talent: Talent, *recipients: RecipientRequest) -> str:
    """A contract out to recipients; by default a performer who reads Japanese."""
    contract = draft(talent, register(talent, names={"legal": "佐藤美咲"}, contact={"email": MISAKI}))
    told = recipients or (RecipientRequest("performer", name="佐藤 美咲", email=MISAKI, language="ja"),)
    talent.send_contract(call(Dispatch(now().date() + timedelta(days=120), told), contract_id=contract))
    hear(talent)
    return contract


def ask(talent: Talent, token: str, cookie: str = "") -> str:
    """Ask for a code, and return the cookie that comes with it."""
    return cookie_of(talent.request_code(visit(token, cookie=cookie)), f"/public/signing/{token}")


def enter(talent: Talent, mailbox: Mailbox, token: str, to: str) -> str:
    """Ask for a code, give it, and return the cookie."""
    cookie = ask(talent, token)
    typed = " ".join(
        chr(ord(digit) + 0xFEE0) for digit in code_in(mailbox, to)
    )  # full-width, as keyboards in Asia write
    assert talent.open_session(visit(token, CodeGiven(typed), cookie)).headers == ()
    return cookie


def signature(read: Any, **given: Any) -> api.LinkSignature:
    """The signature of somebody who read it."""
    return api.LinkSignature(**{"name": "佐藤 美咲", "time_zone": "Asia/Tokyo", "document_sha256": read.document_sha256, "consent": VERSION, **given})  # fmt: skip


def test_a_performer_signs_by_link_and_code(talent: Talent, mailbox: Mailbox) -> None:
    """From the letter to the evidence; the desk cannot sign for her, and executes the contract afterwards."""
    contract = send(talent)
    sha256 = talent.store.contracts.find(contract).paper.sha256  # type: ignore[union-attr]
    desk = SignatureRequest("performer", "林晓", "Asia/Shanghai", sha256)
    with pytest.raises(PersonalLinkOnly):
        talent.sign_contract(call(desk, contract_id=contract))
    letter = mailbox.letters(MISAKI)[-1]
    assert "契約書" in str(letter["Subject"]) and letter["Message-ID"].startswith("<ltr_")
    assert str(letter["From"]) == "横店晨光影业 via Callboard <board@example.com>"
    assert letter["Reply-To"] == "contracts@dawn.example.com"
    token = token_in(mailbox, MISAKI)
    before = body(talent.get_signing_link(visit(token)))
    assert (before["address"], before["session"], before["turn"]) == ("m•••@example.com", False, "invited")
    assert (before["sender"], before["production"]) == ("横店晨光影业", "A Promise in Dragon City")
    assert (before["part"], before["deadline"]) == ("Han Seo-yeon, the heiress", before["expires_at"])
    with pytest.raises(SessionOver):
        talent.read_contract(visit(token))
    cookie = enter(talent, mailbox, token, MISAKI)
    read = talent.read_contract(visit(token, cookie=cookie)).body
    assert read.document_sha256 == sha256 and read.language == "ja" and "電子" in read.consent.text
    korean = talent.read_contract(visit(token, cookie=cookie, query=api.InLanguage("ko"))).body
    assert (korean.consent.language, korean.language) == ("ko", "ja") and "전자" in korean.consent.text
    assert (read.summary.language, korean.summary.language) == ("ja", "ko") and "優先" in read.summary.note
    assert [(other.role, other.party, other.state) for other in read.others] == [("signer", "studio", "waiting")]
    assert read.deadline == talent.store.contracts.find(contract).round.get("performer").expires_at  # type: ignore[union-attr]
    with pytest.raises(ConsentOutdated):
        talent.sign_by_link(visit(token, signature(read, consent="esign/0"), cookie))
    agreed = signature(read, consent_language="ko")
    signed = talent.sign_by_link(visit(token, agreed, cookie, key="once"))
    assert body(signed)["contract_state"] == "partially_signed"
    again = talent.sign_by_link(visit(token, agreed, cookie, key="once"))
    assert again.replayed and again.body == signed.body
    talent.sign_contract(call(replace(desk, party="studio"), contract_id=contract))
    evidence = talent.get_contract_evidence(call(contract_id=contract)).body
    first = evidence.signatures[0]
    assert (first.name, first.email, first.ip, first.user_agent) == ("佐藤 美咲", MISAKI, "192.0.2.7", "Phone")
    assert (
        (first.consent, first.consent_language) == (VERSION, "ko")
        and first.verified_at is not None
        and first.local_time.endswith("+09:00")
    )
    assert {"recipient_viewed", "recipient_completed", "signed", "recipient_served"} <= set(hear(talent))
    assert "締結" in str(mailbox.letters(MISAKI)[-1]["Subject"])
    served = enter(talent, mailbox, token_in(mailbox, MISAKI), MISAKI)
    finished = talent.read_contract(visit(token_in(mailbox, MISAKI), cookie=served)).body
    assert (finished.contract_state, finished.turn) == ("executed", "completed")


def test_a_link_that_was_used_works_for_nobody_else(talent: Talent, mailbox: Mailbox) -> None:
    """A second browser is refused whatever it asks; it can only have a new link sent to the recipient."""
    send(talent)
    token = token_in(mailbox, MISAKI)
    enter(talent, mailbox, token, MISAKI)
    for call_for, sent in (
        (talent.get_signing_link, None),
        (talent.request_code, None),
        (talent.open_session, CodeGiven("000000")),
        (talent.read_contract, None),
    ):
        with pytest.raises(LinkBound):
            call_for(visit(token, sent, "x" * 43))
    talent.renew_link(visit(token))
    other = token_in(mailbox, MISAKI)
    assert other != token
    assert body(talent.get_signing_link(visit(other)))["session"] is False
    with pytest.raises(LinkUnknown):
        talent.get_signing_link(visit("y" * 43))


def test_a_code_opens_only_the_browser_that_asked_for_it(talent: Talent, mailbox: Mailbox) -> None:
    """Whoever reads it over a shoulder and has the link gets nowhere, and spoils nothing for the one who asked."""
    send(talent)
    token = token_in(mailbox, MISAKI)
    cookie = ask(talent, token)
    given = CodeGiven(code_in(mailbox, MISAKI))
    for other in ("", "x" * 43):
        for _ in range(6):
            with pytest.raises(CodeOver):
                talent.open_session(visit(token, given, other))
    talent.open_session(visit(token, given, cookie))
    with pytest.raises(LinkBound):
        talent.open_session(visit(token, given, "x" * 43))


def test_a_lost_answer_locks_nobody_out(
    talent: Talent, mailbox: Mailbox, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither 503, because what happens cannot be told in time, nor an answer that never arrives: the same code is given again."""
    contract = send(talent)
    token = token_in(mailbox, MISAKI)
    cookie = ask(talent, token)
    given = visit(token, CodeGiven(code_in(mailbox, MISAKI)), cookie)
    with monkeypatch.context() as overdue:
        overdue.setattr(talent.store.relay, "_limit", -1.0)
        with pytest.raises(OutboxOverdue):
            talent.open_session(given)
    assert body(talent.get_signing_link(visit(token, cookie=cookie)))["session"] is False
    with pytest.raises(SessionOver):  # nobody reads before it is on record that they came
        talent.read_contract(visit(token, cookie=cookie))
    opened = body(talent.open_session(given))
    clock.shift(timedelta(minutes=1))
    assert body(talent.open_session(given)) == opened
    assert hear(talent).count("recipient_viewed") == 1
    assert talent.read_contract(visit(token, cookie=cookie)).body.recipient == "performer"
    later = talent.request_code(visit(token, cookie=cookie))
    assert later.headers == ()  # a bound browser keeps the cookie that it has
    with pytest.raises(CodeWrong):
        talent.open_session(given)
    talent.open_session(visit(token, CodeGiven(code_in(mailbox, MISAKI)), cookie))
    assert talent.store.contracts.find(contract).round.get("performer").viewed_at  # type: ignore[union-attr]


def test_links_and_letters_of_before_pages_had_links_are_read(talent: Talent, mailbox: Mailbox, place: Place) -> None:
    """What was stored without a person goes on: the link opens its contract, and the letter that waits is sent and listed."""
    carrier, talent.post.carrier = talent.post.carrier, None
    contract = send(talent)
    added = {"person_id": "", "serial": ""}
    place.database["links"].update_many({}, {"$unset": {"person_id": ""}})
    place.database["letters"].update_many({}, {"$unset": added})
    talent.post.carrier = carrier
    talent.deliver_letters()
    token = token_in(mailbox, MISAKI)
    cookie = enter(talent, mailbox, token, MISAKI)
    assert talent.read_contract(visit(token, cookie=cookie)).body.recipient == "performer"
    (turn, _) = body(talent.list_letters(call(query=LettersQuery(contract_id=contract))))["items"]
    assert (turn["kind"], turn["fate"], turn["person_id"]) == ("turn", "sent", None)


def test_codes_are_not_guessed(talent: Talent, mailbox: Mailbox) -> None:
    """Each wrong one counts, also of tries at the same time; after five the right one is refused."""
    send(talent)
    token = token_in(mailbox, MISAKI)
    cookie = ask(talent, token)
    right = code_in(mailbox, MISAKI)
    wrong = f"{(int(right) + 1) % 10**6:06d}"

    def guess(_: int) -> str:
        try:
            talent.open_session(visit(token, CodeGiven(wrong), cookie))
        except (CodeWrong, CodeOver) as refused:
            return type(refused).__name__
        return "opened"

    guesses = list(GreenPool(4).imap(guess, range(7)))
    assert sorted(guesses) == ["CodeOver"] * 2 + ["CodeWrong"] * 5
    with pytest.raises(CodeOver):
        talent.open_session(visit(token, CodeGiven(right), cookie))


def test_nothing_stored_opens_a_link(talent: Talent, mailbox: Mailbox, place: Place) -> None:
    """Neither token, code, cookie nor address is anywhere in the database in the clear."""
    send(talent)
    token = token_in(mailbox, MISAKI)
    cookie = ask(talent, token)
    code = code_in(mailbox, MISAKI)
    talent.open_session(visit(token, CodeGiven(code), cookie))
    stored = "".join(str(d) for name in ("contracts", "links", "letters") for d in place.database[name].find())
    for secret in (token, cookie, MISAKI, "佐藤"):
        assert secret not in stored
    letters = body(talent.list_letters(call(query=LettersQuery())))["items"]
    assert [(one["kind"], one["fate"]) for one in letters] == [("turn", "sent"), ("code", "sent")]
    assert token not in str(letters) and code not in str(letters)


def test_later_signers_hear_nothing_before_their_turn(talent: Talent, mailbox: Mailbox) -> None:
    """No letter, and so no link, until the step before is done."""
    ken = "ken@example.com"
    send(
        talent,
        RecipientRequest("performer", name="佐藤 美咲", email=MISAKI, language="ja"),
        RecipientRequest("studio", name="Ken", email=ken, step=2, language="ko"),
    )
    assert mailbox.letters(ken) == []
    token = token_in(mailbox, MISAKI)
    cookie = enter(talent, mailbox, token, MISAKI)
    read = talent.read_contract(visit(token, cookie=cookie)).body
    talent.sign_by_link(visit(token, signature(read), cookie))
    hear(talent)
    assert "계약서" in str(mailbox.letters(ken)[-1]["Subject"])


def test_handing_on_kills_the_link_and_writes_to_the_other(talent: Talent, mailbox: Mailbox) -> None:
    """The first recipient's session ends; the delegate has a link of their own, and is nobody who acts here already."""
    mina = "mina@example.com"
    contract = send(
        talent,
        RecipientRequest("performer", name="佐藤 美咲", email=MISAKI, language="ja", may_delegate=True),
        RecipientRequest("studio", name="Ken", email="ken@example.com", step=2),
    )
    token = token_in(mailbox, MISAKI)
    cookie = enter(talent, mailbox, token, MISAKI)
    with pytest.raises(RecipientsContradictory):
        talent.hand_on(visit(token, api.Handover("delegation", "Ken", "KEN@example.com"), cookie))
    with pytest.raises(RecipientsContradictory):
        talent.correct_recipient(call(api.Correction("performer", "Ken", "ken@example.com"), contract_id=contract))
    talent.hand_on(visit(token, api.Handover("forwarding", "Mina", mina), cookie))
    told = hear(talent)
    assert told.count("recipient_replaced") == 1
    with pytest.raises(LinkUnknown):
        talent.read_contract(visit(token, cookie=cookie))
    assert body(talent.get_signing_link(visit(token_in(mailbox, mina))))["address"] == "m•••@example.com"


def test_an_approver_approves_what_they_read_and_signs_nothing(talent: Talent, mailbox: Mailbox) -> None:
    """By link and code; the performer hears of it then and not before, and the approval's evidence is kept."""
    lawyer, yui = "lawyer@example.com", "yui@example.com"
    contract = send(
        talent,
        RecipientRequest("lawyer", role="approver", name="Kim Ha-eun", email=lawyer, language="ko"),
        RecipientRequest("performer", name="佐藤 唯", email=yui, step=2, language="ja"),
    )
    token = token_in(mailbox, lawyer)
    cookie = enter(talent, mailbox, token, lawyer)
    read = talent.read_contract(visit(token, cookie=cookie)).body
    with pytest.raises(RoleCannot):
        talent.sign_by_link(visit(token, signature(read), cookie))
    approval = api.Approval("Kim Ha-eun", "Asia/Seoul", read.document_sha256, VERSION)
    with pytest.raises(DocumentChanged):
        talent.approve_by_link(visit(token, replace(approval, document_sha256="0" * 64), cookie))
    assert mailbox.letters(yui) == []
    approved = body(talent.approve_by_link(visit(token, approval, cookie)))
    assert (approved["turn"], approved["contract_state"]) == ("completed", "sent")
    hear(talent)
    assert token_in(mailbox, yui)
    evidence = talent.get_contract_evidence(call(contract_id=contract)).body
    (act,) = evidence.acts
    assert act.consent_language == "ko"  # nothing else was chosen
    assert (act.name, act.email, act.ip, act.consent) == ("Kim Ha-eun", lawyer, "192.0.2.7", VERSION)
    assert act.local_time.endswith("+09:00") and evidence.signatures == ()


def test_the_studio_sees_what_became_of_each_letter(talent: Talent, mailbox: Mailbox) -> None:
    """Not sent because nobody sends, sent, tried again, or refused for good; the desk gets none."""
    carrier, talent.post.carrier = talent.post.carrier, None
    contract = send(talent)

    def letter() -> Any:
        performer, studio = body(talent.list_recipients(call(contract_id=contract)))["recipients"]
        assert studio["letter"] is None
        return performer["letter"]

    assert (letter()["kind"], letter()["state"], letter()["reason"]) == ("turn", "waiting", "no_mail_server")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        talent.post.carrier = Smtp.parse(f"smtp://127.0.0.1:{closed.getsockname()[1]}", "board@example.com")
        assert (letter()["state"], letter()["reason"]) == ("queued", None)
        talent.deliver_letters()
    assert (letter()["state"], letter()["reason"]) == ("retrying", "mail_server_failing")
    assert letter()["next_try_at"] > letter()["written_at"]
    talent.post.carrier = carrier
    with time_machine.travel(now() + timedelta(seconds=11)):
        talent.deliver_letters()
    assert (letter()["state"], letter()["reason"]) == ("sent", None) and letter()["sent_at"]
    ask(talent, token_in(mailbox, MISAKI))
    assert letter()["kind"] == "turn"  # a code is the recipient's affair
    gone = api.Correction("performer", "佐藤 美咲", "misaki@gone.example")
    talent.correct_recipient(call(gone, contract_id=contract))
    hear(talent)
    assert (letter()["state"], letter()["reason"]) == ("bounced", "address_refused")


def test_dispatch_answers_with_the_letters_that_follow(talent: Talent, mailbox: Mailbox) -> None:
    """To those whose turn begins: queued, or waiting where nobody sends letters."""
    told = (
        RecipientRequest("performer", name="佐藤 美咲", email=MISAKI, language="ja"),
        RecipientRequest("agent", "approver", name="田中 健", email="ken@example.com", step=2),
    )

    def dispatched() -> Any:
        contract = draft(talent, register(talent, names={"legal": "佐藤美咲"}, contact={"email": MISAKI}))
        return body(talent.send_contract(call(Dispatch(now().date() + timedelta(days=9), told), contract_id=contract)))

    answer = dispatched()
    assert answer["state"] == "sent"
    assert answer["letters"] == [{"recipient": "performer", "state": "queued", "reason": None}]
    assert MISAKI not in str(answer)
    talent.post.carrier = None
    assert dispatched()["letters"] == [{"recipient": "performer", "state": "waiting", "reason": "no_mail_server"}]


def test_whoever_signs_is_told_which_days_are_taken(talent: Talent, mailbox: Mailbox) -> None:
    """Her own turn only; the last signature, which books the days, answers without warnings."""
    contract = send(talent)
    drafted = talent.store.contracts.find(contract)
    assert drafted is not None
    first = min(drafted.terms.work_dates)
    off = NewDayOff(first, first)
    talent.record_day_off(call(off, person_id=drafted.terms.person_id))
    token = token_in(mailbox, MISAKI)
    cookie = enter(talent, mailbox, token, MISAKI)
    read = talent.read_contract(visit(token, cookie=cookie)).body
    assert read.warnings == (DaysWarning("day_off", (first,)),)
    talent.sign_by_link(visit(token, signature(read), cookie))
    assert talent.read_contract(visit(token, cookie=cookie)).body.warnings == ()
    desk = SignatureRequest("studio", "林晓", "Asia/Shanghai", read.document_sha256)
    executed = body(talent.sign_contract(call(desk, contract_id=contract)))
    assert (executed["state"], executed["warnings"]) == ("executed", [])


def test_a_question_reaches_the_studio_and_changes_no_turn(talent: Talent, mailbox: Mailbox, place: Place) -> None:
    """Only from who gave the code; once however often it is sent; stored encrypted, and shown to the studio alone."""
    contract = send(talent)
    token = token_in(mailbox, MISAKI)
    asked = api.Question("change", "Could the first day be 3 December?")
    with pytest.raises(SessionOver):
        talent.ask_by_link(visit(token, asked))
    cookie = enter(talent, mailbox, token, MISAKI)
    hear(talent)
    for _ in range(2):
        answer = talent.ask_by_link(visit(token, asked, cookie, key="once"))
    assert body(answer)["turn"] == "invited"
    assert hear(talent) == ["recipient_asked"]
    performer, studio = body(talent.list_recipients(call(contract_id=contract)))["recipients"]
    assert [(one["wish"], one["text"]) for one in performer["questions"]] == [("change", asked.text)]
    assert studio["questions"] == []
    assert "3 December" not in str(place.database["contracts"].find_one({"_id": contract}))
    read = talent.read_contract(visit(token, cookie=cookie)).body
    assert body(talent.sign_by_link(visit(token, signature(read), cookie)))["turn"] == "completed"


def test_a_turn_that_ended_unused_is_begun_anew(
    talent: Talent, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    """Nothing can be done until the studio says so; then with a letter, and a link of its own."""
    contract = send(talent)
    before = token_in(mailbox, MISAKI)
    clock.shift(timedelta(days=90, minutes=1))
    talent.follow_up_recipients()
    assert hear(talent) == ["recipient_expired"]
    cookie = enter(talent, mailbox, before, MISAKI)
    read = talent.read_contract(visit(before, cookie=cookie)).body
    assert read.turn == "expired"
    with pytest.raises(TurnOver):
        talent.sign_by_link(visit(before, signature(read), cookie))
    talent.resume_recipient(call(api.RecipientNamed("performer"), contract_id=contract))
    assert hear(talent) == ["recipient_viewed", "recipient_turn_started"]
    token = token_in(mailbox, MISAKI)
    cookie = enter(talent, mailbox, token, MISAKI)
    assert token != before
    assert body(talent.sign_by_link(visit(token, signature(read), cookie)))["turn"] == "completed"


def test_a_bounce_is_told_and_a_correction_reaches_the_right_address(talent: Talent, mailbox: Mailbox) -> None:
    """A refused address becomes an event once; the letter to the corrected one arrives."""
    rin = "rin@example.com"
    contract = send(talent, RecipientRequest("performer", name="Rin", email="rin@gone.example", language="en"))
    assert hear(talent) == ["recipient_bounced"]
    shown = body(talent.list_recipients(call(contract_id=contract)))["recipients"]
    assert [(r["key"], r["bounced"], r["email"]) for r in shown] == [("performer", True, "rin@gone.example"), ("studio", False, None)]  # fmt: skip
    talent.report_bounce(call(api.RecipientNamed("performer"), contract_id=contract))
    assert hear(talent) == []  # as a mail system tells again what is known
    with pytest.raises(RoleCannot):
        talent.report_bounce(call(api.RecipientNamed("studio"), contract_id=contract))
    talent.correct_recipient(call(api.Correction("performer", "Rin", rin), contract_id=contract))
    hear(talent)
    assert token_in(mailbox, rin)


def test_a_letter_that_fails_is_sent_later_with_the_same_id(
    talent: Talent, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    """A busy server, and then one that is away: nothing is lost, and a repeat can be told by its id."""
    busy = "yuna@busy.example"
    send(talent, RecipientRequest("performer", name="Yuna", email=busy, language="ko"))
    assert mailbox.letters(busy) == []
    running = talent.post.carrier
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        talent.post.carrier = Smtp.parse(f"smtp://127.0.0.1:{closed.getsockname()[1]}", "board@example.com")
        clock.shift(timedelta(minutes=1))
        talent.deliver_letters()
    talent.post.carrier = running
    talent.deliver_letters()
    assert mailbox.letters(busy) == []  # not before its time
    clock.shift(timedelta(minutes=2))
    talent.deliver_letters()
    (letter,) = mailbox.letters(busy)
    (stored,) = body(talent.list_letters(call(query=LettersQuery())))["items"]
    assert letter["Message-ID"] == f"<{stored['letter_id']}@example.com>"
    assert (stored["fate"], stored["attempts"]) == ("sent", 3)


def test_reminders_go_out_by_themselves(talent: Talent, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    """After five days a letter with a new link, however often the timer looks; after ninety the turn is over."""
    send(talent)
    first = token_in(mailbox, MISAKI)
    clock.shift(timedelta(days=5, minutes=1))
    for _ in range(2):
        talent.follow_up_recipients()
    assert hear(talent) == ["recipient_reminded"]
    assert token_in(mailbox, MISAKI) != first
    clock.shift(timedelta(days=85))
    talent.follow_up_recipients()
    told = []
    while more := hear(talent):
        told += more
        talent.follow_up_recipients()
    assert told == ["recipient_expired"]
    assert talent.store.waiting_contracts(now()) == []


def test_without_a_mail_server_letters_wait(talent: Talent, mailbox: Mailbox) -> None:
    """They are stored as due, and go out when one is configured."""
    eun = "eun@example.com"
    carrier, talent.post.carrier = talent.post.carrier, None
    send(talent, RecipientRequest("performer", name="Eun", email=eun, language="ko"))
    talent.deliver_letters()
    assert talent.store.letters_due() == 1
    talent.post.carrier = carrier
    talent.deliver_letters()
    assert len(mailbox.letters(eun)) == 1 and talent.store.letters_due() == 0


def test_one_letter_never_holds_up_the_others(
    talent: Talent, mailbox: Mailbox, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever sending it raises, it waits its time like any that was not sent, and the log does not say to whom it goes."""
    sora, haru, said = "sora@example.com", "haru@example.com", list[str]()
    running, talent.post.carrier = talent.post.carrier, None
    send(talent, RecipientRequest("performer", name="Sora", email=sora, language="ko"))
    clock.shift(timedelta(seconds=1))
    send(talent, RecipientRequest("performer", name="Haru", email=haru, language="ja"))

    class Broken:
        def send(self, message: Message) -> None:
            if message.to == sora:
                raise AttributeError(f"no attribute of {message.to}")
            running.send(message)  # type: ignore[union-attr]

    talent.post.carrier = Broken()
    monkeypatch.setattr(log, "warning", lambda *told, **facts: said.append(f"{told} {facts}"))
    talent.deliver_letters()
    assert len(mailbox.letters(haru)) == 1
    (line,) = said
    assert "AttributeError in send" in line and sora not in line
    talent.post.carrier = running
    talent.deliver_letters()
    assert mailbox.letters(sora) == []  # not before its time
    clock.shift(timedelta(seconds=11))
    talent.deliver_letters()
    assert len(mailbox.letters(sora)) == 1


def test_an_address_that_breaks_the_parser_bounces(talent: Talent, mailbox: Mailbox) -> None:
    """On file from a time when it was not refused: the letter is settled at the first try, and the studio is told."""
    send(talent, RecipientRequest("performer", name="Rin", email="rin@[1.2.3", language="en"))
    assert hear(talent) == ["recipient_bounced"]
    (letter,) = body(talent.list_letters(call(query=LettersQuery())))["items"]
    assert (letter["fate"], letter["attempts"]) == ("bounced", 1)


def test_a_domain_in_another_script_is_written_as_the_dns_has_it(mailbox: Mailbox) -> None:
    """Also for a server that knows nothing of such domains; one that older software reads otherwise gets nothing."""
    carrier = Smtp.parse(mailbox.url, "board@example.com")
    carrier.send(Message("ltr_1", "misaki@例え.jp", "S", "T", "T"))
    assert len(mailbox.letters("misaki@xn--r8jz45g.jp")) == 1
    with pytest.raises(Undeliverable):
        carrier.send(Message("ltr_2", "misaki@straße.example", "S", "T", "T"))


def test_the_mail_server_s_answers_are_told_apart(mailbox: Mailbox) -> None:
    """Refused for good, or for now."""
    carrier = Smtp.parse(mailbox.url, "board@example.com")
    with pytest.raises(Undeliverable):
        carrier.send(Message("ltr_1", "a@gone.example", "S", "T", "T"))
    for broken in ("a,b@example.com", "a@[1.2.3", "a@b..c"):
        with pytest.raises(Undeliverable):
            carrier.send(Message("ltr_3", broken, "S", "T", "T"))
    carrier.send(Message("ltr_4", '"a b"@example.com', "S", "T", "T"))
    assert len(mailbox.letters('"a b"@example.com')) == 1
    with pytest.raises(NotSent):
        carrier.send(Message("ltr_2", "b@busy.example", "S", "T", "T"))


def suspend(talent: Talent, suspended: bool) -> None:
    """What talent knows once the office suspended the studio, or lifted it."""
    talent.store.studios.collection.update_one({"_id": STUDIO}, {"$set": {"suspended": suspended}})


def test_nobody_commits_themselves_to_a_suspended_studio(talent: Talent, mailbox: Mailbox) -> None:
    """By link the contract is read and declined, but neither signed nor handed on until the suspension is lifted."""
    contract = send(talent)
    token = token_in(mailbox, MISAKI)
    cookie = enter(talent, mailbox, token, MISAKI)
    suspend(talent, True)
    read = talent.read_contract(visit(token, cookie=cookie)).body
    with pytest.raises(StudioIsSuspended):
        talent.sign_by_link(visit(token, signature(read), cookie))
    with pytest.raises(StudioIsSuspended):
        talent.hand_on(visit(token, api.Handover("forwarding", "田中 健", "ken@example.com"), cookie))
    assert talent.store.contracts.get(contract, STUDIO).state == "sent"
    suspend(talent, False)
    talent.sign_by_link(visit(token, signature(read), cookie))
    assert talent.store.contracts.get(contract, STUDIO).state == "partially_signed"


def test_a_cancelled_contract_is_read_for_thirty_days(
    talent: Talent, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    """Then its links lead nowhere; those of an executed one live on."""
    contract = send(talent)
    token = token_in(mailbox, MISAKI)
    cookie = enter(talent, mailbox, token, MISAKI)
    talent.cancel_contract(call(Cancellation("Recast"), contract_id=contract))
    clock.shift(timedelta(days=29))
    assert body(talent.get_signing_link(visit(token, cookie=cookie)))["contract_state"] == "cancelled"
    clock.shift(timedelta(days=2))
    with pytest.raises(LinkUnknown):
        talent.get_signing_link(visit(token, cookie=cookie))
