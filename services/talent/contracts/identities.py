"""Who the parties of a contract are in law: what a draft says of them, what is on record, and what must be known to send it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated, Literal

from events.errors import RuleError
from events.shapes import Items, Language, Line, PartyKey
from services.talent.contracts.document import NamedParty

PERFORMER, STUDIO = "performer", "studio"
_OF_A_PERSON = ("name", "address")
_OF_A_COMPANY = ("name", "form", "registration_number", "address", "signatory")
_LABELS = {
    "name": ("full legal name", "法定全称"),
    "form": ("legal form", "组织形式"),
    "registration_number": ("registration number", "登记号码"),
    "address": ("address", "地址"),
    "signatory": ("signatory", "签署人"),
}


class PartyRepeated(RuleError):
    """Two parties have the same key."""

    status = 422
    en = "There are two parties with the key {key}."
    zh = "有两方使用了相同的标识 {key}。"


class PartiesIncomplete(RuleError):
    """A contract is not sent before it says who its parties are in law; every missing detail is pointed at."""

    status = 422
    en = (
        "The contract does not say who its parties are in law: {missing}. Give a studio's details with PUT /v1/legal-details, "
        "a performer's address with PATCH /v1/people/{{person_id}}, and those of another party in the draft."
    )
    zh = (
        "合同未载明各方的法律身份：缺少{missing_zh}。制片方信息请通过 PUT /v1/legal-details 填写，"
        "演员地址请通过 PATCH /v1/people/{{person_id}} 填写，其他各方的信息请在起草时填写。"
    )

    def __init__(self, missing: Sequence[tuple[int, str, str]]) -> None:
        super().__init__(
            missing=", ".join(f"the {_LABELS[field][0]} of {key}" for _, key, field in missing),
            missing_zh="、".join(f" {key} 的{_LABELS[field][1]}" for _, key, field in missing),
        )
        self.faults = tuple(
            (f"/parties/{position}/{field}", "Missing data for required field.") for position, _, field in missing
        )


@dataclass(frozen=True)
class Identity:
    """What is known of a party: for a company its full legal name, form, registration number, address and signatory."""

    name: Line | None = None
    form: Line | None = None
    registration_number: Line | None = None
    address: Line | None = None
    signatory: Line | None = None
    language: Language | None = None


Identities = Mapping[str, Identity]
"""What is on record, by the party's key."""


@dataclass(frozen=True)
class PartyRequest:
    """A party that signs: its key, and what the document says of it where that is not on record or differs from it."""

    key: PartyKey
    name: Line | None = None
    role: Literal["signer"] = "signer"
    form: Line | None = None
    registration_number: Line | None = None
    address: Line | None = None
    signatory: Line | None = None


PartyRequests = Annotated[tuple[PartyRequest, ...], Items(min=2, max=10, doc="in the order in which they sign")]
DEFAULT_PARTIES = (PartyRequest(PERFORMER), PartyRequest(STUDIO))


def name_parties(requested: Sequence[PartyRequest], person_id: str, known: Identities) -> tuple[NamedParty, ...]:
    """The parties with what is known of them where the request is silent; raises PartyRepeated."""
    keys = [party.key for party in requested]
    for position, key in enumerate(keys):
        if key in keys[:position]:
            raise PartyRepeated(f"/parties/{position}/key", key=key)
    named = [
        NamedParty(
            key=party.key,
            name=party.name,
            person_id=person_id if party.key == PERFORMER else None,
            form=party.form,
            registration_number=party.registration_number,
            address=party.address,
            signatory=party.signatory,
        )
        for party in requested
    ]
    return complete(named, known)


def complete(parties: Sequence[NamedParty], known: Identities, anew: Collection[str] = ()) -> tuple[NamedParty, ...]:
    """The parties with what is known of them where they are silent; the fields named `anew` as they are known now."""
    return tuple(_completed(party, known.get(party.key, Identity()), anew) for party in parties)


def require_complete(parties: Sequence[NamedParty]) -> None:
    """Raise PartiesIncomplete unless each party has what the law knows it by."""
    missing = [
        (position, party.key, field)
        for position, party in enumerate(parties)
        for field in (_OF_A_COMPANY if party.key == STUDIO else _OF_A_PERSON)
        if getattr(party, field) is None
    ]
    if missing:
        raise PartiesIncomplete(missing)


def _completed(party: NamedParty, known: Identity, anew: Collection[str]) -> NamedParty:
    given = {field.name: getattr(known, field.name) for field in fields(Identity)}
    new = {
        name: value
        for name, value in given.items()
        if value is not None and (name in anew or getattr(party, name) is None)
    }
    return replace(party, **new)
