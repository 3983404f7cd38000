"""What a certificate says, in red, of a signature that is less than it looks: who entered it, under which name, from which address."""

from collections.abc import Iterator

from services.talent.contracts.identities import STUDIO
from services.talent.contracts.lifecycle import Contract, Signature
from services.talent.contracts.signing import Evidence
from services.talent.paper.wording import code, label, own, utc

Label = dict[str, str]
Fact = tuple[Label, Label]

_AUTHENTICATION = {
    "link_and_code": "个人链接与一次性验证码 · personal link and one-time code",
    "desk": "由制片方账户录入 · entered with the studio's credential",
}
_WHY = {
    "correction": "制片方更正 · corrected by the studio",
    "forwarding": "本人转发 · forwarded by the recipient",
    "delegation": "本人委托 · delegated by the recipient",
}


def of_signature(contract: Contract, signature: Signature, evidence: Evidence) -> list[Label]:
    """What stands in red above the facts of a signature; most have nothing."""
    found = []
    if _entered_for_another(contract, signature):
        found.append(
            label("由制片方录入；演员本人未经身份验证", "entered by the studio; the performer did not authenticate")
            if _is_person(contract, signature)
            else label("由制片方录入；该方未经身份验证", "entered by the studio; this party did not authenticate")
        )
    if signature.dispute is not None:
        at = utc(signature.dispute.at)
        found.append(label(f"本人否认该签名（{at}）", f"disputed by the person: not their signature ({at})"))
    if signature.name_differs:
        found.append(label("所填姓名与档案中的姓名均不相符", "the name typed is none of those on the person's file"))
    if evidence.initials_absent:
        clauses = ", ".join(evidence.initials_absent)
        found.append(label(f"下列条款未经签注：{clauses}", f"clauses without the initials that they need: {clauses}"))
    if (
        signature.authentication == "link_and_code"
        and signature.party != STUDIO
        and not _is_person(contract, signature)
    ):
        found.append(
            label("邮箱由制片方指定；该方无档案可核对", "the studio named the address; no file tells who this party is")
        )
    return found + of_address(evidence)


def of_address(evidence: Evidence) -> list[Label]:
    """What stands in red of the address that a personal link went to."""
    found = []
    if evidence.email_on_file is False:
        found.append(label("所用邮箱并非人员档案中的邮箱", "the address used is not the one on the person's file"))
    corrected = [former for former in evidence.former if former.why == "correction"]
    if any(former.viewed for former in corrected):
        found.append(
            label("本人打开链接后，制片方更改了其邮箱", "the studio changed the address after the link had been opened")
        )
    elif corrected:
        found.append(label("制片方更改过其邮箱", "the studio changed the address"))
    return found


def authentication(signature: Signature, evidence: Evidence) -> Iterator[Fact]:
    """How the signer is known, and on which grounds a signature was entered."""
    yield label("身份验证方式", "Authentication"), own(_AUTHENTICATION[signature.authentication])
    if signature.recorded_by is not None:
        yield code("录入人", "Recorded by", signature.recorded_by)
    if evidence.reason is not None:
        yield label("录入原因", "Reason for the entry"), own(evidence.reason)
    if evidence.scan_sha256 is not None:
        yield code("签字文件扫描件哈希值", "SHA-256 of the scan of the signed paper", evidence.scan_sha256)
    if evidence.told_at is not None:
        yield label("已通知本人", "The person was written to at"), own(evidence.told_at)


def addresses(evidence: Evidence) -> Iterator[Fact]:
    """The addresses that a recipient had before."""
    for former in evidence.former:
        yield label("曾用邮箱", "Earlier address"), own(f"{former.email} — {utc(former.until)}, {_WHY[former.why]}")


def signed_name(contract: Contract, signature: Signature, evidence: Evidence) -> str:
    """The name in the block of signatures: one that the studio entered for somebody else says so."""
    entered = _entered_for_another(contract, signature)
    return f"{evidence.name} [制片方录入 · entered by the studio]" if entered else evidence.name


def _entered_for_another(contract: Contract, signature: Signature) -> bool:
    return signature.authentication == "desk" and signature.party != STUDIO


def _is_person(contract: Contract, signature: Signature) -> bool:
    party = contract.party(signature.party)
    return party is not None and party.person_id is not None
