"""What the paper says: parties, terms and clauses as agreed, and on the certificate the whole trail."""

import json
from dataclasses import is_dataclass, replace
from datetime import timedelta
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from services.talent.contracts import signing
from services.talent.contracts.document import ContractDocument
from services.talent.contracts.lifecycle import Contract, Dispute
from services.talent.contracts.signing import Entry, FormerAddress, Initials
from services.talent.paper.certificate import sealed_form
from services.talent.paper.contract import contract_form
from services.talent.paper.field_names import CHINESE
from services.talent.paper.person import person_form
from services.talent.paper.wording import own
from services.talent.privacy.api import HeldData
from services.talent.signing.recipients import Act, Recipient
from tests.unit.talent.conftest import NOW
from tests.unit.talent.paper.conftest import EVIDENCE


def test_every_clause_stands_in_both_languages_under_its_title(document: ContractDocument) -> None:
    """Nothing of the canonical document is left out, and its hash is on every page."""
    form = contract_form(document, "a" * 64, NOW, {})
    assert [(c["zh"], c["en"]) for c in form["clauses"]] == [(c.zh, c.en) for c in document.clauses]
    assert form["clauses"][0]["title"] == {"zh": "聘用", "en": "Engagement"}
    assert form["foot"][1].endswith("a" * 64)
    assert form["certificate"] is None
    assert [party["signed"]["text"] for party in form["signing"]] == ["", ""]


def test_the_certificate_has_the_whole_trail(executed: Contract, document: ContractDocument) -> None:
    """Who, as which party, when in UTC and by their own clock, from where, with what, and which document before them."""
    form = sealed_form(executed, document, EVIDENCE)
    first, second = form["certificate"]["steps"]
    said = json.dumps(first, ensure_ascii=False)
    for text in (
        "한서연",
        "2026-11-22 13:54:10 UTC",
        "2026-11-22 22:54:10 UTC+09:00 Asia/Seoul",
        "203.0.113.7",
        "Mozilla/5.0 (iPhone)",
        executed.paper.sha256,
    ):
        assert text in said
    assert "林晓" in json.dumps(second, ensure_ascii=False)
    assert executed.paper.sha256 in json.dumps(form["certificate"]["facts"])
    assert [party["signed"]["text"] for party in form["signing"]] == ["한서연", "林晓"]


def test_the_certificate_tells_of_personal_links(executed: Contract, document: ContractDocument) -> None:
    """Address, code, consent and initials of who signed by a link; and what an approver did, in the order of time."""
    by_link = replace(
        EVIDENCE[0],
        email="seoyeon@example.com",
        verified_at=NOW,
        consent="2026-11",
        initials=(Initials("replica", "HSY"),),
    )
    act = Act(NOW - timedelta(hours=1), "2026-11-22T20:54:10+08:00", "Asia/Shanghai", b"sealed")
    approver = Recipient("counsel", "approver", None, None, 1, "zh", 90, False, b"sealed", act=act)
    form = sealed_form(executed, document, (by_link, *EVIDENCE[1:]), [(approver, replace(EVIDENCE[1], name="周晴"))])
    steps = [json.dumps(step, ensure_ascii=False) for step in form["certificate"]["steps"]]
    assert ["周晴" in steps[0], "approver counsel" in steps[0]] == [True, True]
    for text in ("seoyeon@example.com", "One-time code given at", "2026-11", "replica: HSY"):
        assert text in steps[1]
    assert "Personal link" not in steps[2]


def test_what_the_studio_entered_is_marked_in_red(sent: Contract, document: ContractDocument) -> None:
    """Who entered it, why, that the performer did not authenticate, disputes it and is called otherwise; also in the block of names."""
    contract = sent
    for party, entry in (
        ("performer", Entry(recorded_by="mbr_7", name_differs=True)),
        ("studio", Entry("desk", "mbr_8")),
    ):
        contract, _ = signing.sign(contract, party, "UTC", contract.paper.sha256, b"sealed", NOW, entry)
    first = replace(contract.signatures[0], dispute=Dispute(NOW, b"sealed"))
    disputed = replace(contract, signatures=(first, *contract.signatures[1:]))
    entered = replace(EVIDENCE[0], reason="On paper.", told_at="s@example.com", initials_absent=("replica",))
    form = sealed_form(disputed, document, (entered, EVIDENCE[1]))
    performer, studio = form["certificate"]["steps"]
    assert [mark["en"] for mark in performer["marks"]] == [
        "entered by the studio; the performer did not authenticate",
        "disputed by the person: not their signature (2026-11-22 13:54:10 UTC)",
        "the name typed is none of those on the person's file",
        "clauses without the initials that they need: replica",
    ]
    assert performer["marks"][0]["zh"] == "由制片方录入；演员本人未经身份验证"
    for text in ("mbr_7", "On paper.", "s@example.com"):
        assert text in json.dumps(performer, ensure_ascii=False)
    assert studio["marks"] == []
    assert "entered by the studio" in form["signing"][0]["signed"]["text"]
    assert form["signing"][1]["signed"]["text"] == EVIDENCE[1].name


