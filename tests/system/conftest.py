"""One whole platform for the suite, on its own ports and data, and two studios that know nothing of each other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.local import accounts
from deploy.local.client import Client
from deploy.local.stack import PROCESSES, Stack
from tests import examples
from tests.examples import EXAMPLES

FAST = {
    "CALLBOARD_RATE_LIMIT": "100000/second",
    "CALLBOARD_ANONYMOUS_RATE_LIMIT": "100000/second",
    "CALLBOARD_DENIAL_WINDOW": "1",
}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The platform, running."""
    home: Path = tmp_path_factory.mktemp("home")
    with Stack(home, extra_env=dict.fromkeys(PROCESSES, FAST), http_port=None) as running:
        yield running


@dataclass
class Studio:
    """A studio, a client for each role, and the things that it made."""

    studio_id: str
    clients: dict[str, Client]
    keys: dict[str, str]
    members: dict[str, str]
    made: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, role: str) -> Client:
        return self.clients[role]

    def production(self) -> str:
        """A new production."""
        made = self.producer.post("/v1/productions", EXAMPLES["register_production"])
        return str(made["production_id"])

    def person(self, permit: bool = False) -> str:
        """A new person on file, with a permit that holds everywhere for two years when asked for."""
        person = str(self.producer.post("/v1/people", examples.person())["person_id"])
        if permit:
            self.permit(person)
        return person

    def permit(self, person: str) -> str:
        """A work permit for the person."""
        return str(self.producer.post(f"/v1/people/{person}/permits", examples.permit())["permit_id"])

    def template(self) -> str:
        """A draft of a template."""
        return str(self.producer.post("/v1/templates", EXAMPLES["draft_template"])["template_id"])

    def contract(self, production: str, person: str, days: list[str] | None = None, sent: bool = True) -> Any:
        """A contract, sent out unless told otherwise."""
        drafted = self.producer.post("/v1/contracts", examples.contract(production, person, days))
        if not sent:
            return drafted
        return self.producer.post(f"/v1/contracts/{drafted['contract_id']}/dispatch", examples.at_desk())

    def sign(self, contract: Any, party: str, key: str | None = None) -> Any:
        """One party's signature."""
        path = f"/v1/contracts/{contract['contract_id']}/signatures"
        return self.producer.post(path, examples.signature(contract, party), key=key)

    def executed(self, production: str, person: str) -> Any:
        """A contract that both parties signed."""
        contract = self.contract(production, person)
        self.sign(contract, "performer")
        return self.sign(contract, "studio")

    def scan(self, contract: Any) -> str:
        """The scan of a contract that was signed by hand."""
        path, headers = f"/v1/contracts/{contract['contract_id']}/scans", {"Content-Type": "application/pdf"}
        return str(self.producer.request("POST", path, data=b"%PDF-1.7 a scan", headers=headers).json()["scan_id"])

    def document(self, person: str) -> str:
        """A passport on the person's file."""
        passport = EXAMPLES["record_document"]
        return str(self.producer.post(f"/v1/people/{person}/documents", passport)["document_id"])

    def payment(self, contract: Any) -> str:
        """The first instalment of an executed contract, paid on the day of signing."""
        path = f"/v1/contracts/{contract['contract_id']}"
        due = self.producer.get(f"{path}/instalments")["instalments"][0]["instalment"]
        paid = {"instalment": 1, "amount": due["amount"], "currency": due["currency"], "paid_on": due["due_on"]}
        clock = self.producer.post(f"{path}/payments", {**paid, "reference": "TX 417"})
        return str(clock["instalments"][0]["payments"][0]["payment_id"])

    def time_of(self, person: str) -> dict[str, str]:
        """One of every entry that a person's calendar can have, by the name of its id."""
        path = f"/v1/people/{person}"
        days = {
            "starts_on": str(date.today() + timedelta(days=200)),
            "ends_on": str(date.today() + timedelta(days=201)),
        }
        later = {name: str(date.fromisoformat(value) + timedelta(days=9)) for name, value in days.items()}
        return {
            "hold_id": self.producer.post(f"{path}/holds", days)["hold_id"],
            "day_off_id": self.producer.post(f"{path}/days-off", later)["day_off_id"],
            "feed_id": self.producer.post(f"{path}/calendar-feeds")["feed_id"],
        }

    def place(self) -> str:
        """A place of the studio's own."""
        return str(self.producer.post("/v1/places", EXAMPLES["add_place"])["place_id"])

    def shortlist(self, production: str, person: str) -> dict[str, str]:
        """A role with a person on its shortlist, and an audition for it, by the names of their ids."""
        soon, later = date.today() + timedelta(days=30), date.today() + timedelta(days=40)
        described = {**EXAMPLES["describe_role"], "production_id": production}
        role = self.producer.post("/v1/roles", described)["role_id"]
        self.producer.post(f"/v1/roles/{role}/call", {"kind": "open", "deadline": str(soon)})
        submission = self.producer.post(f"/v1/roles/{role}/submissions", {"person_id": person})["submission_id"]
        self.producer.post(f"/v1/submissions/{submission}/selection", {"rating": 5})
        slots = {**EXAMPLES["plan_audition"], "slots": [f"{later}T02:00:00Z", f"{later}T03:00:00Z"]}
        audition = self.producer.post(f"/v1/roles/{role}/auditions", slots)["audition_id"]
        return {"role_id": role, "submission_id": submission, "audition_id": audition}


def admit(stack: Stack, office: Client, name: str) -> Studio:
    """A studio with a member of each role."""
    roles = ("producer", "casting", "legal", "finance", "viewer")
    made = accounts.admit_studio(office, name, "Hengdian", {role: [role] for role in roles}, examples.legal_details())
    keys = {role: made["members"][role]["api_key"] for role in roles}
    clients = {role: Client(stack.gateway_url, key) for role, key in keys.items()}
    return Studio(made["studio_id"], clients, keys, {r: made["members"][r]["member_id"] for r in roles})


@pytest.fixture(scope="session")
def office(stack: Stack) -> Iterator[Client]:
    """The alliance office."""
    with Client(stack.gateway_url, accounts.office_key(stack)) as client:
        yield client


@pytest.fixture(scope="session")
def studio(stack: Stack, office: Client) -> Studio:
    """A studio."""
    return admit(stack, office, "横店晨光影业 Hengdian Dawn")


@pytest.fixture(scope="session")
def rival(stack: Stack, office: Client) -> Studio:
    """Another studio."""
    return admit(stack, office, "Spree Pictures Berlin")


@pytest.fixture
def http(stack: Stack) -> Iterator[requests.Session]:
    """A bare HTTP session past any proxy."""
    with requests.Session() as session:
        session.trust_env = False
        yield session
