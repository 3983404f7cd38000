"""The distribution service: the register of rights in."""

from collections.abc import Sequence
from typing import Any

from chassis.api import Answer, Call, decode_cursor, page
from chassis.documents import now
from chassis.handlers import handles
from chassis.rpc import serves
from chassis.store import Store
from events.envelope import Envelope
from events.production import ProductionRegistered
from events.talent.contracts import ContractAmended, ContractSigned, ContractTerminated
from services.distribution import api, rights, titles, views
from services.distribution.api import HeldQuery, RightsInView, RightsQuery
from services.distribution.repository import DistributionRepository
from services.distribution.rights import ContractWord


class Distribution:
    """Rights in."""

    name = "distribution"
    store: DistributionRepository = Store(DistributionRepository)

    @serves(api.LIST_RIGHTS)
    def list_rights(self, call: Call) -> Answer:
        """The register, by contract."""
        query: RightsQuery = call.query
        where: dict[str, Any] = {"grants": {"$ne": []}}  # what is left of rights that went back is for us alone
        if call.readable_tenant is not None:
            where["tenant"] = call.readable_tenant
        if query.production_id is not None:
            where["production_id"] = self.store.titles.get(query.production_id, call.readable_tenant).id
        if query.contract_id is not None:
            where["_id"] = self.store.rights.get(query.contract_id, call.readable_tenant).id
        found = self.store.rights.select(where, query.limit + 1, after=decode_cursor(query.cursor), order=query.order)
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

    # single_active not for order: two copies would take half a batch each.
    @handles(ContractSigned, ContractAmended, ContractTerminated, batch=128, single_active=True)
    def register_rights(self, events: Sequence[Envelope[ContractWord]]) -> Sequence[str]:
        """Register the rights that contracts grant; one that never granted any is none of our business."""
        granting = [event for event in events if _concerns_rights(event.data)]
        outcomes: Sequence[str] = self.store.rights.absorb(
            granting,
            by=lambda event: [event.data.contract_id],
            rule=lambda known, event, _: rights.register(known, event, now()),
        )
        registered = iter(outcomes)
        return [next(registered) if _concerns_rights(event.data) else "ok" for event in events]

    @handles(ProductionRegistered, batch=64)
    def know_production(self, events: Sequence[Envelope[ProductionRegistered]]) -> Sequence[str]:
        """Remember the titles."""
        return self.store.titles.absorb(
            events,
            by=lambda event: [event.data.production_id],
            rule=lambda title, event, _: titles.know(title, event),
        )


def _concerns_rights(word: ContractWord) -> bool:
    return bool(word.grants) or not isinstance(word, ContractSigned)