def test_a_changed_address_is_marked_in_red(executed: Contract, document: ContractDocument) -> None:
    """That it is not the one on file, that the studio changed it after the link was opened, and what it was before."""
    before = FormerAddress("seoyeon@example.com", NOW, "correction", viewed=True)
    moved = replace(EVIDENCE[0], email="x@studio.example", verified_at=NOW, email_on_file=False, former=(before,))
    step = sealed_form(executed, document, (moved, EVIDENCE[1]))["certificate"]["steps"][0]
    assert [mark["en"] for mark in step["marks"]] == [
        "the address used is not the one on the person's file",
        "the studio changed the address after the link had been opened",
    ]
    assert "seoyeon@example.com" in json.dumps(step)


def test_an_address_of_a_party_without_a_file_is_marked_in_red(executed: Contract, document: ContractDocument) -> None:
    """Whoever the studio calls `actress` has signed at an address that the studio named, and the studio itself is not marked."""
    strangers = tuple(replace(party, person_id=None) for party in executed.parties)
    by_link = tuple(replace(signature, authentication="link_and_code") for signature in executed.signatures)
    contract = replace(executed, parties=strangers, signatures=by_link)
    stranger, studio = sealed_form(contract, document, EVIDENCE)["certificate"]["steps"]
    assert [mark["en"] for mark in stranger["marks"]] == [
        "the studio named the address; no file tells who this party is"
    ]
    assert studio["marks"] == []


def test_letters_have_the_forms_of_their_language() -> None:
    """The same Han character is written in another way in Japan than in China; a name in kana or hangul says which."""
    assert [own(text)["lang"] for text in ("直子", "直子 なおこ", "한서연 直", "สมชาย", "Jo")] == [
        "zh",
        "ja",
        "ko",
        "th",
        "en",
    ]


def test_whatever_is_held_is_on_paper() -> None:
    """A field that was added yesterday is shown like any other, and what is not held is a dash."""
    held = {
        "held_at": "2026-11-22T13:54:10Z",
        "person": {"person_id": "prs_1", "names": {"legal": "한서연", "stage": None}, "brand_new": [{"deep": 7}]},
        "contracts": [
            {"contract": {"state": "draft"}, "document": {"clauses": [{"id": "fee", "zh": "酬金", "en": "Fee"}]}}
        ],
        "brand_new_list": [],
    }
    form = person_form(held, NOW)
    facts = [(name["en"], value[0]["text"]) for section in form["sections"] for name, value in section["facts"]]
    assert ("names · legal", "한서연") in facts
    assert ("names · stage", "—") in facts
    assert ("brand new · 1 · deep", "7") in facts
    assert ("contract · state", "draft") in facts
    assert [section["title"]["en"] for section in form["sections"]] == ["person", "contracts 1", "brand new list"]
    assert form["sections"][1]["clauses"] == [{"title": {"zh": "", "en": ""}, "zh": "酬金", "en": "Fee"}]


def field_names(shape: Any) -> set[str]:
    """Every field of a shape, and of the shapes in it."""
    if is_dataclass(shape):
        hints = get_type_hints(shape, include_extras=True)
        return set(hints).union(*map(field_names, hints.values()))
    inside = get_args(shape)[:1] if get_origin(shape) is Annotated else get_args(shape)
    return set().union(*map(field_names, inside))


def test_every_field_has_a_chinese_name() -> None:
    """Whatever is added to what a studio holds on a person is shown to the person by a name."""
    assert field_names(HeldData) - CHINESE.keys() == set()
    assert CHINESE.keys() - field_names(HeldData) == set()
