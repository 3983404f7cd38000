"""Kill -9 of those who decide about people's days while two studios ask for the same ones: each day is one studio's, and nobody waits."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from deploy.local import accounts, mongodb, rabbitmq
from deploy.local.client import ApiProblem, Client
from deploy.local.stack import Stack
from tests import examples
from tests.examples import EXAMPLES
from tests.faults.clients import PATIENCE
from tests.faults.faults import Fault, Kill
from tests.faults.nemesis import Nemesis
from tests.faults.size import size
from tests.faults.waiting import until

PEOPLE = size(80, 1_600)
KILLS = size(4, 40)
VICTIMS: list[Fault] = [Kill(name) for name in ("talent", "production", mongodb.SERVER, rabbitmq.NODE)]
DAY = str(date.today() + timedelta(days=40))
AT_ONCE = 8


def book(client: Client, production: str, person: str) -> None:
    """Book somebody tentatively and confirm what is tentative; who is refused has been told."""
    path = f"/v1/productions/{production}/bookings"
    try:
        booking = client.post(path, {**EXAMPLES["book_person"], "person_id": person, "days": [DAY]})
        if booking["status"] == "tentative":
            client.post(f"{path}/{booking['booking_id']}/confirmation")
    except ApiProblem as problem:
        if problem.problem["code"] != "person-not-free":
            raise


def test_each_day_is_one_studios_whoever_dies(stack: Stack, tmp_path: Path) -> None:
    """80 people under 4 kills (full: 1,600 under 40): of two bookings one stands, at both services, and the other is refused."""
    with ExitStack() as closing:
        office = closing.enter_context(Client(stack.gateway_url, accounts.office_key(stack), patience=PATIENCE))
        clients, productions = [], []
        for name in ("Hengdian Dawn", "Spree Pictures"):
            member = accounts.admit_studio(office, name, "Hengdian", {"producer": ["producer"]})["members"]["producer"]
            clients.append(closing.enter_context(Client(stack.gateway_url, member["api_key"], patience=PATIENCE)))
            productions.append(clients[-1].post("/v1/productions", EXAMPLES["register_production"])["production_id"])
        people = [_shared(clients, number) for number in range(PEOPLE)]
        nemesis = Nemesis(stack, VICTIMS, tmp_path)
        strikes = nemesis.plan(rounds=-(-KILLS // len(VICTIMS)))[:KILLS]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for number, fault in enumerate(strikes):
                with nemesis.striking(fault):
                    asked = [
                        pool.submit(book, clients[n % 2], productions[n % 2], person)
                        for person in people[number :: len(strikes)]
                        for n in (number, number + 1)
                    ]
                    for each in asked:
                        each.result()
        nemesis.close()
        until(lambda: "requested" not in _statuses(clients, productions), 60, "every booking is decided")
        for person in people:
            seen = [client.get(f"/v1/people/{person}/calendar", since=DAY, until=DAY) for client in clients]
            has = [bool(view["holds"] or view["bookings"]) for view in seen]
            stands = [
                [b["status"] for b in client.get("/v1/bookings", person_id=person)["items"]] for client in clients
            ]
            assert sorted(has) == [False, True], stands
            for mine, statuses in zip(has, stands, strict=True):
                assert statuses in ([["tentative"], ["confirmed"]] if mine else [["refused"]])


def _shared(clients: list[Client], number: int) -> str:
    """A person whom both studios have on file, with a permit at each."""
    passport = {"kind": "passport", "country": "KR", "number": f"M{48_000_000 + number}"}
    (person,) = {
        client.post("/v1/people", {**examples.person(), "document": passport})["person_id"] for client in clients
    }
    for client in clients:
        client.post(f"/v1/people/{person}/permits", examples.permit())
    return str(person)


def _statuses(clients: list[Client], productions: list[str]) -> set[Any]:
    """The statuses of all bookings."""
    return {
        booking["status"]
        for client, production in zip(clients, productions, strict=True)
        for booking in client.pages("/v1/bookings", production_id=production)
    }
