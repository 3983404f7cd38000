"""What is kept of a sealed contract: made once, after the last party has signed, and never again."""

from dataclasses import dataclass
from datetime import datetime

from events.envelope import Event
from events.errors import RuleError
from events.shapes import ContractId, Sha256
from events.talent.contracts import ContractSealed
from services.talent.contracts.lifecycle import Contract


class ContractNotSealed(RuleError):
    """There is no sealed paper: the contract is not executed."""

    en = "This contract is {state} and has no sealed paper; it gets one when the last party has signed."
    zh = "该合同的状态为 {state}，尚无加盖电子印章的文件；最后一方签署后生成。"


class TimestampUnavailable(RuleError):
    """The time-stamping authority gave no timestamp, without which nothing is sealed where there is one."""

    status = 503
    en = "The time-stamping authority does not answer; the paper is sealed as soon as it does. Repeat later."
    zh = "时间戳服务机构暂无响应；恢复后将立即加盖电子印章，请稍后重试。"


@dataclass(frozen=True)
class SealedContract:
    """The sealed paper of a contract; `paper` is the PDF, encrypted under the person's key because it names people."""

    id: ContractId
    tenant: str
    version: int
    sha256: Sha256
    paper: bytes
    sealed_at: datetime


Sealing = tuple[SealedContract, list[Event]]


def seal(contract: Contract, sha256: str, paper: bytes, at: datetime) -> Sealing:
    """Keep the (encrypted) sealed paper of an executed contract; `sha256` is that of the PDF."""
    sealed = SealedContract(contract.id, contract.tenant, 0, sha256, paper, at)
    return sealed, [ContractSealed(contract.id, sha256, contract.paper.sha256)]
