"""Talent's entrypoints about one's own records on a performer's page."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chassis.api import Answer, Call, page
from chassis.documents import now
from chassis.errors import NotFound
from chassis.rpc import serves
from services.talent.contracts.lifecycle import Contract
from services.talent.portal.invitations.service import Invitations, Visit
from services.talent.portal.records import api, views
from services.talent.repository import TalentRepository


class OwnRecords(Invitations):
    """Contracts, days, documents, and all data of the person, with the studio that invited."""

    store: TalentRepository
    sealed_paper: Callable[[Contract], Answer]
    export_person_pdf: Callable[[Call], Answer]

    @serves(api.LIST_OWN_CONTRACTS)
    def list_own_contracts(self, call: Call) -> Any:
        """Every contract that was sent."""
        visit, query = self._enter_page(call), call.query
        found = self.store.sent_contracts_of(visit.file, query.limit, query.cursor, query.order)
        titles = self.store.titles_of({contract.terms.production_id for contract in found})
        shown = [views.contract(contract, titles[contract.terms.production_id]) for contract in found]
        return page(api.OwnContract, shown, query.limit, lambda contract: str(contract.contract_id))

    @serves(api.DOWNLOAD_OWN_CONTRACT)
    def download_own_contract(self, call: Call) -> Answer:
        """One of them, under the seal."""
        visit = self._enter_page(call)
        contract = self.store.contracts.get(call.path["contract_id"], visit.call.tenant)
        if contract.terms.person_id not in visit.file.known_as or contract.state == "draft":
            raise NotFound(what="contract", id=contract.id)
        return self.sealed_paper(contract)

    @serves(api.GET_OWN_RECORDS)
    def get_own_records(self, call: Call) -> Answer:
        """Days and documents."""
        visit = self._enter_page(call)
        calendar = self.store.calendar(visit.file.person_id)
        days = views.days(calendar, visit.call.tenant, now().date(), self._works(visit))
        return Answer(api.OwnRecords(days, views.papers(self.store.documents_of(visit.file), visit.file.permits)))

    @serves(api.EXPORT_OWN_DATA)
    def export_own_data(self, call: Call) -> Answer:
        """Everything, on paper; the person's alone."""
        visit = self._enter_page(call)
        if visit.reader != "person":
            raise api.OnlyThePerson
        return self.export_person_pdf(replace(visit.call, path={"person_id": visit.file.person_id}))

    def _works(self, visit: Visit) -> Callable[[str | None, str | None], views.Work]:
        """How a contract or a production is called."""
        roles = {contract.id: contract.terms for contract in self.store.contracts_of(visit.file)}
        calendar, studio = self.store.calendar(visit.file.person_id), visit.call.tenant
        named = {terms.production_id for terms in roles.values()}
        named |= {b.production_id for b in calendar.bookings if b.studio == studio and b.production_id}
        named |= {h.production_id for h in calendar.holds if h.studio == studio and h.production_id}
        titles = self.store.titles_of(named)

        def work(contract_id: str | None, production_id: str | None) -> views.Work:
            terms = roles.get(contract_id or "")
            production = terms.production_id if terms else production_id
            return titles.get(production or ""), terms.role if terms else None

        return work
