"""Setting in type: PDF/A, the same bytes for the same data, and every script that a name may have."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest

from deploy.local.home import CHECKOUT
from services.talent.bilingual import Bilingual
from services.talent.contracts.document import ContractDocument, NamedParty, digest
from services.talent.paper.bindery import Bindery
from services.talent.paper.contract import contract_form
from services.talent.paper.press import FontsMissing, Press
from tests.unit.talent.conftest import NOW

NAMES = {
    "zh": "韩书妍 龘𠮷",
    "zh-Hant": "韓書妍",
    "ja": "渡辺 直子 わたなべ ナオコ",
    "ko": "한서연",
    "th": "สมชาย ใจดีวงศ์ ณ อยุธยา",
    "latin": "Renée Müller-Ångström Nguyễn Thị Mỹ Łukasz Ğ",
    "cyrillic": "Анастасия Ёлкина Ґ",
    "greek": "Ελένη Παπαδοπούλου",
    "arabic": "محمد عبد الله",
    "hebrew": "דוד כהן",
    "devanagari": "प्रियंका चोपड़ा",
    "tamil": "தமிழ்செல்வி",
    "khmer": "សុខ ស្រីនាង",
    "lao": "ສົມໃຈ",
    "burmese": "အောင်မြင့်",
    "georgian": "ნინო",
    "armenian": "Արմեն",
    "mongolian": "Тэмүүжин ᠮᠣᠩᠭᠣᠯ",
    "tibetan": "བསྟན་འཛིན།",
}


def named(document: ContractDocument, name: str) -> ContractDocument:
    """The document with a performer of this name, in a role and a production of it too."""
    performer, *others = document.parties
    return replace(
        document,
        production=Bilingual(name, name),
        parties=(NamedParty(performer.key, name, performer.person_id), *others),
        terms=replace(document.terms, role=name),
    )


def form(document: ContractDocument) -> dict[str, Any]:
    """The contract's data without signatures."""
    return contract_form(document, digest(document.canonical()), NOW, {})


def test_the_same_contract_has_the_same_bytes(bindery: Bindery, document: ContractDocument) -> None:
    """Also in another process, in which nothing is remembered of the first time."""
    here = sha256(bindery.press.pdf("contract", form(document))).hexdigest()
    script = (
        "import sys, hashlib, orjson; from pathlib import Path; from services.talent.paper.press import Press; "
        "data = orjson.loads(sys.stdin.buffer.read()); "
        "print(hashlib.sha256(Press(Path('/usr/share/fonts')).pdf('contract', data)).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=CHECKOUT,
        input=orjson.dumps(form(document)),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().strip() == here


def test_other_terms_are_another_file(bindery: Bindery, document: ContractDocument) -> None:
    """What is written is in the file."""
    other = replace(document, terms=replace(document.terms, episodes=81))
    assert bindery.press.pdf("contract", form(other)) != bindery.press.pdf("contract", form(document))


def test_it_says_that_it_is_pdf_a(bindery: Bindery, document: ContractDocument) -> None:
    """Part 2, conformance level B (ISO 19005-2), dated as the contract and not as the clock says."""
    pdf = bindery.press.pdf("contract", form(document))
    assert b'pdfaid:part="2"' in pdf or b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b'pdfaid:conformance="B"' in pdf or b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert b"2026-11-22T13:54:10" in pdf


@pytest.fixture
def strict(bindery: Bindery, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bindery]:
    """A press that shows nothing as a code: what no font has is an error."""
    monkeypatch.setattr("services.talent.paper.press.ROUNDS", 1)
    yield bindery


@pytest.mark.parametrize("script", NAMES)
def test_every_script_can_be_set(strict: Bindery, document: ContractDocument, script: str) -> None:
    """There is a letter for every character: PDF/A allows no empty boxes, and none had to become a code."""
    assert strict.press.pdf("contract", form(named(document, NAMES[script]))).startswith(b"%PDF-1.7")


@pytest.mark.parametrize("odd", ["\U0010fffd", "\ue000", "\u0378"])
def test_what_no_font_has_is_shown_as_its_code(bindery: Bindery, document: ContractDocument, odd: str) -> None:
    """Nobody can make a contract that cannot be printed, and nothing is left out in silence."""
    data = orjson.dumps(form(named(document, f"Kim {odd}"))).decode()
    coded = data.replace(odd, f"[U+{ord(odd):04X}]")
    shown = [bindery.press.pdf("contract", orjson.loads(text)) for text in (data, coded)]
    assert shown[0] == shown[1]


def test_typst_is_not_spoken_in_a_name(bindery: Bindery, document: ContractDocument) -> None:
    """Whatever a name looks like, it is text: markup, code and JSON in it are shown as they are."""
    for name in ('#read("/etc/passwd")', "*a* _b_ $x$ <c> @d", '"\\u{1f3ac}"} #panic()', "\\", "[U+0041]"):
        assert bindery.press.pdf("contract", form(named(document, name))).startswith(b"%PDF-1.7")


def test_a_clause_of_many_pages_is_set(bindery: Bindery, document: ContractDocument) -> None:
    """The longest clause that a document may have goes on from page to page."""
    first, *others = document.clauses
    long = replace(
        document, clauses=(replace(first, zh="合同条款。" * 9_000, en="The parties agree. " * 2_600), *others)
    )
    assert len(bindery.press.pages("contract", form(long), ppi=10)) > 20


def test_missing_fonts_are_named(tmp_path: Path) -> None:
    """At the start, with the packages that have them."""
    with pytest.raises(FontsMissing, match=r"Noto Serif CJK SC.*fonts-noto-cjk and fonts-noto-core"):
        Press(tmp_path)
