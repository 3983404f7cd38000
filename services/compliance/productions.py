"""Productions: whose they are; what compliance needs to know of them, and nothing more."""

from dataclasses import dataclass

from events.envelope import Envelope
from events.production import ProductionRegistered


@dataclass(frozen=True)
class Production:
    """A studio has a production; its id is the production's."""

    id: str
    tenant: str
    version: int


def know(known: Production | None, registered: Envelope[ProductionRegistered]) -> tuple[Production, tuple[()]] | None:
    """The production that the event tells of; None when it is known already."""
    if known is not None:
        return None
    return Production(registered.data.production_id, registered.tenant, 0), ()
