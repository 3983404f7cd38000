"""What somebody reads who has nothing but the file: names and words, no ids and codes, in the letters of each language."""

import io
import re
import unicodedata
from dataclasses import replace
from decimal import Decimal

import pytest
from pypdf import PdfReader

from services.talent.bilingual import Bilingual
from services.talent.contracts import identities
from services.talent.contracts.document import ContractDocument, digest
from services.talent.contracts.identities import Identity
from services.talent.contracts.lifecycle import Contract
from services.talent.contracts.terms import Instalment, Terms
from services.talent.paper import file_names
from services.talent.paper.contract import contract_form, summary
from services.talent.paper.stationery import Stationery
from tests.unit.talent.conftest import CONTRACT, KNOWN, NOW, TENANT, TITLE
from tests.unit.talent.paper.conftest import EVIDENCE

ID = re.compile(r"\b(ctr|prd|prs|stu|tpl)_[0-9A-Z]{26}")
CODE = re.compile(
    r"\b(grant_\d|ai_voice|in_app|svod|days_after_wrap|hours_confirmed|governing_law|episode\(s\)|day\(s\))\b"
)


def read(pdf: bytes) -> list[str]:
    """The text of each page, as it is copied."""
    return [unicodedata.normalize("NFKC", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def fonts(pdf: bytes) -> set[str]:
    """The fonts that the file has."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return {str(font["/BaseFont"]) for page in pages for font in page["/Resources"]["/Font"].values()}  # type: ignore[index]


def having(terms: Terms, **performer: str) -> ContractDocument:
    """The document with another performer."""
    known = {**KNOWN, "performer": Identity(**performer)}
    parties = identities.name_parties(identities.DEFAULT_PARTIES, terms.person_id, known)
    return ContractDocument.compose(CONTRACT, TENANT, TITLE, parties, terms)


def plain(stationery: Stationery, drafted: Contract, document: ContractDocument) -> bytes:
    """The document on paper without signatures."""
    paper = replace(drafted.paper, sha256=digest(document.canonical()))
    return stationery.contract(replace(drafted, paper=paper), document)


def test_ids_stand_in_the_footer_only(stationery: Stationery, drafted: Contract, document: ContractDocument) -> None:
    """And nowhere a code of ours: parties, titles, terms and clauses are said in words."""
    for page in read(plain(stationery, drafted, document)):
        body, footer = page.split("合同编号 Contract no.")
        assert ID.search(body) is None
        assert CODE.search(page) is None
        assert CONTRACT in footer


def test_the_parties_are_who_they_are_in_law(
    stationery: Stationery, drafted: Contract, document: ContractDocument
) -> None:
    """Name, form, number, address and signatory of the studio, name and address of the person."""
    first = "".join(read(plain(stationery, drafted, document))[0].split())
    for party in KNOWN.values():
        for said in (party.name, party.form, party.registration_number, party.address, party.signatory):
            assert said is None or unicodedata.normalize("NFKC", said).replace(" ", "") in first


def test_a_hash_is_copied_whole(stationery: Stationery, executed: Contract, document: ContractDocument) -> None:
    """Nothing invisible stands between its digits, in the footer or on the certificate."""
    pages = read(stationery.sealed(executed, document, EVIDENCE))
    assert all(executed.paper.sha256 in page for page in pages)
    assert "".join(pages).count(executed.paper.sha256) == len(pages) + 1 + len(EVIDENCE)
    assert not any(character in page for page in pages for character in "\u200b\u200c\u2060\ufeff")


def test_the_certificate_leads_to_where_it_is_checked(
    stationery: Stationery, executed: Contract, document: ContractDocument
) -> None:
    """By an address that is not split."""
    assert "https://callboard.example/verify" in "".join(read(stationery.sealed(executed, document, EVIDENCE)))


@pytest.mark.parametrize(("language", "font"), [("ja", "JP"), ("ko", "KR"), ("zh", "SC"), ("zh-Hant", "TC")])
def test_a_name_in_han_has_the_letters_of_its_language(
    stationery: Stationery, drafted: Contract, terms: Terms, language: str, font: str
) -> None:
    """佐藤直 is drawn in another way in Tokyo than in Beijing, and nothing in these characters tells which is meant."""
    quiet = replace(terms, role="Rena")
    found = fonts(plain(stationery, drafted, having(quiet, name="佐藤直", address="Tokyo", language=language)))
    assert any(f"NotoSerifCJK{font.lower()}" in name for name in found), found


def test_each_title_stands_in_its_language(document: ContractDocument) -> None:
    """The Chinese text never has the English title where there is a Chinese one."""
    engagement = document.clauses[0]
    assert (TITLE.zh in engagement.zh, TITLE.en in engagement.zh) == (True, False)
    assert (TITLE.en in engagement.en, TITLE.zh in engagement.en) == (True, False)


def test_one_is_singular(terms: Terms) -> None:
    """One day is a day."""
    one = replace(
        terms,
        episodes=1,
        work_dates=terms.work_dates[:1],
        instalments=(Instalment("days_after_wrap", Decimal(100), days=1),),
    )
    document = ContractDocument.compose(CONTRACT, TENANT, TITLE, (), one)
    said = " ".join(clause.en for clause in document.clauses) + str(summary(one, TITLE))
    for text in ("in 1 episode of", "works on 1 day:", "within 1 day after wrap", "1 day: 1 December 2026"):
        assert text in said
    assert re.search(r"\b1 (episodes|days|hours)\b", said) is None


def test_the_summary_is_in_words(terms: Terms) -> None:
    """Media, territories, languages, currency and law by their names, in both languages."""
    said = str(summary(replace(terms, governing_law="US-CA"), TITLE))
    for text in (
        "应用内付费解锁",
        "in-app paid viewing",
        "美国",
        "United States",
        "韩语",
        "Korean",
        "美元",
        "US Dollar",
    ):
        assert text in said
    assert "美国加利福尼亚州" in said and "California, United States" in said


def test_a_clause_without_a_title_has_its_number_only(document: ContractDocument) -> None:
    """A template's ids are for programs."""
    bare = replace(document, clauses=tuple(replace(clause, title=None) for clause in document.clauses))
    assert {clause["title"] for clause in contract_form(bare, "a" * 64, NOW, {})["clauses"]} == {None}
    assert b'"title"' not in bare.canonical()


def test_a_file_has_a_name_that_people_understand(terms: Terms, document: ContractDocument) -> None:
    """By title and performer, in the language whose text prevails; what no file system takes is left out."""
    chinese = having(replace(terms, prevailing_language="zh"), name="佐藤美咲", address="Tokyo", language="ja")
    assert file_names.contract_file(chinese, sealed=True) == "合同_千金归来_佐藤美咲.pdf"
    assert file_names.contract_file(chinese, sealed=False) == "合同_千金归来_佐藤美咲_未签.pdf"
    odd = replace(document, production=Bilingual("甲", 'A/B: "C"\\D'))
    assert file_names.contract_file(odd, sealed=True) == "Contract_A B C D_한서연.pdf"
    name, value = file_names.disposition("合同_千金归来_佐藤美咲.pdf")
    assert name == "Content-Disposition"
    assert value == (
        'inline; filename="HeTong_QianJinGuiLai_ZuoTengMeiXiao.pdf"; '
        "filename*=UTF-8''%E5%90%88%E5%90%8C_%E5%8D%83%E9%87%91%E5%BD%92%E6%9D%A5_%E4%BD%90%E8%97%A4%E7%BE%8E%E5%92%B2.pdf"
    )
