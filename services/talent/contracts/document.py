"""The canonical document of a contract: what every party signs, byte for byte."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Self

import rfc8785

from events.codecs import plain
from events.shapes import ContractId, Items, Line, PersonId, StudioId
from events.talent import PartyKey
from services.talent.contracts import clauses
from services.talent.contracts.clauses import Clause
from services.talent.contracts.terms import Terms


@dataclass(frozen=True)
class NamedParty:
    """A party as the document names it; the performer has the id of the person."""

    key: PartyKey
    name: Line | None
    person_id: PersonId | None


@dataclass(frozen=True)
class ContractDocument:
    """Everything that is agreed: the production's title, the parties in the order in which they sign, terms, clauses."""

    template: Line
    contract_id: ContractId
    studio_id: StudioId
    production: Line
    parties: Annotated[tuple[NamedParty, ...], Items(min=2, max=10)]
    terms: Terms
    clauses: tuple[Clause, ...]

    @classmethod
    def compose(
        cls, contract_id: str, studio_id: str, production: str, parties: tuple[NamedParty, ...], terms: Terms
    ) -> Self:
        """The document of these terms, in the current template's wording; `production` is its title."""
        rendered = clauses.render(terms, production)
        return cls(clauses.TEMPLATE, contract_id, studio_id, production, parties, terms, rendered)

    def revised(self, production: str, terms: Terms) -> Self:
        """The document with other terms, in the current template's wording."""
        return self.compose(self.contract_id, self.studio_id, production, self.parties, terms)

    def canonical(self) -> bytes:
        """The document's bytes: canonical JSON (RFC 8785), decimals and dates as strings."""
        return rfc8785.dumps(plain(self))


def digest(canonical: bytes) -> str:
    """The SHA-256 of a document's bytes: 64 lower-case hexadecimal digits."""
    return sha256(canonical).hexdigest()
