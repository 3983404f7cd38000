"""The productions that talent knows of: whose they are, so that a contract can only name its studio's own."""

from dataclasses import dataclass, field

from events.envelope import Envelope, Event
from events.production import ProductionRegistered, Titles
from events.shapes import Line, Territory
from services.talent.bilingual import Bilingual


@dataclass(frozen=True)
class KnownProduction:
    """A production as production told of it; it has no events of its own, so its version stays 0."""

    id: str
    tenant: str
    version: int
    title: Line
    titles: Titles = field(default_factory=Titles)
    country: Territory | None = None
    """Where it is based."""

    @property
    def called(self) -> Bilingual:
        """The title in each language; the one that is used everywhere where a language has none."""
        return Bilingual(self.titles.zh or self.title, self.titles.en or self.title)


def know(
    known: KnownProduction | None, envelope: Envelope[ProductionRegistered], production_id: str
) -> tuple[KnownProduction, list[Event]] | None:
    """The production, or None when it was known before."""
    if known is not None:
        return None
    told = envelope.data
    return KnownProduction(production_id, envelope.tenant, 0, told.title, told.titles, told.country), []
