"""The canonical document of a contract: what every party signs, byte for byte."""

import base64
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Protocol, Self

import rfc8785

from events.codecs import plain
from events.shapes import ContractId, Items, Language, Line, PartyKey, PersonId, Sha256, StudioId
from services.talent.bilingual import Bilingual
from services.talent.contracts.clauses import PERFORMER, Clause
from services.talent.contracts.terms import Terms


@dataclass(frozen=True)
class NamedParty:
    """A party as the document names it; the performer has the id of the person.

    `language` is that of the name where its letters do not tell: it decides how they are printed.
    """

    key: PartyKey
    name: Line | None
    person_id: PersonId | None
    form: Line | None = None
    registration_number: Line | None = None
    address: Line | None = None
    signatory: Line | None = None
    language: Language | None = None


@dataclass(frozen=True)
class Reference:
    """An executed contract that another one amends or renews, with its document; `number` counts these from 1."""

    contract_id: ContractId
    document_sha256: Sha256
    number: int


class Wording(Protocol):
    """A version of a template: what it is called, and how it says the terms."""

    @property
    def name(self) -> str:
        """The template and its version, as a document pins them."""

    @property
    def desk_allowed(self) -> bool:
        """Whether a person's signature may be entered at the studio's desk."""

    def render(self, terms: Terms, production: Bilingual) -> tuple[Clause, ...]:
        """The clauses in their order; `production` is the title."""


@dataclass(frozen=True)
class ContractDocument:
    """Everything that is agreed: the production's title, the parties in the order in which they sign, terms, clauses."""

    template: Line
    contract_id: ContractId
    studio_id: StudioId
    production: Bilingual
    parties: Annotated[tuple[NamedParty, ...], Items(min=2, max=10)]
    terms: Terms
    clauses: tuple[Clause, ...]
    amends: Reference | None = None
    renews: Reference | None = None

    @classmethod
    def compose(
        cls,
        contract_id: str,
        studio_id: str,
        production: Bilingual,
        parties: tuple[NamedParty, ...],
        terms: Terms,
        wording: Wording = PERFORMER,
        amends: Reference | None = None,
        renews: Reference | None = None,
    ) -> Self:
        """The document of these terms in a template's wording; `production` is its title."""
        rendered = (*_reference_clauses(amends, renews), *wording.render(terms, production))
        return cls(wording.name, contract_id, studio_id, production, parties, terms, rendered, amends, renews)

    def revised(self, production: Bilingual, terms: Terms, wording: Wording = PERFORMER) -> Self:
        """The document with other terms, in the wording of the template that it was made from."""
        return self.compose(
            self.contract_id, self.studio_id, production, self.parties, terms, wording, self.amends, self.renews
        )

    def canonical(self) -> bytes:
        """The document's bytes: canonical JSON (RFC 8785), decimals and dates as strings.

        A reference, the day of an instalment, a clause's title or need of initials that there is none of is left out.
        """
        content = plain(self)
        for name in ("amends", "renews"):
            if content[name] is None:
                del content[name]
        for part in content["terms"]["instalments"]:
            if part["due_on"] is None:
                del part["due_on"]
        for clause in content["clauses"]:
            if clause["title"] is None:
                del clause["title"]
            if not clause["initials"]:
                del clause["initials"]
        return rfc8785.dumps(content)


def _reference_clauses(amends: Reference | None, renews: Reference | None) -> tuple[Clause, ...]:
    """What the contract is to an earlier one, said before anything else."""
    if amends is not None:
        return (
            Clause(
                "amendment",
                f"本协议为合同 {amends.contract_id}（文件 SHA-256：{amends.document_sha256}）的第 {amends.number} 号补充协议。"
                "自本协议签署完成之日起，以下条款取代此前约定的条款；此前已产生的权利及到期款项不受影响。",
                f"This is amendment no. {amends.number} to the contract {amends.contract_id} (SHA-256 of its document: "
                f"{amends.document_sha256}). From its execution the clauses below replace those agreed before; rights "
                "and payments that have fallen due before remain.",
                Bilingual("补充协议", "Amendment"),
            ),
        )
    if renews is not None:
        return (
            Clause(
                "renewal",
                f"本合同为合同 {renews.contract_id}（文件 SHA-256：{renews.document_sha256}）的第 {renews.number} 次续约。",
                f"This contract is renewal no. {renews.number} of the contract {renews.contract_id} (SHA-256 of its "
                f"document: {renews.document_sha256}).",
                Bilingual("续约", "Renewal"),
            ),
        )
    return ()


def digest(canonical: bytes) -> str:
    """The SHA-256 of a document's bytes: 64 lower-case hexadecimal digits."""
    return sha256(canonical).hexdigest()


def content_digest(sha256: str) -> tuple[str, str]:
    """The header that tells a document's hash (RFC 9530) from its hexadecimal digits."""
    return "Content-Digest", f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"
