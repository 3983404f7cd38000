"""Talent's entrypoints."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from chassis.aggregates import Taken
from chassis.api import Answer, Call, page
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.errors import PersonForgotten
from chassis.handlers import handles
from chassis.rpc import serves
from chassis.store import Store
from chassis.timers import every
from events.envelope import Envelope
from events.production import ProductionRegistered
from events.talent import PersonErased
from services.talent import api, contracts, people, permits, productions, signing, terms, views
from services.talent.contracts import Contract, Step
from services.talent.document import ContractDocument
from services.talent.people import PersonFile, file_id
from services.talent.repository import TalentRepository
from services.talent.signing import Evidence, SigningTimeOver

USER_AGENT_LIMIT = 500


class Talent:
    """People, permits, contracts and signatures."""

    name = "talent"
    store: TalentRepository = Store(TalentRepository)

    # People and permits

    @serves(api.REGISTER_PERSON)
    def register_person(self, call: Call) -> Answer:
        """Put a person on file; raises PersonAlreadyOnFile when the studio has them."""
        person_id = self.store.identify(call.body.document, new_id("prs"))
        file, events = people.register(call.tenant, person_id, call.body, now())
        try:
            return self.store.people.create(call, file, events, views.person)
        except Taken:
            raise people.PersonAlreadyOnFile(person_id=person_id) from None

    @serves(api.GET_PERSON)
    def get_person(self, call: Call) -> Answer:
        """Read the studio's file on a person."""
        file = self.store.people.get(_file_id(call), call.tenant)
        return Answer(views.person(file), file.version)

    @serves(api.LIST_PEOPLE)
    def list_people(self, call: Call) -> Any:
        """Find or list the studio's files."""
        found = self.store.find_people(call.tenant, call.query, now().date())
        shown = [(score, views.person(file)) for score, file in found]
        places = {person.person_id: f"{score} {person.person_id}" for score, person in shown}
        return page(api.PersonView, [person for _, person in shown], call.query.limit, lambda p: places[p.person_id])

    @serves(api.UPDATE_PERSON)
    def update_person(self, call: Call) -> Answer:
        """Change the studio's file on a person."""
        at = now()
        return self.store.people.change(call, _file_id(call), lambda f: people.update(f, call.body, at), views.person)

    @serves(api.EXPORT_PERSON)
    def export_person(self, call: Call) -> Answer:
        """Everything that the studio holds on a person."""
        file = self.store.people.get(_file_id(call), call.tenant)
        held = tuple(self._held(contract) for contract in self.store.contracts_of(call.tenant, file.person_id))
        return Answer(api.HeldData(now(), views.person(file), held), file.version)

    @serves(api.ERASE_PERSON)
    def erase_person(self, call: Call) -> Answer:
        """Forget a person; the event that says so destroys the key."""
        at, file = now(), _file_id(call)
        requested_on = call.body.requested_on
        for contract in self.store.contracts_of(call.tenant, call.path["person_id"], *contracts.OPEN):
            raise people.ContractsOpen(contract_id=contract.id)
        everywhere = not self.store.known_elsewhere(file)
        return self.store.people.change(
            call,
            file,
            lambda known: people.erase(known, requested_on, everywhere, at),
            lambda known: api.ErasureView(known.person_id, requested_on, at),
        )

    @serves(api.RECORD_PERMIT)
    def record_permit(self, call: Call) -> Answer:
        """Put a work permit on a person's file."""
        permit_id, at = new_id("pmt"), now()
        return self.store.people.change(
            call,
            _file_id(call),
            lambda file: people.record_permit(file, permit_id, call.body, at),
            lambda file: permits.find(file.permits, permit_id),
        )

    @serves(api.REVOKE_PERMIT)
    def revoke_permit(self, call: Call) -> Answer:
        """Record that a work permit no longer holds."""
        permit_id, at = call.path["permit_id"], now()
        return self.store.people.change(
            call,
            _file_id(call),
            lambda file: people.revoke_permit(file, permit_id, call.body.reason, at),
            lambda file: permits.find(file.permits, permit_id),
        )

    # Contracts

    @serves(api.DRAFT_CONTRACT)
    def draft_contract(self, call: Call) -> Answer:
        """Draft a contract with a person on file for a production of the studio."""
        agreed: terms.Terms = call.body.terms
        terms.check(agreed, "/terms")
        file = self._person(call, agreed)
        parties = contracts.name_parties(call.body.parties, agreed.person_id, file.profile.names.legal)
        document = ContractDocument.compose(new_id("ctr"), call.tenant, self._title(call, agreed), parties, agreed)
        contract, events = contracts.draft(document, self.store.archive(document), now())
        return self.store.contracts.create(call, contract, events, views.contract)

    @serves(api.GET_CONTRACT)
    def get_contract(self, call: Call) -> Answer:
        """Read a contract."""
        contract = self.store.contracts.get(call.path["contract_id"], call.readable_tenant)
        return Answer(views.contract(contract), contract.version)

    @serves(api.LIST_CONTRACTS)
    def list_contracts(self, call: Call) -> Any:
        """List contracts; a production or person of another studio is a 404."""
        if call.query.production_id is not None:
            self.store.productions.get(call.query.production_id, call.readable_tenant)
        if call.query.person_id is not None and not call.office:
            self.store.people.get(file_id(call.query.person_id, call.tenant), call.tenant)
        found = [views.contract(c) for c in self.store.list_contracts(call.readable_tenant, call.query)]
        return page(api.ContractView, found, call.query.limit, lambda contract: str(contract.contract_id))

    @serves(api.REVISE_CONTRACT)
    def revise_contract(self, call: Call) -> Answer:
        """Replace the terms of a draft and write its document anew."""
        terms.check(call.body)
        self._person(call, call.body)
        title = self._title(call, call.body)

        def revise(contract: Contract) -> Step:
            contracts.check_revision(contract, call.body)
            document = self.store.document(contract).revised(title, call.body)
            return contracts.revise(contract, call.body, self.store.archive(document))

        return self._step(call, revise)

    @serves(api.SEND_CONTRACT)
    def send_contract(self, call: Call) -> Answer:
        """Send a draft out for signature."""
        today = now().date()
        return self._step(call, lambda contract: contracts.send(contract, call.body.expires_on, today))

    @serves(api.SIGN_CONTRACT)
    def sign_contract(self, call: Call) -> Answer:
        """Add a party's signature; the last one executes the contract."""
        at, body = now(), call.body
        evidence = Evidence(body.name, call.client_ip, call.user_agent[:USER_AGENT_LIMIT])

        def sign(contract: Contract) -> Step:
            sealed = self.store.seal_evidence(contract, evidence)
            return signing.sign(contract, body.party, body.time_zone, body.document_sha256, sealed, at)

        return self._step_in_time(call, sign)

    @serves(api.DECLINE_CONTRACT)
    def decline_contract(self, call: Call) -> Answer:
        """Record that a party refuses to sign."""
        at = now()

        def decline(contract: Contract) -> Step:
            reason = self.store.seal_reason(contract, call.body.reason)
            return signing.decline(contract, call.body.party, reason, at)

        return self._step_in_time(call, decline)

    @serves(api.CANCEL_CONTRACT)
    def cancel_contract(self, call: Call) -> Answer:
        """Withdraw a contract that is not yet executed."""
        at = now()

        def cancel(contract: Contract) -> Step:
            return contracts.cancel(contract, self.store.seal_reason(contract, call.body.reason), at)

        return self._step(call, cancel)

    @serves(api.GET_CONTRACT_DOCUMENT)
    def get_contract_document(self, call: Call) -> Answer:
        """The canonical document, byte for byte; the studio's own only, because it names people."""
        contract = self.store.contracts.get(call.path["contract_id"], call.tenant)
        sha256 = base64.b64encode(bytes.fromhex(contract.paper.sha256)).decode()
        digest = ("Content-Digest", f"sha-256=:{sha256}:")
        return Answer(self.store.canonical_document(contract), headers=(digest,))

    @serves(api.GET_CONTRACT_EVIDENCE)
    def get_contract_evidence(self, call: Call) -> Answer:
        """The trail of signatures; the studio's own only, because it names people."""
        contract = self.store.contracts.get(call.path["contract_id"], call.tenant)
        return Answer(views.evidence(contract, self.store.evidence(contract), self.store.reason(contract)))

    # What time brings

    @every(60)
    def expire_contracts(self) -> None:
        """End the contracts that nobody signed in time."""
        at = now()
        while overdue := self.store.overdue_contracts(at.date()):
            for contract_id in overdue:
                self.store.contracts.advance(contract_id, lambda c: signing.expire(c, at), Cause.of_time(self.name))

    @every(60)
    def announce_expiries(self) -> None:
        """Tell that permits are about to end, or have."""
        today = now().date()
        while due := self.store.files_to_notice(today):
            for file in due:
                try:
                    self.store.people.advance(file, lambda f: people.give_notices(f, today), Cause.of_time(self.name))
                except PersonForgotten:
                    self.store.notice_nobody(file)

    # What is said

    @handles(PersonErased)
    def forget_person(self, event: Envelope[PersonErased]) -> None:
        """Destroy the key under which everything about the person is sealed."""
        self.store.forget(event.aggregate_id.partition("/")[2], event.data.everywhere)

    @handles(ProductionRegistered, batch=64)
    def know_production(self, events: Sequence[Envelope[ProductionRegistered]]) -> list[str]:
        """Remember whose production it is."""
        return self.store.productions.absorb(events, lambda e: [e.data.production_id], productions.know)

    # Shared steps

    def _held(self, contract: Contract) -> api.HeldContract:
        evidence = views.evidence(contract, self.store.evidence(contract), self.store.reason(contract))
        return api.HeldContract(views.contract(contract), self.store.document(contract), evidence)

    def _person(self, call: Call, agreed: terms.Terms) -> PersonFile:
        return self.store.people.get(file_id(agreed.person_id, call.tenant), call.tenant)

    def _title(self, call: Call, agreed: terms.Terms) -> str:
        return self.store.productions.await_get(agreed.production_id, call.tenant).title

    def _step(self, call: Call, rule: Callable[[Contract], Step]) -> Answer:
        return self.store.contracts.change(call, call.path["contract_id"], rule, views.contract)

    def _step_in_time(self, call: Call, rule: Callable[[Contract], Step]) -> Answer:
        """Like `_step`; a contract that is found to be overdue becomes expired before the refusal is answered."""
        try:
            return self._step(call, rule)
        except SigningTimeOver:
            at = now()
            unnamed = replace(call, command_id="", if_match=None)  # the refused command leaves no trace
            self._step(unnamed, lambda contract: signing.expire(contract, at))
            raise


def _file_id(call: Call) -> str:
    return file_id(call.path["person_id"], call.tenant)
