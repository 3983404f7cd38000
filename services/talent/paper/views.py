"""What talent says of a file that somebody had checked."""

from collections.abc import Sequence

from services.talent.contracts.lifecycle import Contract
from services.talent.contracts.signing import Evidence
from services.talent.paper.api import Explanation, SealedSignature, Verification
from services.talent.paper.verdict import Fault, Verdict

_EXPLANATIONS: dict[Fault, Explanation] = {
    "unreadable": Explanation("文件结构已损坏，无法读取。", "The structure of the file is broken; it cannot be read."),
    "not_sealed": Explanation("文件没有我们的电子印章。", "The file bears no seal of ours."),
    "foreign_seal": Explanation("文件上的印章不是我们加盖的。", "The seal on the file was not made by us."),
    "changed": Explanation(
        "文件在加盖印章后被更改。",
        "The file was changed after it was sealed: its bytes are not those that were recorded.",
    ),
    "appended": Explanation(
        "加盖印章后，文件末尾被追加了内容；印章之前的部分未被更改。",
        "Something was appended to the file after it was sealed; what is before that is unchanged.",
    ),
}


def verification(
    verdict: Verdict, sha256: str, contract: Contract | None, evidence: Sequence[Evidence | None]
) -> Verification:
    """The answer about a file; `contract` is the one whose recorded file has just this hash."""
    fault: Fault | None = verdict.fault
    if fault is None and (contract is None or contract.id != verdict.contract_id):
        fault = "changed"  # outside of what a PDF's signature covers: the signature's own container
    return Verification(
        valid=fault is None,
        fault=fault,
        explanation=_EXPLANATIONS[fault] if fault else None,
        file_sha256=sha256,
        contract_id=verdict.contract_id,
        document_sha256=verdict.document_sha256,
        sealed_at=verdict.sealed_at,
        timestamped_at=verdict.timestamped_at,
        signatures=_signatures(contract, evidence) if contract and fault is None else (),
        proof=f"/ledger/sealed/{verdict.contract_id}/{sha256}" if fault is None else None,
    )


def _signatures(contract: Contract, evidence: Sequence[Evidence | None]) -> tuple[SealedSignature, ...]:
    return tuple(
        SealedSignature(
            s.party,
            e.name if e else None,
            s.signed_at,
            s.local_time,
            s.time_zone,
            s.authentication,
            s.name_differs,
            s.dispute.at if s.dispute else None,
            e.email_on_file if e else None,
        )
        for s, e in zip(contract.signatures, evidence, strict=True)
    )
