"""What distribution says: the rights that we hold."""

from dataclasses import dataclass
from typing import Annotated

from events.envelope import Event
from events.shapes import ContractId, Items, ProductionId
from events.talent.contracts import Grant


@dataclass(frozen=True)
class RightsRegistered(Event, type="distribution.rights.registered.v1", subject="contract_id"):
    """The rights that an executed contract grants are on the register of rights in."""

    contract_id: ContractId
    production_id: ProductionId
    grants: Annotated[tuple[Grant, ...], Items(min=1)]


@dataclass(frozen=True)
class RightsChanged(Event, type="distribution.rights.changed.v1", subject="contract_id"):
    """A contract grants other rights than before; without any, they went back to whom they came from."""

    contract_id: ContractId
    production_id: ProductionId
    grants: Annotated[tuple[Grant, ...], Items()]
