"""Talent's entrypoints: those of every concept, together."""

from collections.abc import Sequence

from chassis.handlers import handles
from chassis.store import Store
from events import places
from events.envelope import Envelope
from events.gateway import StudioAdmitted, StudioReinstated, StudioSuspended
from events.production import PlaceAdded, PlaceRenamed, ProductionRegistered
from services.talent import productions, studios
from services.talent.amendments.service import Amendments
from services.talent.availability.service import Availability
from services.talent.bulk.service import Bulk
from services.talent.casting.service import Casting
from services.talent.contracts.service import Contracts
from services.talent.documents.service import Documents
from services.talent.legal_details.service import StudiosInLaw
from services.talent.negotiation.service import Negotiation
from services.talent.paper.service import Paper
from services.talent.pay.service import Pay
from services.talent.people.service import People
from services.talent.portal.service import Portal
from services.talent.privacy.service import Privacy
from services.talent.repository import TalentRepository
from services.talent.signing.service import Signing
from services.talent.templates.service import Templates


class Talent(
    Bulk,
    Portal,
    People,
    Privacy,
    Contracts,
    Pay,
    Documents,
    Availability,
    Negotiation,
    Amendments,
    Signing,
    Casting,
    Templates,
    StudiosInLaw,
    Paper,
):
    """People, their documents and time, casting, contracts, signatures, pay, and the performers' own pages."""

    name = "talent"
    store: TalentRepository = Store(TalentRepository)

    @handles(ProductionRegistered, batch=64)
    def know_production(self, events: Sequence[Envelope[ProductionRegistered]]) -> list[str]:
        """Remember whose production it is."""
        return self.store.productions.absorb(events, lambda e: [e.data.production_id], productions.know)

    @handles(PlaceAdded, PlaceRenamed, batch=64, single_active=True)
    def know_places(self, events: Sequence[Envelope[PlaceAdded] | Envelope[PlaceRenamed]]) -> list[str]:
        """Remember the places that studios add, and what they call them."""
        return self.store.places.absorb(
            events, lambda e: [e.data.place_id], lambda known, event, _: places.know(known, event)
        )

    @handles(StudioAdmitted, StudioSuspended, StudioReinstated, batch=64)
    def know_studio(self, events: Sequence[Envelope[StudioAdmitted | StudioSuspended | StudioReinstated]]) -> list[str]:
        """Remember what it is called, and whether it is suspended."""
        return self.store.studios.absorb(events, lambda e: [e.data.studio_id], studios.know)
