"""Talent's entrypoints about paper: setting contracts, sealing executed ones, and checking files from anybody."""

import hashlib
from collections.abc import Callable, Sequence

from chassis import metrics
from chassis.aggregates import Taken
from chassis.api import Answer, Call
from chassis.apprentice import Apprentice, WorkRefused
from chassis.cause import Cause
from chassis.documents import now
from chassis.errors import PersonForgotten
from chassis.rpc import serves
from chassis.settings import SettingInvalid, setting
from chassis.timers import every
from chassis.workshop import Bench, Workshop
from events.codecs import plain
from services.talent.contracts.document import content_digest
from services.talent.contracts.lifecycle import EXECUTED, Contract
from services.talent.contracts.signing import Evidence
from services.talent.paper import api, sealed, views
from services.talent.paper.file_names import contract_file, disposition, person_file
from services.talent.paper.sealed import ContractNotSealed, SealedContract, TimestampUnavailable
from services.talent.paper.stationery import Stationery
from services.talent.paper.verdict import (
    AUTHORITIES,
    AUTHORITIES_EXPECTED,
    SEAL_KEY,
    SEAL_KEY_EXPECTED,
    TSA_URL,
    TSA_URL_EXPECTED,
    Trust,
    certificates_in,
    glance,
    judge,
)
from services.talent.repository import TalentRepository

CHECKS = 2  # files that are checked at once: each takes a processor for half a second


def stationery() -> Stationery:
    """Made by a process of its own; raises SettingInvalid with what that one says of the settings."""
    apprentice = Apprentice("services.talent.paper.bindery")
    try:
        apprentice.start()
    except WorkRefused as refusal:
        raise SettingInvalid(str(refusal)) from None
    return Stationery(
        apprentice.ask, setting("CALLBOARD_PUBLIC_URL", str, "the gateway's address", "http://127.0.0.1:8080")
    )


def trust() -> Trust:
    """Whose seals and timestamps are believed; raises SettingInvalid, also when ours are stamped by an authority unknown to us."""
    stamped = setting(TSA_URL, str, TSA_URL_EXPECTED, "")
    authorities = setting(AUTHORITIES, certificates_in, AUTHORITIES_EXPECTED, None if stamped else "")
    return Trust(setting(SEAL_KEY, certificates_in, SEAL_KEY_EXPECTED), authorities)


class Paper:
    """Contracts and files on paper."""

    store: TalentRepository
    stationery: Bench[Stationery] = Workshop(stationery)
    trust: Bench[Trust] = Workshop(trust, CHECKS)
    export_person: Callable[[Call], Answer]

    @serves(api.GET_CONTRACT_PDF)
    def get_contract_pdf(self, call: Call) -> Answer:
        """A contract on paper; the studio's own only, because it names people."""
        return self.plain_paper(self.store.contracts.get(call.path["contract_id"], call.tenant))

    def plain_paper(self, contract: Contract) -> Answer:
        """A contract on paper without signatures, as a file; raises PersonForgotten, WorkshopFull."""
        document = self.store.document(contract)
        pdf = self.stationery.work(Stationery.contract, contract, document)
        return _file(pdf, contract_file(document, sealed=False))

    @serves(api.GET_SEALED_CONTRACT)
    def get_sealed_contract(self, call: Call) -> Answer:
        """The sealed paper of an executed contract."""
        return self.sealed_paper(self.store.contracts.get(call.path["contract_id"], call.tenant))

    def sealed_paper(self, contract: Contract) -> Answer:
        """The sealed paper as a file; raises ContractNotSealed, PersonForgotten, WorkshopFull."""
        kept = self._sealed(contract)
        pdf = self.store.decrypt_paper(contract, kept)
        name = contract_file(self.store.document(contract), sealed=True)
        return _file(pdf, name, content_digest(kept.sha256))

    @serves(api.EXPORT_PERSON_PDF)
    def export_person_pdf(self, call: Call) -> Answer:
        """What is held on a person, on paper."""
        held = self.export_person(call).body
        pdf = self.stationery.work(Stationery.person, plain(held), held.held_at)
        return _file(pdf, person_file(held.person.names.legal))

    @serves(api.VERIFY_DOCUMENT)
    def verify_document(self, call: Call) -> api.Verification:
        """What a file from anybody is worth."""
        file = call.body.file
        file.seek(0)
        if file.read(5) != b"%PDF-":
            raise api.NotAPdf
        verdict = glance(file) or self.trust.work(judge, file)
        contract_id = self.store.contract_sealed_as(call.body.sha256)
        contract = self.store.contracts.find(contract_id) if contract_id else None
        return views.verification(verdict, call.body.sha256, contract, self._signers(contract))

    @every(1, rest=10)
    def seal_next_contract(self) -> None:
        """Seal the paper of the contract that has waited longest.

        Setting and sealing take a tenth of a second of processor time, forty times as much as a signing, and must not hold up
        signings: the busier the machine is, the longer a paper takes, and the longer this rests. Who asks for a paper does not
        wait for this.
        """
        contract_id = self.store.next_unsealed()
        if contract_id is not None:
            try:
                self._sealed(self.store.contracts.get(contract_id, None))
            except PersonForgotten:
                pass  # there is nothing left to seal
            except TimestampUnavailable:
                metrics.PAPERS_WITHOUT_TIMESTAMP.set(self.store.count_unsealed())
                raise
            self.store.note_sealed(contract_id)
        metrics.PAPERS_WITHOUT_TIMESTAMP.set(0)

    def _sealed(self, contract: Contract) -> SealedContract:
        """The sealed paper, made now when there is none.

        Raises ContractNotSealed, PersonForgotten, TimestampUnavailable, WorkshopFull.
        """
        if contract.state not in EXECUTED:
            raise ContractNotSealed(state=contract.state)
        if (known := self.store.sealed_contracts.find(contract.id)) is not None:
            return known
        document, evidence = self.store.document(contract), self.store.evidence(contract)
        try:
            pdf = self.stationery.work(Stationery.sealed, contract, document, evidence, self.store.acts(contract))
        except WorkRefused as refusal:
            if "Timestamp" not in str(refusal).partition(":")[0]:  # TimestampRefused, or what pyHanko calls it
                raise
            raise TimestampUnavailable from refusal
        encrypted = self.store.encrypt_paper(contract, pdf)
        made, events = sealed.seal(contract, hashlib.sha256(pdf).hexdigest(), encrypted, now())
        try:
            return self.store.sealed_contracts.add(made, events, Cause.of_time(self.store.service))
        except Taken:  # two asked at once: the first paper counts
            return self.store.sealed_contracts.get(contract.id, contract.tenant)

    def _signers(self, contract: Contract | None) -> Sequence[Evidence | None]:
        """Who signed, or that nobody can say any more."""
        if contract is None:
            return ()
        try:
            return self.store.evidence(contract)
        except PersonForgotten:
            return [None] * len(contract.signatures)


def _file(pdf: bytes, name: str, *headers: tuple[str, str]) -> Answer:
    return Answer(pdf, headers=(disposition(name), *headers))
