"""The distribution service: the register of rights in."""

from collections.abc import Sequence

from chassis.api import Answer, Call, decode_cursor, page
from chassis.documents import now
from chassis.handlers import handles
from chassis.rpc import serves
from chassis.store import Store
from events.envelope import Envelope
from events.production import ProductionRegistered
from events.talent import ContractSigned
from services.distribution import api, rights, titles, views
from services.distribution.api import HeldQuery, RightsInView, RightsQuery
from services.distribution.repository import DistributionRepository


class Distribution:
    """Rights in."""

    name = "distribution"
    store: DistributionRepository = Store(DistributionRepository)

    @serves(api.LIST_RIGHTS)
    def list_rights(self, call: Call) -> Answer:
        """The register, oldest contract first."""
        query: RightsQuery = call.query
        where = {} if call.readable_tenant is None else {"tenant": call.readable_tenant}
        if query.production_id is not None:
            where["production_id"] = self.store.titles.get(query.production_id, call.readable_tenant).id
        if query.contract_id is not None:
            where["_id"] = self.store.rights.get(query.contract_id, call.readable_tenant).id
        found = self.store.rights.select(where, query.limit + 1, after=decode_cursor(query.cursor))
        shown = [views.rights_in(each) for each in found]
        return Answer(page(RightsInView, shown, query.limit, lambda each: each.contract_id))

    @serves(api.FIND_RIGHTS)
    def find_rights(self, call: Call) -> Answer:
        """Which rights are held in a title on a day."""
        query: HeldQuery = call.query
        if query.production_id is None:
            raise rights.ProductionNotNamed("/production_id")
        title = self.store.titles.get(query.production_id, call.readable_tenant)
        on = query.on or call.received_at.date()
        question = rights.Question(query.media, query.territory, query.language, on)
        return Answer(views.holding(title, question, rights.hold(self.store.rights_in(title), question)))

    @handles(ContractSigned, batch=128, single_active=True)  # not for order: two copies would take half a batch each
    def register_rights(self, events: Sequence[Envelope[ContractSigned]]) -> Sequence[str]:
        """Register the rights that executed contracts grant; a contract without grants is none of our business."""
        granting = [event for event in events if event.data.grants]
        outcomes: Sequence[str] = self.store.rights.absorb(
            granting,
            by=lambda event: [event.data.contract_id],
            rule=lambda known, event, _: rights.register(known, event, now()),
        )
        registered = iter(outcomes)
        return [next(registered) if event.data.grants else "ok" for event in events]

    @handles(ProductionRegistered, batch=64)
    def know_production(self, events: Sequence[Envelope[ProductionRegistered]]) -> Sequence[str]:
        """Remember the titles."""
        return self.store.titles.absorb(
            events,
            by=lambda event: [event.data.production_id],
            rule=lambda title, event, _: titles.know(title, event),
        )
