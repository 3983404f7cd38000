"""What paper is made with: the press with its fonts, and the key of the seal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.talent.contracts.document import ContractDocument
from services.talent.contracts.lifecycle import Contract
from services.talent.contracts.signing import Evidence
from services.talent.paper.certificate import Acts, sealed_form
from services.talent.paper.contract import contract_form
from services.talent.paper.person import person_form
from services.talent.paper.press import Press
from services.talent.paper.seal import SealKey


@dataclass(frozen=True)
class Stationery:
    """Everything here takes a processor for tenths of a second: call it where that stops nobody."""

    press: Press
    key: SealKey

    def contract(self, contract: Contract, document: ContractDocument) -> bytes:
        """A contract as PDF/A, with room for signatures; the same bytes for the same contract."""
        return self.press.pdf("contract", contract_form(document, contract.paper.sha256, contract.drafted_at, {}))

    def sealed(
        self, contract: Contract, document: ContractDocument, evidence: Sequence[Evidence], acts: Acts = ()
    ) -> bytes:
        """An executed contract with its certificate, under the seal."""
        pdf = self.press.pdf("contract", sealed_form(contract, document, evidence, acts))
        return self.key.seal(pdf, contract.id, contract.paper.sha256)

    def person(self, held: dict[str, Any], at: datetime) -> bytes:
        """All that is held on a person (JSON-ready, as the export answers it) as PDF/A."""
        return self.press.pdf("person", person_form(held, at))
