"""How the alliance comes to be on the platform: studios, people with their permits, productions with their days.

What an earlier run did is recalled and not done again; what may have been done without being recalled is asked for
under the same Idempotency-Key.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from typing import Any

from deploy.demo.alliance import Alliance, Permit, Person, Production, on
from deploy.demo.desk import Desk
from deploy.demo.memory import Memory
from deploy.local import accounts
from deploy.local.client import Client
from deploy.local.stack import Stack
from events.codecs import plain
from kernel.places import built_in

Desks = Mapping[str, Desk]


def admit_studios(stack: Stack, alliance: Alliance, memory: Memory, closing: ExitStack) -> Desks:
    """Every studio with its members, admitted by the alliance office; the clients are closed with `closing`."""
    with Client(stack.gateway_url, accounts.office_key(stack)) as office:
        for key, studio in alliance.studios.items():
            if memory.recall("studios", key) is None:
                members: dict[str, list[str]] = {member.name: list(member.roles) for member in studio.members}
                memory.keep("studios", key, accounts.admit_studio(office, studio.name, studio.city, members))
    desks = {
        key: Desk(studio, stack.gateway_url, memory.recall("studios", key), closing)
        for key, studio in alliance.studios.items()
    }
    for desk in desks.values():
        desk.legal.command("PUT", "/v1/legal-details", plain(desk.studio.legal))
    return desks


def register_people(alliance: Alliance, desks: Desks, memory: Memory, today: date) -> dict[str, str]:
    """Everybody on file with their studios, with permits that hold until the last work day; their ids by key."""
    ids = {}
    needed_until = on(today, alliance.last_work_day)
    for key, person in alliance.people.items():
        for studio in person.on_file:
            casting = desks[studio].casting
            ids[key] = _register(casting, person, f"{key}@{studio}", memory)
            if person.permits:
                on_file = casting.get(f"/v1/people/{ids[key]}")["permits"]
                for permit in person.permits:
                    if not any(_holds(known, permit, needed_until) for known in on_file):
                        record_permit(casting, ids[key], permit, today)
    return ids


def record_permit(casting: Client, person_id: str, permit: Permit, today: date) -> Any:
    """Put a permit on the studio's file; the permit as recorded."""
    return casting.post(f"/v1/people/{person_id}/permits", plain(permit.facts(today)))


def open_productions(alliance: Alliance, desks: Desks, memory: Memory, today: date) -> dict[str, str]:
    """Every production, with its shooting days as of today; their ids by key."""
    ids = {}
    for key, production in alliance.productions.items():
        producer = desks[production.studio].producer
        ids[key] = _open(producer, production, memory, today)
        producer.command("PUT", f"/v1/productions/{ids[key]}/shooting-days", {"days": plan_of(production, today)})
    return ids


def plan_of(production: Production, today: date) -> list[Any]:
    """A production's shooting days as the API takes them."""
    return [plain(day) for day in production.plan(today)]


def _register(casting: Client, person: Person, key: str, memory: Memory) -> str:
    person_id: str | None = memory.recall("people", key)
    if person_id is None:
        made = casting.post("/v1/people", plain(person.profile), key=f"demo-person-{person.key}")
        person_id = str(made["person_id"])
        memory.keep("people", key, person_id)
    return person_id


def _open(producer: Client, production: Production, memory: Memory, today: date) -> str:
    production_id: str | None = memory.recall("productions", production.key)
    if production_id is None:
        made = producer.post(
            "/v1/productions", plain(production.opened(today)), key=f"demo-production-{production.key}"
        )
        production_id = str(made["production_id"])
        memory.keep("productions", production.key, production_id)
    return production_id


def _holds(known: Any, permit: Permit, until: date) -> bool:
    """Whether a permit on file is this one, and holds until a day."""
    return (
        known["number"] == permit.number
        and {place["place_id"] for place in known["places"]} == {built_in().id_of(place) for place in permit.places}
        and known["revocation"] is None
        and date.fromisoformat(known["valid_until"]) >= until
    )
