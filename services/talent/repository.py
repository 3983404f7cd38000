"""What talent keeps: the documents of every concept, together."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from pymongo import IndexModel

from chassis.api import Call
from chassis.errors import PersonForgotten
from events.places import KnownPlace
from kernel.places import Gazetteer, built_in
from services.talent.availability.repository import AvailabilityRepository
from services.talent.bilingual import Bilingual
from services.talent.casting.repository import CastingRepository
from services.talent.contracts import identities, warnings
from services.talent.contracts.api import ContractRequest
from services.talent.contracts.clauses import PERFORMER
from services.talent.contracts.document import ContractDocument, NamedParty
from services.talent.contracts.identities import Identities, Identity
from services.talent.contracts.lifecycle import Contract
from services.talent.contracts.repository import ContractsRepository
from services.talent.contracts.terms import Terms
from services.talent.contracts.warnings import DaysWarning
from services.talent.documents.repository import DocumentsRepository
from services.talent.legal_details.repository import LegalDetailsRepository
from services.talent.letters.addressees import Reading
from services.talent.letters.repository import LettersRepository
from services.talent.paper.repository import PaperRepository
from services.talent.pay.repository import PayRepository
from services.talent.people import merging
from services.talent.people.files import PersonFile
from services.talent.people.identity import identity
from services.talent.people.repository import PeopleRepository
from services.talent.portal.repository import PortalRepository
from services.talent.productions import KnownProduction
from services.talent.signing.repository import SigningRepository
from services.talent.templates.repository import TemplatesRepository

EVERY = 0  # MongoDB's limit 0: no limit


class TalentRepository(
    PeopleRepository,
    ContractsRepository,
    PayRepository,
    DocumentsRepository,
    AvailabilityRepository,
    SigningRepository,
    CastingRepository,
    TemplatesRepository,
    PaperRepository,
    LegalDetailsRepository,
    LettersRepository,
    PortalRepository,
):
    """Files on people, contracts, and the productions that contracts may name."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.productions = self.aggregates("productions", KnownProduction, "production")
        self.places = self.aggregates("places", KnownPlace, "place", [IndexModel([("tenant", 1)])])

    def gazetteer(self, tenant: str, named: Collection[str]) -> Gazetteer:
        """Return the places that a studio may name; its own are only looked up when one of these is not built in."""
        if all(built_in().find(place) is not None for place in named):
            return built_in()
        own = self.places.select({"tenant": tenant}, EVERY)
        return Gazetteer([known.place for known in own], built_in())

    def subject(self, tenant: str, terms: Terms) -> tuple[PersonFile, Bilingual]:
        """The file on the person and the title of the production that terms name; raises NotFound unless both are the studio's."""
        file = self.file_of(terms.person_id, tenant)
        return file, self.productions.await_made(terms.production_id, tenant).called

    def titles_of(self, production_ids: Collection[str]) -> dict[str, str]:
        """The titles of productions."""
        found = self.productions.select({"_id": {"$in": list(production_ids)}}, len(production_ids))
        return {production.id: production.title for production in found}

    def title_for(self, production_id: str, language: Reading) -> str:
        """The production's title for somebody who reads a language."""
        (production,) = self.productions.select({"_id": production_id}, 1)
        return production.called.of(language)

    def works_of(self, file: PersonFile, language: Reading) -> dict[str, str]:
        """What a person works on for a studio: titles by production, and with the role by contract."""
        terms = {contract.id: contract.terms for contract in self.contracts_of(file)}
        calendar = self.calendar(file.person_id)
        booked = [booking.production_id for booking in calendar.bookings if booking.studio == file.tenant]
        held = [hold.production_id for hold in calendar.holds if hold.studio == file.tenant]
        named = {each for each in (*booked, *held, *(one.production_id for one in terms.values())) if each}
        found = self.productions.select({"_id": {"$in": list(named)}}, len(named)) if named else []
        titles = {production.id: production.called.of(language) for production in found}
        roles = {key: f"{titles[one.production_id]} · {one.role}" for key, one in terms.items()}
        return {**titles, **roles}

    def require_asked(self, call: Call) -> tuple[str, ...]:
        """Raise NotFound unless the production and person that a list is asked about are the caller's; all ids of that person.

        The office lists every studio's, of a person by the id that it names.
        """
        if call.query.production_id is not None:
            self.productions.get(call.query.production_id, call.readable_tenant)
        if call.query.person_id is None or call.office:
            return ()
        return self.present_file(call.query.person_id, call.tenant).known_as

    def days_warnings(self, terms: Terms, tenant: str, today: date) -> tuple[DaysWarning, ...]:
        """Return what speaks against the days of terms; of a person whom the studio has forgotten nothing."""
        try:
            file = self.present_file(terms.person_id, tenant)
        except PersonForgotten:
            return ()
        country = self.productions.get(terms.production_id, tenant).country
        foreign = country is not None and file.profile.nationality != country
        calendar = self.calendar(file.person_id)
        return warnings.of_days(terms.work_dates, tenant, calendar, file.permits if foreign else None, today)

    def calendar_warnings(self, terms: Terms, tenant: str, today: date) -> tuple[DaysWarning, ...]:
        """Return what the calendar of the person, as the terms name them, says to themselves: one read, which is batched."""
        return warnings.of_days(terms.work_dates, tenant, self.calendar(terms.person_id), None, today)

    def compose(self, contract_id: str, tenant: str, wanted: ContractRequest) -> ContractDocument:
        """The document of a contract that is asked for; its terms have been checked. Nothing is stored.

        Raises NotFound, PersonForgotten, FileMerged, PartyRepeated, VersionNotPublished, and what the wording refuses.
        """
        file, title = self.subject(tenant, wanted.terms)
        merging.require_unmerged(file)
        parties = identities.name_parties(wanted.parties, wanted.terms.person_id, self._known(file))
        chosen = wanted.template
        wording = self.published(chosen.template_id, chosen.number, tenant) if chosen else PERFORMER
        return ContractDocument.compose(contract_id, tenant, title, parties, wanted.terms, wording)

    def complete_document(self, contract: Contract) -> ContractDocument:
        """The document of a draft with what is on record now of the parties, where it is silent.

        Raises PartiesIncomplete, PersonForgotten.
        """
        document = self.document(contract)
        file = self.file_of(contract.terms.person_id, contract.tenant)
        parties = identities.complete(document.parties, self._known(file))
        identities.require_complete(parties)
        return replace(document, parties=parties)

    def parties_anew(self, contract: Contract) -> tuple[NamedParty, ...]:
        """The parties of an earlier contract as the records know them now, by the names that it gives them."""
        file = self.present_file(contract.terms.person_id, contract.tenant)
        changing = ("form", "registration_number", "address", "signatory")
        return identities.complete(self.document(contract).parties, self._known(file), changing)

    def _known(self, file: PersonFile) -> Identities:
        """What is on record of the performer and the studio."""
        studio = self.legal_details.find(file.tenant)
        known = {identities.PERFORMER: identity(file.profile)}
        if studio is None:
            return known
        its = studio.details
        in_law = Identity(its.name, its.form, its.registration_number, its.address, its.signatory)
        return {**known, identities.STUDIO: in_law}

    def redraw(self, contract: Contract, terms: Terms, production: Bilingual) -> ContractDocument:
        """The contract's document with other terms, in the wording of its template; `production` is the title."""
        document = self.document(contract)
        return document.revised(production, terms, self.wording(contract.tenant, document.template))
