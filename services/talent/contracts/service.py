"""Talent's entrypoints about contracts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from chassis.api import Answer, Call, page
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.rpc import serves
from chassis.timers import every
from services.talent.contracts import api, lifecycle, signing, terms, views
from services.talent.contracts.document import ContractDocument, content_digest
from services.talent.contracts.lifecycle import Contract, Party, Step
from services.talent.contracts.signing import Entry, Evidence, SigningTimeOver
from services.talent.letters.addressees import Contact, Reading
from services.talent.letters.api import LetterAhead
from services.talent.portal.invitations import portals
from services.talent.repository import TalentRepository
from services.talent.signing import bound, circulation, desk, initials, names

USER_AGENT_LIMIT = 500


class Contracts:
    """Contracts from draft to their end, and their signatures."""

    store: TalentRepository
    letter_ahead: Callable[[str], LetterAhead]

    @serves(api.DRAFT_CONTRACT)
    def draft_contract(self, call: Call) -> Answer:
        """Draft a contract with a person on file for a production of the studio."""
        document = self.compose_contract(call)
        contract, events = lifecycle.draft(document, self.store.archive(document), now())
        return self.store.contracts.create(call, contract, events, self._with_warnings)

    def compose_contract(self, call: Call) -> ContractDocument:
        """The document of the draft that is asked for; nothing is stored. Raises the errors of DRAFT_CONTRACT."""
        terms.check(call.body.terms, now().date(), "/terms")
        return self.store.compose(new_id("ctr"), call.tenant, call.body)

    @serves(api.GET_CONTRACT)
    def get_contract(self, call: Call) -> Answer:
        """Read a contract."""
        contract = self.store.contracts.get(call.path["contract_id"], call.readable_tenant)
        return Answer(views.contract(contract), contract.version)

    @serves(api.LIST_CONTRACTS)
    def list_contracts(self, call: Call) -> Any:
        """List contracts; a production, person or contract of another studio is a 404."""
        people = self.store.require_asked(call)
        for other in (call.query.amends, call.query.renews):
            if other is not None:
                self.store.contracts.get(other, call.readable_tenant)
        found = [views.contract(c) for c in self.store.list_contracts(call.readable_tenant, call.query, people)]
        return page(api.ContractView, found, call.query.limit, lambda contract: str(contract.contract_id))

    @serves(api.REVISE_CONTRACT)
    def revise_contract(self, call: Call) -> Answer:
        """Replace the terms of a draft and write its document anew."""
        at = now()
        terms.check(call.body, at.date())
        _, title = self.store.subject(call.tenant, call.body)

        def revise(contract: Contract) -> Step:
            lifecycle.check_revision(contract, call.body)
            document = self.store.redraw(contract, call.body, title)
            return lifecycle.revise(contract, call.body, self.store.archive(document), call.actor, at)

        return self._step(call, revise, self._with_warnings)

    @serves(api.SEND_CONTRACT)
    def send_contract(self, call: Call) -> Answer:
        """Send a draft out for signature."""
        at, body = now(), call.body

        def send(contract: Contract) -> Step:
            lifecycle.require(contract, "dispatch")
            document = self.store.complete_document(contract)
            person = self.store.file_of(contract.terms.person_id, contract.tenant)
            bound.require_person(document, contract.terms.person_id, person.profile.names)
            paper = self.store.archive(document)
            sent, events = lifecycle.send(replace(contract, paper=paper), body.expires_on, at.date())
            for position, key in enumerate(body.at_desk):
                self._require_desk(contract, key, f"/at_desk/{position}")
            recipients = circulation.with_people(sent, body.recipients, body.at_desk, partial(self._reach, sent))
            if not recipients:
                return sent, events
            seal = partial(self.store.seal_contact, sent)
            turned, begun = circulation.circulate(sent, recipients, seal, at, self._on_file(sent))
            return turned, [*events, *begun]

        return self._step(call, send, self._dispatched)

    @serves(api.SIGN_CONTRACT)
    def sign_contract(self, call: Call) -> Answer:
        """Add a party's signature; the last one executes the contract. A person's is entered as what it is."""
        at, body = now(), call.body
        evidence = Evidence(body.name, call.client_ip, call.user_agent[:USER_AGENT_LIMIT], reason=body.reason)

        def sign(contract: Contract) -> Step:
            party = contract.party(body.party)
            if party is not None and party.person_id is not None:
                return self._enter_for_person(contract, call, evidence, at)
            sealed = self.store.seal_evidence(contract, evidence)
            entry = Entry(recorded_by=call.actor)
            return signing.sign(contract, body.party, body.time_zone, body.document_sha256, sealed, at, entry)

        return self._step_in_time(call, sign, self._with_warnings)

    @serves(api.DECLINE_CONTRACT)
    def decline_contract(self, call: Call) -> Answer:
        """Record that a party refuses to sign."""
        at = now()

        def decline(contract: Contract) -> Step:
            reason = self.store.seal_reason(contract, call.body.reason)
            return signing.decline(contract, call.body.party, reason, at, call.actor)

        return self._step_in_time(call, decline)

    @serves(api.CANCEL_CONTRACT)
    def cancel_contract(self, call: Call) -> Answer:
        """Withdraw a contract that is not yet executed."""
        at = now()

        def cancel(contract: Contract) -> Step:
            return lifecycle.cancel(contract, self.store.seal_reason(contract, call.body.reason), at)

        return self._step(call, cancel)

    @serves(api.GET_CONTRACT_DOCUMENT)
    def get_contract_document(self, call: Call) -> Answer:
        """The canonical document, byte for byte; the studio's own only, because it names people."""
        contract = self.store.contracts.get(call.path["contract_id"], call.tenant)
        return Answer(self.store.canonical_document(contract), headers=(content_digest(contract.paper.sha256),))

    @serves(api.GET_CONTRACT_EVIDENCE)
    def get_contract_evidence(self, call: Call) -> Answer:
        """The trail of signatures; the studio's own only, because it names people."""
        contract = self.store.contracts.get(call.path["contract_id"], call.tenant)
        return Answer(self.evidence_of(contract))

    def evidence_of(self, contract: Contract) -> api.EvidenceView:
        """Everything that was recorded of a contract's signatures; raises PersonForgotten."""
        store = self.store
        trail = store.evidence(contract), store.reason(contract), store.acts(contract), store.disputes(contract)
        return views.evidence(contract, *trail)

    @every(60)
    def expire_contracts(self) -> None:
        """End the contracts that nobody signed in time."""
        at = now()
        while overdue := self.store.overdue_contracts(at.date()):
            for contract_id in overdue:
                self.store.contracts.advance(
                    contract_id, lambda c: signing.expire(c, at), Cause.of_time(self.store.service)
                )

    def _enter_for_person(self, contract: Contract, call: Call, evidence: Evidence, at: datetime) -> Step:
        """A person's signature as the studio enters it: allowed, on grounds, under a name that is theirs or confirmed."""
        body = call.body
        signing.check_desk(contract, "signature", body.party, at)
        self._require_desk(contract, body.party, "/party")
        if body.reason is None and body.scan_id is None:
            raise desk.GroundsMissing("/reason", party=body.party)
        scan = self.store.scan_of(contract, body.scan_id) if body.scan_id else None
        profile = self.store.present_file(contract.terms.person_id, contract.tenant).profile
        differs = names.check(body.name, profile.names, body.name_confirmed)
        contact = desk.contact(profile, body.email, body.party)
        absent = initials.absent(initials.needed(self.store.document(contract), performer=True), body.initials)
        entered = replace(
            evidence,
            scan_id=scan.id if scan else None,
            scan_sha256=scan.sha256 if scan else None,
            told_at=contact.email,
            initials=body.initials,
            initials_absent=absent,
        )
        return circulation.enter(
            contract,
            body.party,
            body.time_zone,
            body.document_sha256,
            partial(self.store.seal_evidence, contract),
            entered,
            self.store.seal_contact(contract, contact),
            portals.language_of(profile, "person"),
            Entry(recorded_by=call.actor, name_differs=differs),
            at,
        )

    def _require_desk(self, contract: Contract, party: str, pointer: str) -> None:
        """Raise DeskForbidden when studio or template forbid to enter a person's signature."""
        wording = self.store.wording(contract.tenant, contract.paper.template)
        desk.require_allowed(self.store.desk_rule(contract.tenant), wording.desk_allowed, party, pointer)

    def _reach(self, contract: Contract, party: Party) -> tuple[Contact, Reading]:
        """How the person of a party is called and reached; raises NoAddress, PersonForgotten."""
        profile = self.store.present_file(contract.terms.person_id, contract.tenant).profile
        if profile.contact.email is None:
            raise desk.NoAddress("/recipients", party=party.key)
        return Contact(profile.names.legal, profile.contact.email), portals.language_of(profile, "person")

    def _on_file(self, contract: Contract) -> Contact | None:
        """How the contract's person is called and reached by their file; None without an address. Raises PersonForgotten."""
        profile = self.store.present_file(contract.terms.person_id, contract.tenant).profile
        return Contact(profile.names.legal, profile.contact.email) if profile.contact.email else None

    def _with_warnings(self, contract: Contract) -> api.ContractView:
        """What is shown to who can still think better of it; the last signature books the days and looks nothing up."""
        if contract.state == "executed":
            return views.contract(contract)
        return views.contract(contract, self.store.days_warnings(contract.terms, contract.tenant, now().date()))

    def _dispatched(self, contract: Contract) -> api.DispatchedView:
        """What is shown of a contract that goes out, with the letters that its events call for."""
        invited = (r for r in contract.round.recipients if r.linked and r.invited_at) if contract.round else ()
        return views.dispatched(self._with_warnings(contract), tuple(self.letter_ahead(r.key) for r in invited))

    def _step(
        self, call: Call, rule: Callable[[Contract], Step], view: Callable[[Contract], Any] = views.contract
    ) -> Answer:
        return self.store.contracts.change(call, call.path["contract_id"], rule, view)

    def _step_in_time(
        self, call: Call, rule: Callable[[Contract], Step], view: Callable[[Contract], Any] = views.contract
    ) -> Answer:
        """Like `_step`; a contract that is found to be overdue becomes expired before the refusal is answered."""
        try:
            return self._step(call, rule, view)
        except SigningTimeOver:
            at = now()
            unnamed = replace(call, command_id="", if_match=None)  # the refused command leaves no trace
            self._step(unnamed, lambda contract: signing.expire(contract, at))
            raise
