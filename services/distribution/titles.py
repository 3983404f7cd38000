"""Titles: the productions of a studio, as distribution knows them."""

from dataclasses import dataclass

from events.envelope import Envelope
from events.production import ProductionRegistered


@dataclass(frozen=True)
class Title:
    """A production whose rights are traded; its id is the production's."""

    id: str
    tenant: str
    version: int
    name: str


def know(title: Title | None, registered: Envelope[ProductionRegistered]) -> tuple[Title, tuple[()]] | None:
    """The title that the event tells of; None when it is known already."""
    if title is not None:
        return None
    return Title(registered.data.production_id, registered.tenant, 0, registered.data.title), ()
