"""What a studio enters for a person is told to the person, who can say that it is not theirs; a changed address is told to the old one."""

from contextlib import closing
from datetime import timedelta
from typing import Any

import orjson
import pytest

from chassis.documents import now
from chassis.errors import NotFound
from chassis.uploads import Received
from events.envelope import from_wire
from events.talent.signing import RecipientReplaced, RecipientTurnStarted, SignatureEnteredAtDesk
from services.talent.contracts.api import Dispatch, SignatureRequest
from services.talent.letters.api import CodeGiven
from services.talent.letters.links import LinkUnknown
from services.talent.paper.api import NotAPdf
from services.talent.service import Talent
from services.talent.signing import api
from services.talent.signing.circulation import NothingToDispute
from services.talent.signing.consent import VERSION
from services.talent.signing.desk import DeskForbidden, GroundsMissing, NoAddress
from services.talent.signing.names import NameUnexpected
from services.talent.signing.recipients import RecipientRequest
from tests.mailbox import Mailbox, text_of
from tests.service.place import Place
from tests.service.talents import call, draft, make, register
from tests.service.visitors import body, code_in, cookie_of, token_in, visit, writing

TOLD = (RecipientTurnStarted, RecipientReplaced, SignatureEnteredAtDesk)


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> Talent:
    """The service, which writes letters."""
    return writing(make(place, monkeypatch), monkeypatch, mailbox)


def hear(talent: Talent) -> list[str]:
    """Hand talent its own events, as the broker would, twice; their types."""
    types = []
    for document in talent.store.contracts.collection.find({"outbox.0": {"$exists": True}}):
        talent.store.contracts.collection.update_one({"_id": document["_id"]}, {"$set": {"outbox": []}})
        for entry in document["outbox"]:
            event = from_wire(orjson.loads(entry["body"]))
            types.append(event.type)
            if isinstance(event.data, TOLD):
                for _ in range(2):
                    talent.write_to_recipients(event)
    return types


def person(talent: Talent, email: str | None) -> str:
    """Misaki, with or without an address on file, who reads Japanese."""
    contact = {"email": email} if email else {}
    languages = [{"tag": "ja", "level": "native"}]
    return register(talent, names={"legal": "佐藤美咲"}, contact=contact, languages=languages)


def dispatched(talent: Talent, email: str | None, *at_desk: str, **other: Any) -> str:
    """A contract that is out."""
    contract = draft(talent, person(talent, email), **other)
    talent.send_contract(call(Dispatch(now().date() + timedelta(days=90), at_desk=at_desk), contract_id=contract))
    hear(talent)
    return contract


def entry(talent: Talent, contract: str, **given: Any) -> Any:
    """The performer's signature entered at the desk, on paper unless told otherwise."""
    sha256 = talent.store.contracts.find(contract).paper.sha256  # type: ignore[union-attr]
    wanted = {"name": "佐藤 美咲", "reason": "Signed on paper.", **given}
    request = SignatureRequest("performer", time_zone="Asia/Shanghai", document_sha256=sha256, **wanted)
    return talent.sign_contract(call(request, contract_id=contract))


def opened(talent: Talent, mailbox: Mailbox, email: str) -> tuple[str, str]:
    """Token and cookie of whoever opened the latest link that came to an address."""
    token = token_in(mailbox, email)
    cookie = cookie_of(talent.request_code(visit(token)), f"/public/signing/{token}")
    talent.open_session(visit(token, CodeGiven(code_in(mailbox, email)), cookie))
    return token, cookie


def upload(talent: Talent, contract: str, content: bytes) -> Any:
    """What is answered to a file."""
    with closing(Received()) as received:
        received.add(content)
        return body(talent.upload_scan(call(received, contract_id=contract)))


def test_who_has_an_address_gets_a_link_by_default(talent: Talent, mailbox: Mailbox) -> None:
    """Without recipients the letter goes to the address on file, in the person's language; without an address it is refused."""
    dispatched(talent, "ask@misaki.example")
    assert "契約書" in str(mailbox.letters("ask@misaki.example")[-1]["Subject"])
    with pytest.raises(NoAddress) as refused:
        dispatched(talent, None)
    assert refused.value.pointer == "/recipients"


