"""The electronic seal on an executed contract: PAdES-B-B (ETSI EN 319 142-1), or B-T with a time-stamping authority."""

import io
import re
from datetime import datetime
from typing import BinaryIO, Self

from asn1crypto import keys, pem, x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from services.talent.paper.verdict import Verdict

FIELD = "Seal"
_REASON = "Contract {contract_id} as executed; SHA-256 of its document: {sha256}"
_SAID = re.compile(r"Contract (ctr_[0-9A-Z]{26}) as executed; SHA-256 of its document: ([0-9a-f]{64})")


class _Sealer(PdfSigner):
    """Leaves the file PDF 1.7, which PDF/A-2 is (ISO 19005-2): for an elliptic curve pyHanko would call it PDF 2.0."""

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        """Name the extension for PAdES only (ETSI EN 319 142-1, 5.6)."""
        pdf_out.register_extension(ESIC_EXTENSION_1)


class Certificates:
    """The certificates that seals are made under: the present one, and earlier ones that are still good.

    `authorities` are those whose timestamps are believed, their issuers or themselves.
    """

    def __init__(self, trusted: tuple[x509.Certificate, ...], authorities: tuple[x509.Certificate, ...] = ()) -> None:
        self.trusted, self.authorities = trusted, authorities

    @classmethod
    def parse(cls, text: str, authorities: str = "") -> Self:
        """The certificates in PEM, the present one first; raises ValueError when there is none."""
        if not (found := _certificates(text)):
            raise ValueError("no certificate")
        return cls(found, _certificates(authorities) if authorities else ())

    @property
    def pem(self) -> str:
        """The certificates in PEM: nothing secret."""
        return b"".join(pem.armor("CERTIFICATE", each.dump()) for each in self.trusted).decode()

    def judge(self, file: BinaryIO) -> Verdict:
        """What the seal on a PDF says of it; any doubt is a fault, named."""
        try:
            seals = [each for each in PdfFileReader(file).embedded_signatures if each.field_name == FIELD]
        except Exception:  # whatever a reader of PDFs stumbles over in a file that anybody may have made
            return Verdict("unreadable")
        if not seals:
            return Verdict("not_sealed")
        try:
            return self._judge(seals[0])
        except Exception:
            return Verdict("changed")

    def _judge(self, seal: EmbeddedPdfSignature) -> Verdict:
        # A seal bears the time that we said, which the ledger confirms: the certificate must have been good then, not now.
        sealed_at = seal.self_reported_timestamp
        context = ValidationContext(
            trust_roots=self.trusted, allow_fetching=False, moment=sealed_at, best_signature_time=sealed_at
        )
        believed = ValidationContext(trust_roots=self.authorities, allow_fetching=False, moment=sealed_at)
        # Whatever was appended is a fault, so it need not be looked into.
        status = validate_pdf_signature(seal, context, ts_validation_context=believed, skip_diff=True)
        if not (status.intact and status.valid):
            return Verdict("changed")
        if not status.trusted:
            return Verdict("foreign_seal")
        said = _SAID.fullmatch(str(seal.sig_object.get("/Reason", "")))
        if said is None:
            return Verdict("foreign_seal")
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        return Verdict(None if whole else "appended", said[1], said[2], sealed_at, _time(status.timestamp_validity))


def _time(timestamp: TimestampSignatureStatus | None) -> datetime | None:
    """The time in a timestamp; None when there is none, or none that is believed."""
    believed = timestamp is not None and timestamp.intact and timestamp.valid and timestamp.trusted
    return timestamp.timestamp if timestamp is not None and believed else None


def _certificates(text: str) -> tuple[x509.Certificate, ...]:
    blocks = pem.unarmor(text.encode(), multiple=True)
    return tuple(x509.Certificate.load(der) for kind, _, der in blocks if kind == "CERTIFICATE")


class SealKey:
    """The key that seals, its certificates, and the authority that says when."""

    def __init__(
        self, key: keys.PrivateKeyInfo, certificates: Certificates, authority: TimeStamper | None = None
    ) -> None:
        self.certificates, self._authority = certificates, authority
        store = SimpleCertificateStore.from_certs(certificates.trusted)  # type: ignore[no-untyped-call]
        self._signer = SimpleSigner(certificates.trusted[0], key, store)

    @classmethod
    def parse(cls, text: str, authority: TimeStamper | None = None) -> Self:
        """A private key and its certificate, then any issuers and earlier certificates, in PEM; raises ValueError."""
        certificates = Certificates.parse(text)
        blocks = {kind: der for kind, _, der in pem.unarmor(text.encode(), multiple=True)}
        if "PRIVATE KEY" not in blocks:
            raise ValueError("no PKCS #8 key")
        key = keys.PrivateKeyInfo.load(blocks["PRIVATE KEY"])
        own = load_der_private_key(blocks["PRIVATE KEY"], None).public_key()
        if (
            own.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            != certificates.trusted[0].public_key.dump()
        ):
            raise ValueError("the first certificate is another key's")
        return cls(key, certificates, authority)

    def seal(self, pdf: bytes, contract_id: str, document_sha256: str) -> bytes:
        """The PDF with a seal that allows no change at all; different bytes each time, for it bears the time.

        Raises what the authority raises.
        """
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            reason=_REASON.format(contract_id=contract_id, sha256=document_sha256),
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        sealed: io.BytesIO = _Sealer(metadata, self._signer, timestamper=self._authority).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf))
        )
        return sealed.getvalue()
