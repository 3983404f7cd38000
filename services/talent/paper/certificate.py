"""The certificate page of an executed contract: the whole trail, so that it can be read without us."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.talent.contracts.document import ContractDocument
from services.talent.contracts.identities import STUDIO
from services.talent.contracts.lifecycle import Contract, Signature
from services.talent.contracts.signing import Evidence
from services.talent.paper import marks
from services.talent.paper.contract import Signed, contract_form, party_label
from services.talent.paper.wording import Line, code, label, line, on_the_wall, own, utc
from services.talent.signing.recipients import Act, Recipient

_Step = tuple[datetime, tuple[str, str], Signature | Act, Evidence]
_ROLES = {"approver": "审批人", "witness": "见证人"}
_NAME = label("签署证明", "Certificate of Execution")


Acts = Sequence[tuple[Recipient, Evidence]]
"""What approvers and witnesses did."""


def sealed_form(
    contract: Contract, document: ContractDocument, evidence: Sequence[Evidence], acts: Acts = ()
) -> dict[str, Any]:
    """The data of the form `contract` for an executed contract: with signatures and certificate."""
    trail = list(zip(contract.signatures, evidence, strict=True))
    signed = {s.party: Signed(marks.signed_name(contract, s, e), s.local_time, s.time_zone) for s, e in trail}
    last = contract.signatures[-1].signed_at
    studio = next((party.name for party in document.parties if party.key == STUDIO), None)
    return contract_form(document, contract.paper.sha256, last, signed, _certificate(contract, studio, trail, acts))


def _certificate(
    contract: Contract, studio: str | None, trail: Sequence[tuple[Signature, Evidence]], acts: Acts
) -> dict[str, Any]:
    steps: list[_Step] = [(s.signed_at, party_label(s.party), s, e) for s, e in trail]
    steps += [(r.act.at, (f"{_ROLES[r.role]} {r.key}", f"{r.role} {r.key}"), r.act, e) for r, e in acts if r.act]
    steps.sort(key=lambda step: step[0])
    return {
        "name": _NAME,
        "facts": [
            line("合同编号", "Contract", contract.id),
            line("制片方", "Studio", studio),
            line("起草时间", "Drafted at", utc(contract.drafted_at)),
            line("签署截止日", "Open for signature until", f"{contract.expires_on} UTC"),
            line("合同生效签署时间", "Executed at", utc(contract.signatures[-1].signed_at)),
            _hash(contract.paper.sha256),
        ],
        "trail": label("签署记录", "Trail of signatures"),
        "steps": [_step(number, contract, each) for number, each in enumerate(steps, start=1)],
        "note": label(
            "“文本哈希值”为各方签署的规范文本（RFC 8785）的 SHA-256 值。本文件整体由 Callboard 加盖电子印章（PAdES，ETSI EN 319 142-1），"
            "任何改动均会使印章失效。文件自身的 SHA-256 值不可能印在文件之内：它记录于公开账本。",
            "The document hash is the SHA-256 of the canonical text (RFC 8785) that each party signed. This file as a whole bears "
            "an electronic seal of Callboard (PAdES, ETSI EN 319 142-1); any change breaks it. A file cannot state its own "
            "SHA-256: the public ledger records it.",
        ),
    }


def _hash(sha256: str) -> Line:
    name, value = code("各方均已签署的文本哈希值", "SHA-256 of the document that all signed", sha256)
    return name, [value]


def _step(number: int, contract: Contract, step: _Step) -> dict[str, Any]:
    at, (zh, en), done, evidence = step
    facts = [
        (label("签名（按输入）", "Name as typed"), own(evidence.name)),
        (label("签署时间", "Signed at"), own(utc(at))),
        (label("当地时间", "Local time"), own(f"{on_the_wall(done.local_time)} {done.time_zone}")),
        (label("IP 地址", "IP address"), own(evidence.ip or "—")),
        code("客户端", "User agent", evidence.user_agent or "—"),
        code("签署前所见文本哈希值", "SHA-256 of the document before signing", contract.paper.sha256),
    ]
    if evidence.email is not None and evidence.verified_at is not None:
        facts.append((label("个人链接", "Personal link"), own(evidence.email)))
        facts.append((label("验证码通过时间", "One-time code given at"), own(utc(evidence.verified_at))))
    if evidence.consent is not None:
        facts.append((label("电子签署同意书版本", "Consent to electronic signing"), own(_consent(evidence))))
    if evidence.initials:
        initialled = ", ".join(f"{one.clause}: {one.initials}" for one in evidence.initials)
        facts.append((label("逐条签注", "Initialled clauses"), own(initialled)))
    title = label(f"{number}. {zh}", en if en != zh else f"{number}. {zh}")
    if isinstance(done, Act):
        return {"title": title, "marks": marks.of_address(evidence), "facts": [*facts, *marks.addresses(evidence)]}
    facts += [*marks.authentication(done, evidence), *marks.addresses(evidence)]
    return {"title": title, "marks": marks.of_signature(contract, done, evidence), "facts": facts}


def _consent(evidence: Evidence) -> str:
    """The version of the consent, and the language in which it was read where that is known."""
    return f"{evidence.consent} ({evidence.consent_language})" if evidence.consent_language else f"{evidence.consent}"