def test_an_entered_signature_is_told_and_disputed(talent: Talent, mailbox: Mailbox) -> None:
    """The person is written to at once, sees who entered what and why, and says that it is not theirs; the evidence shows all."""
    email = "told@misaki.example"
    contract = dispatched(talent, email, "performer")
    assert mailbox.letters(email) == []
    shown = body(entry(talent, contract))["parties"][0]["signature"]
    assert (shown["authentication"], shown["recorded_by"], shown["disputed_at"]) == ("desk", call().actor, None)
    assert "talent.contract.signature_entered.v1" in hear(talent)
    assert "署名を登録しました" in str(mailbox.letters(email)[-1]["Subject"])
    assert len(mailbox.letters(email)) == 1
    token, cookie = opened(talent, mailbox, email)
    read = talent.read_contract(visit(token, cookie=cookie)).body
    assert (read.entered.recorded_by, read.entered.reason, read.turn) == (call().actor, "Signed on paper.", "completed")
    talent.dispute_signature(visit(token, api.SignatureDispute("署名していません。"), cookie))
    with pytest.raises(NothingToDispute):
        talent.dispute_signature(visit(token, api.SignatureDispute("再度"), cookie))
    assert "talent.contract.signature_disputed.v1" in hear(talent)
    assert talent.read_contract(visit(token, cookie=cookie)).body.entered.disputed_at is not None
    view = body(talent.get_contract(call(contract_id=contract)))
    assert view["disputed"] and view["parties"][0]["signature"]["disputed_at"]
    (signature,) = talent.get_contract_evidence(call(contract_id=contract)).body.signatures
    assert (signature.told_at, signature.dispute, signature.reason) == (email, "署名していません。", "Signed on paper.")


def test_an_entry_needs_grounds_a_name_and_an_address(talent: Talent) -> None:
    """A reason or a scan; a name that is the person's or confirmed once; somewhere to write to."""
    contract = dispatched(talent, None, "performer")
    with pytest.raises(GroundsMissing):
        entry(talent, contract, reason=None)
    with pytest.raises(NameUnexpected):
        entry(talent, contract, name="Mickey Mouse", email="late@misaki.example")
    with pytest.raises(NoAddress):
        entry(talent, contract)
    shown = body(entry(talent, contract, name="Mickey Mouse", name_confirmed=True, email="late@misaki.example"))
    assert shown["parties"][0]["signature"]["name_differs"] is True


def test_absent_initials_are_recorded(talent: Talent) -> None:
    """A paper without the initials that a replica needs says so."""
    consents = {"dubbing": True, "ai_voice": True, "replica": True, "replica_uses": "Crowds."}
    contract = dispatched(talent, "initials@misaki.example", "performer", consents=consents)
    entry(talent, contract, initials=(api.Initials("replica", "M.S."),))
    (signature,) = talent.get_contract_evidence(call(contract_id=contract)).body.signatures
    assert (signature.initials_absent, signature.initials[0].clause) == (("ai_voice",), "replica")


def test_a_scan_is_kept_encrypted_and_named_in_the_evidence(talent: Talent) -> None:
    """Uploaded before the entry, of this contract only; nothing of it is readable in the database."""
    contract, other = (dispatched(talent, "scan@misaki.example", "performer") for _ in range(2))
    with pytest.raises(NotAPdf):
        upload(talent, contract, b"GIF89a")
    scan = upload(talent, contract, b"%PDF-1.7 signed by hand")
    stored = talent.store.signed_scans.collection.find_one({"_id": scan["scan_id"]})
    assert stored is not None and b"signed by hand" not in stored["encrypted"]
    with pytest.raises(NotFound):
        entry(talent, other, reason=None, scan_id=scan["scan_id"])
    entry(talent, contract, reason=None, scan_id=scan["scan_id"])
    (signature,) = talent.get_contract_evidence(call(contract_id=contract)).body.signatures
    assert (signature.scan_id, signature.scan_sha256) == (scan["scan_id"], scan["sha256"])
    answer = talent.download_scan(call(contract_id=contract, scan_id=scan["scan_id"]))
    assert answer.body == b"%PDF-1.7 signed by hand"


