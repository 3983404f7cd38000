"""Talent's entrypoints about what a person may ask: to see and to be forgotten."""

from chassis.api import Answer, Call
from chassis.documents import now
from chassis.handlers import handles
from chassis.rpc import serves
from events.envelope import Envelope
from events.talent import PersonErased
from services.talent.contracts import lifecycle
from services.talent.contracts import views as contract_views
from services.talent.contracts.lifecycle import Contract
from services.talent.people import files
from services.talent.people import views as people_views
from services.talent.people.files import file_id
from services.talent.privacy import api
from services.talent.repository import TalentRepository


class Privacy:
    """Access to one's data, and erasure."""

    store: TalentRepository

    @serves(api.EXPORT_PERSON)
    def export_person(self, call: Call) -> Answer:
        """Everything that the studio holds on a person."""
        file = self.store.people.get(file_id(call.path["person_id"], call.tenant), call.tenant)
        held = tuple(self._held(contract) for contract in self.store.contracts_of(call.tenant, file.person_id))
        return Answer(api.HeldData(now(), people_views.person(file), held), file.version)

    @serves(api.ERASE_PERSON)
    def erase_person(self, call: Call) -> Answer:
        """Forget a person; the event that says so destroys the key."""
        at, file = now(), file_id(call.path["person_id"], call.tenant)
        requested_on = call.body.requested_on
        for contract in self.store.contracts_of(call.tenant, call.path["person_id"], *lifecycle.OPEN):
            raise files.ContractsOpen(contract_id=contract.id)
        everywhere = not self.store.known_elsewhere(file)
        return self.store.people.change(
            call,
            file,
            lambda known: files.erase(known, requested_on, everywhere, at),
            lambda known: api.ErasureView(known.person_id, requested_on, at),
        )

    @handles(PersonErased)
    def forget_person(self, event: Envelope[PersonErased]) -> None:
        """Destroy the key under which everything about the person is sealed."""
        self.store.forget(event.aggregate_id.partition("/")[2], event.data.everywhere)

    def _held(self, contract: Contract) -> api.HeldContract:
        evidence = contract_views.evidence(
            contract, self.store.evidence(contract), self.store.reason(contract), self.store.acts(contract)
        )
        return api.HeldContract(contract_views.contract(contract), self.store.document(contract), evidence)
