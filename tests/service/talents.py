"""Talent on a database of its own: the service as a test calls it, without a process."""

import base64
from dataclasses import replace
from typing import Any

import orjson
import pytest

from chassis.api import Call, Operation
from chassis.outbox import Relay
from chassis.vault import Vault
from chassis.workshop import Bench
from events.schemas import load
from services.talent.bulk.workbooks import Reader
from services.talent.contracts.api import DRAFT_CONTRACT, ContractRequest
from services.talent.legal_details.api import SET_LEGAL_DETAILS
from services.talent.legal_details.details import LegalDetails
from services.talent.people.api import REGISTER_PERSON
from services.talent.people.files import Profile
from services.talent.productions import KnownProduction
from services.talent.repository import TalentRepository
from services.talent.service import Talent
from services.talent.studios import KnownStudio
from tests.service.place import Place
from tests.service.toys import call_of

KEY = bytes(range(32))
STUDIO = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NE"
PRODUCTION = "prd_01JD8Z5A3F6H9KBN2QS5VX8Z1C"


def call(body: Any = None, query: Any = None, key: str = "", **path: str) -> Call:
    """A call of the studio."""
    return replace(call_of(body, key=key, tenant=STUDIO), path=path, query=query)


def make(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service; its relay does not run."""
    monkeypatch.setenv("CALLBOARD_MASTER_KEY", base64.b64encode(KEY).decode())
    service = Talent()
    vault = Vault(place.database, KEY)
    service.store = TalentRepository("talent", place.database, Relay("talent", place.amqp_url), vault)
    service.store.ensure_indexes()
    service.tables = Bench(Reader())
    service.store.studios.ensure(KnownStudio(STUDIO, STUDIO, 0, "横店晨光影业"))
    service.set_legal_details(call(load(LegalDetails, example(SET_LEGAL_DETAILS))))
    service.store.productions.ensure(KnownProduction(PRODUCTION, STUDIO, 0, "A Promise in Dragon City"))
    return service


def example(operation: Operation) -> dict[str, Any]:
    """The operation's example body."""
    assert operation.example is not None
    return operation.example


def register(talent: Talent, key: str = "", **other: Any) -> str:
    """A new person on file, with other facts than the example's."""
    body = {name: value for name, value in example(REGISTER_PERSON).items() if name != "document"} | other
    return str(orjson.loads(talent.register_person(call(load(Profile, body), key=key)).body)["person_id"])


def draft(talent: Talent, person: str, **other: Any) -> str:
    """A draft contract with the person, with other terms than the example's."""
    body = example(DRAFT_CONTRACT)
    terms = {**body["terms"], "production_id": PRODUCTION, "person_id": person, **other}
    drafted = talent.draft_contract(call(load(ContractRequest, {**body, "terms": terms})))
    return str(orjson.loads(drafted.body)["contract_id"])
