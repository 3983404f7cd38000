"""The seal: pyHanko's own validator accepts it, and any change to the file breaks it."""

import io
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from deploy.local.credentials import seal_key
from services.talent.contracts.document import ContractDocument
from services.talent.contracts.lifecycle import Contract
from services.talent.paper.bindery import Bindery
from services.talent.paper.seal import Certificates, SealKey
from services.talent.paper.stationery import Stationery
from services.talent.paper.verdict import CheckTakesTooLong, Trust, Verdict, judge


def validated(pdf: bytes, certificates: Certificates) -> PdfSignatureStatus:
    """What pyHanko's validator says, asked as anybody would ask it."""
    (seal,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(seal, ValidationContext(trust_roots=certificates.trusted, allow_fetching=False))


def flipped(pdf: bytes, at: int, bit: int = 0) -> bytes:
    """The file with one bit changed."""
    return pdf[:at] + bytes([pdf[at] ^ 1 << bit]) + pdf[at + 1 :]


def appended_revision(pdf: bytes) -> bytes:
    """The file with a second revision, as an editor adds it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root["/Lang"] = pdf_name("/fr")
    writer.update_root()
    changed = io.BytesIO()
    writer.write(changed)
    return changed.getvalue()


def test_pyhanko_accepts_the_seal(bindery: Bindery, sealed: bytes) -> None:
    """Intact, valid, trusted, over the whole file, and a PAdES signature that allows no change."""
    status = validated(sealed, bindery.key.certificates)
    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    (seal,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    assert seal.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert seal.docmdp_level is not None and seal.docmdp_level.value == 1


def test_a_sealed_file_is_still_the_pdf_that_pdf_a_2_is(sealed: bytes) -> None:
    """Version 1.7 at its head, and no later one in its catalogue."""
    assert sealed.startswith(b"%PDF-1.7")
    assert "/Version" not in PdfFileReader(io.BytesIO(sealed)).root


def test_pyhanko_rejects_a_changed_byte(bindery: Bindery, sealed: bytes) -> None:
    """One bit on the first page, and the seal is broken."""
    status = validated(flipped(sealed, 20_000), bindery.key.certificates)
    assert not status.bottom_line
    assert not status.intact


def test_the_seal_says_what_it_seals(bindery: Bindery, sealed: bytes, executed: Contract) -> None:
    """Contract and document are told from under the signature."""
    verdict = bindery.key.certificates.judge(io.BytesIO(sealed))
    assert verdict.fault is None
    assert (verdict.contract_id, verdict.document_sha256) == (executed.id, executed.paper.sha256)
    assert verdict.sealed_at is not None and verdict.sealed_at.tzinfo is not None


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (lambda pdf: flipped(pdf, 20_000), "changed"),
        (lambda pdf: pdf + b"\n% a comment\n", "appended"),
        (appended_revision, "appended"),
        (lambda pdf: pdf[: len(pdf) // 2], "unreadable"),
        (lambda pdf: b"%PDF-1.7\n" + b"x" * 1_000, "unreadable"),
        (lambda pdf: b"%PDF-1.7\n", "unreadable"),
    ],
    ids=["a byte", "a comment behind", "a revision behind", "half of it", "rubbish", "nothing"],
)
def test_a_fault_is_named(bindery: Bindery, sealed: bytes, tamper: Callable[[bytes], bytes], fault: str) -> None:
    """Whatever was done to the file, it is never valid and never an error of ours."""
    assert bindery.key.certificates.judge(io.BytesIO(tamper(sealed))).fault == fault


def test_paper_without_a_seal_is_told(
    stationery: Stationery, bindery: Bindery, executed: Contract, document: ContractDocument
) -> None:
    """The unsigned contract is a PDF of ours, and bears no seal."""
    pdf = stationery.contract(executed, document)
    assert bindery.key.certificates.judge(io.BytesIO(pdf)) == Verdict("not_sealed")


def test_anothers_seal_is_foreign(sealed: bytes) -> None:
    """Whoever makes a key of the same name makes no seal of ours."""
    other = SealKey.parse(seal_key("seal.example"))
    assert other.certificates.judge(io.BytesIO(sealed)).fault == "foreign_seal"


def test_an_earlier_certificate_stays_good(bindery: Bindery, sealed: bytes) -> None:
    """After a change of keys the old certificate, kept behind the new one, still verifies the old seals."""
    renewed = SealKey.parse(seal_key("seal.example") + bindery.key.certificates.pem)
    assert renewed.certificates.judge(io.BytesIO(sealed)).fault is None


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_no_changed_bit_passes(bindery: Bindery, sealed: bytes, data: st.DataObject) -> None:
    """Outside of the signature's own container every bit counts; the hash in the ledger covers that too."""
    (seal,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    start, length, resume, rest = (int(number) for number in seal.byte_range)
    outside = st.one_of(st.integers(start, start + length - 1), st.integers(resume, resume + rest - 1))
    broken = flipped(sealed, data.draw(outside), data.draw(st.integers(0, 7)))
    assert bindery.key.certificates.judge(io.BytesIO(broken)).fault is not None


@pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_a_wrong_key_is_refused(text: str) -> None:
    """At the start, not at the first seal."""
    with pytest.raises(ValueError):
        SealKey.parse(text)


def test_a_key_needs_its_own_certificate() -> None:
    """Another key's certificate seals nothing."""
    one, other = seal_key("a"), seal_key("b")
    private, _, _ = one.partition("-----BEGIN CERTIFICATE")
    _, mark, certificate = other.partition("-----BEGIN CERTIFICATE")
    with pytest.raises(ValueError, match="another key's"):
        SealKey.parse(private + mark + certificate)


def test_a_file_is_judged_in_a_process_of_its_own(bindery: Bindery, sealed: bytes) -> None:
    """The verdict comes back whole; a file that breaks that process is unreadable."""
    certificates = bindery.key.certificates
    with on_disk(sealed) as file:
        assert judge(Trust(certificates.pem), file) == certificates.judge(io.BytesIO(sealed))


def test_a_file_that_grows_is_unreadable(bindery: Bindery) -> None:
    """A cross-reference stream that unpacks to more than the process may have ends that process, and nothing else."""
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(700)) + packer.flush()
    body = b"%PDF-1.7\n1 0 obj\n<</Type /XRef /W [1 4 1] /Size 9 /Root 2 0 R /Filter /FlateDecode /Length "
    pdf = body + str(len(bomb)).encode() + b">>\nstream\n" + bomb + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"
    with on_disk(pdf) as file:
        assert judge(Trust(bindery.key.certificates.pem), file) == Verdict("unreadable")


@pytest.mark.usefixtures("late")
def test_a_machine_that_is_too_busy_gives_no_verdict() -> None:
    """Time that was over is told apart from a file that is broken."""
    with on_disk(b"%PDF-1.7") as file, pytest.raises(CheckTakesTooLong):
        judge(Trust(""), file)


@contextmanager
def on_disk(data: bytes) -> Iterator[BinaryIO]:
    """The data as a file that another process can read."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        yield file