def test_a_studio_that_forbids_the_desk_has_links_only(talent: Talent) -> None:
    """Neither dispatch to the desk nor an entry under a contract that is out already."""
    contract = dispatched(talent, "rule@misaki.example", "performer")
    assert body(talent.get_desk_rule(call()))["desk"] == "allowed"
    talent.change_desk_rule(call(api.DeskRuleView("forbidden")))
    try:
        with pytest.raises(DeskForbidden):
            entry(talent, contract)
        with pytest.raises(DeskForbidden):
            dispatched(talent, "rule@misaki.example", "performer")
    finally:
        talent.change_desk_rule(call(api.DeskRuleView("allowed")))


def test_a_changed_address_is_told_and_kept(talent: Talent, mailbox: Mailbox) -> None:
    """After she opened the link the studio sends it elsewhere: her address is told, and evidence and list show both."""
    hers, theirs = "hers@misaki.example", "theirs@studio.example"
    contract = dispatched(talent, hers)
    token, cookie = opened(talent, mailbox, hers)
    talent.correct_recipient(call(api.Correction("performer", "佐藤美咲", theirs), contract_id=contract))
    hear(talent)
    letter = mailbox.letters(hers)[-1]
    assert "送付先が変更されました" in str(letter["Subject"]) and "t•••@studio" in text_of(letter)
    with pytest.raises(LinkUnknown):
        talent.read_contract(visit(token, cookie=cookie))
    token, cookie = opened(talent, mailbox, theirs)
    read = talent.read_contract(visit(token, cookie=cookie)).body
    signed = api.LinkSignature("佐藤美咲", "Asia/Shanghai", read.document_sha256, VERSION)
    talent.sign_by_link(visit(token, signed, cookie))
    (signature,) = talent.get_contract_evidence(call(contract_id=contract)).body.signatures
    (former,) = signature.former
    assert (former.email, former.why, former.viewed) == (hers, "correction", True)
    assert (signature.email, signature.email_on_file, signature.authentication) == (theirs, False, "link_and_code")
    assert talent.list_recipients(call(contract_id=contract)).body.recipients[0].former == (former,)


def test_a_stranger_s_name_is_asked_about_once_by_link(talent: Talent, mailbox: Mailbox) -> None:
    """Mickey Mouse signs for nobody without saying so twice."""
    email = "mickey@misaki.example"
    contract = dispatched(talent, email)
    token, cookie = opened(talent, mailbox, email)
    read = talent.read_contract(visit(token, cookie=cookie)).body
    typed = ("Mickey Mouse", "Asia/Tokyo", read.document_sha256, VERSION)
    with pytest.raises(NameUnexpected):
        talent.sign_by_link(visit(token, api.LinkSignature(*typed), cookie))
    talent.sign_by_link(visit(token, api.LinkSignature(*typed, name_confirmed=True), cookie))
    (signature,) = talent.get_contract_evidence(call(contract_id=contract)).body.signatures
    assert (signature.name_differs, signature.email_on_file) == (True, True)


def test_nobody_else_has_the_address_of_who_signs(talent: Talent) -> None:
    """Not even who only gets a copy: a studio would read the signer's letters there."""
    contract = draft(talent, person(talent, "alone@misaki.example"))
    copy = RecipientRequest("office", role="copy", name="Office", email="ALONE@misaki.example")
    wanted = Dispatch(now().date() + timedelta(days=9), (copy,))
    with pytest.raises(Exception, match="same address"):
        talent.send_contract(call(wanted, contract_id=contract))


def test_an_address_that_the_studio_names_at_dispatch_is_told_to_the_one_on_file(
    talent: Talent, mailbox: Mailbox
) -> None:
    """The same forgery without a correction: the link never goes to her, and she learns of it as if it had been taken from her."""
    hers, theirs = "filed@misaki.example", "named@studio.example"
    contract = draft(talent, person(talent, hers))
    named = RecipientRequest("performer", name="佐藤美咲", email=theirs)
    talent.send_contract(call(Dispatch(now().date() + timedelta(days=90), (named,)), contract_id=contract))
    hear(talent)
    assert "n•••@studio" in text_of(mailbox.letters(hers)[-1])
    token, cookie = opened(talent, mailbox, theirs)
    read = talent.read_contract(visit(token, cookie=cookie)).body
    talent.sign_by_link(
        visit(token, api.LinkSignature("佐藤美咲", "Asia/Tokyo", read.document_sha256, VERSION), cookie)
    )
    (signature,) = talent.get_contract_evidence(call(contract_id=contract)).body.signatures
    assert (signature.email_on_file, [former.email for former in signature.former]) == (False, [hers])
