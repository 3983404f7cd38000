"""What talent has on paper, and how it is made: by a process of its own."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import orjson

from services.talent.contracts.document import ContractDocument
from services.talent.contracts.lifecycle import Contract
from services.talent.contracts.signing import Evidence
from services.talent.paper.certificate import Acts, sealed_form
from services.talent.paper.contract import contract_form
from services.talent.paper.person import person_form
from services.talent.paper.where_to_check import where_to_check


class Stationery:
    """Papers, made by who knows the arguments of `Bindery.make` in JSON; raises what that one raises."""

    def __init__(self, ask: Callable[[bytes], bytes], url: str) -> None:
        """`url` is where the gateway's pages are, one of which checks papers."""
        self._ask, self._url = ask, f"{url}/verify"

    def contract(self, contract: Contract, document: ContractDocument) -> bytes:
        """A contract as PDF/A, with room for signatures; the same bytes for the same contract."""
        return self._made("contract", contract_form(document, contract.paper.sha256, contract.drafted_at, {}))

    def sealed(
        self, contract: Contract, document: ContractDocument, evidence: Sequence[Evidence], acts: Acts = ()
    ) -> bytes:
        """An executed contract with its certificate, under the seal."""
        form = sealed_form(contract, document, evidence, acts)
        form["certificate"]["check"] = where_to_check(self._url)
        return self._made("contract", form, (contract.id, contract.paper.sha256))

    def person(self, held: dict[str, Any], at: datetime) -> bytes:
        """All that is held on a person (JSON-ready, as the export answers it) as PDF/A."""
        return self._made("person", person_form(held, at))

    def _made(self, *wanted: Any) -> bytes:
        return self._ask(orjson.dumps(wanted))
