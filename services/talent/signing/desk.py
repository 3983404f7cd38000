"""A person's signature that a member of the studio enters at its desk: whether that is allowed, and on which grounds."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from events.envelope import Event
from events.errors import RuleError
from events.shapes import ContractId, Number, Sha256, identifier
from events.talent.signing import DeskRuleChanged
from services.talent.letters.addressees import Contact
from services.talent.people.files import Profile

ScanId = Annotated[str, identifier("scn")]
LARGEST_SCAN = 8 << 20
"""Bytes of the scan of a signed paper."""

Desk = Literal["allowed", "forbidden"]


class DeskForbidden(RuleError):
    """The studio, or the template of the contract, wants people to sign by personal links only."""

    status = 403
    en = "The {by} forbids signatures at the studio's desk: {party} signs by a personal link."
    zh = "{by_zh}禁止由制片方代录签名：{party} 须通过个人链接签署。"


class GroundsMissing(RuleError):
    """A person's signature is entered with the scan of the paper that they signed, or with a reason."""

    status = 422
    en = "{party} is a person: enter their signature with the scan of the signed paper (scan_id) or with a reason."
    zh = "{party} 为自然人：代录其签名须附签字文件扫描件（scan_id）或说明原因（reason）。"


class NoAddress(RuleError):
    """Nobody can write to the person."""

    status = 422
    en = "There is no e-mail address on file for {party}: put one on the person's file (contact.email), or give it with this request."
    zh = "{party} 的档案中没有电子邮箱：请先在人员档案（contact.email）中补充，或在本次请求中填写。"


class AddressOnFile(RuleError):
    """The person is written to at the address on their file, and at no other."""

    status = 422
    en = "{party} has another address on file, and is written to there: leave this one out, or correct the file."
    zh = "{party} 的档案中已有其他电子邮箱，通知将发往该邮箱：请删去此项，或更正档案。"


@dataclass(frozen=True)
class DeskRule:
    """Whether a studio allows that its members enter people's signatures; its id is the studio's."""

    id: str
    tenant: str
    version: int
    desk: Desk


@dataclass(frozen=True)
class SignedScan:
    """The scan of a paper that was signed by hand, encrypted."""

    id: ScanId
    tenant: str
    version: int
    contract_id: ContractId
    size: Annotated[int, Number(min=1, max=LARGEST_SCAN)]
    sha256: Sha256
    encrypted: bytes


def initial(studio: str) -> DeskRule:
    """What holds before a studio says otherwise."""
    return DeskRule(studio, studio, 0, "allowed")


def change(rule: DeskRule, desk: Desk) -> tuple[DeskRule, list[Event]]:
    """The rule changed; no event when it says the same already."""
    if rule.desk == desk:
        return rule, []
    return replace(rule, desk=desk), [DeskRuleChanged(rule.tenant, desk)]


def require_allowed(rule: DeskRule, template_allows: bool, party: str, pointer: str) -> None:
    """Raise DeskForbidden when studio or template forbid to enter the signature of a person."""
    if rule.desk == "forbidden":
        raise DeskForbidden(pointer, by="studio", by_zh="本机构", party=party)
    if not template_allows:
        raise DeskForbidden(pointer, by="template", by_zh="合同模板", party=party)


def contact(profile: Profile, given: str | None, party: str) -> Contact:
    """Where the person is written to: at the address on file, at the given one when there is none.

    Raises NoAddress, AddressOnFile.
    """
    known = profile.contact.email
    if known is None and given is None:
        raise NoAddress("/email", party=party)
    if known is not None and given is not None and known.casefold() != given.casefold():
        raise AddressOnFile("/email", party=party)
    return Contact(profile.names.legal, known or given or "")
