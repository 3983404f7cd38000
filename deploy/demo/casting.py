"""A part of the alliance's demo: roles are cast from an open call to the draft of a contract, through the public API only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from deploy.demo.alliance import Contract, Person
from deploy.demo.desk import Desk
from deploy.local.errors import StackError
from events.codecs import plain

SHOOTING_DAYS = 3
LEAD_TIME = timedelta(days=25)
HORIZON = timedelta(days=360)


class NotFound(StackError):
    """The search for a role does not find the person who is to play it."""


@dataclass(frozen=True)
class Part:
    """A role to be cast: the engagement that it becomes, and the person who gets it."""

    contract: Contract
    person: Person
    person_id: str


@dataclass(frozen=True)
class Cast:
    """Somebody cast for a part: how well they fitted, when they were seen, and the contract's draft."""

    part: Part
    match: Any
    audition: Any
    contract_id: str


def free_days(desk: Desk, parts: list[Part], today: date) -> tuple[date, ...]:
    """The first days in a row on which everybody can come, whatever earlier runs of the demo have booked."""
    taken = _taken(desk, parts, today + LEAD_TIME, today + HORIZON)
    run: list[date] = []
    day = today + LEAD_TIME
    while len(run) < SHOOTING_DAYS:
        run = [*run, day] if str(day) not in taken else []
        day += timedelta(days=1)
    return tuple(run)


def _audition_day(desk: Desk, part: Part, before: date, today: date) -> date:
    """The last day on which somebody can come to an audition, a week before the shooting or earlier."""
    latest = before - timedelta(days=7)
    taken = _taken(desk, [part], today, latest)
    return next(day for n in range((latest - today).days) if str(day := latest - timedelta(days=n)) not in taken)


def _taken(desk: Desk, parts: list[Part], first: date, last: date) -> set[str]:
    """The days on which one of them is needed, away, or held by a run that broke off."""
    taken: set[str] = set()
    for part in parts:
        time = desk.casting.get(f"/v1/people/{part.person_id}/availability", since=str(first), until=str(last))
        taken.update(time["busy"])
        for entry in (*time["bookings"], *time["days_off"]):
            taken.update(entry["days"])
        for hold in time["holds"]:
            start = date.fromisoformat(hold["starts_on"])
            length = (date.fromisoformat(hold["ends_on"]) - start).days + 1
            taken.update(str(start + timedelta(days=n)) for n in range(length))
    return taken


def open_production(desk: Desk, title: dict[str, str], place: str, days: tuple[date, ...]) -> str:
    """A production of its own for this run, with its shooting days; its id."""
    period = {"starts_on": str(days[0]), "ends_on": str(days[-1])}
    opened = {"title": title, "episodes": 60, "territories": ["US", "JP"], "base_place": place, "shooting": period}
    production_id = str(desk.producer.post("/v1/productions", opened)["production_id"])
    plan = [{"date": str(day), "unit": "main", "place": place} for day in days]
    desk.producer.command("PUT", f"/v1/productions/{production_id}/shooting-days", {"days": plan})
    return production_id


def call_for(desk: Desk, production_id: str, part: Part, days: tuple[date, ...], today: date) -> str:
    """Describe a role and call for it openly; its id."""
    spoken = [language.tag for language in part.person.languages[:2]]  # on screen, and on the set
    requirements = {
        "description": part.contract.role,
        "languages": [{"tag": tag, "minimum": "B1", "weight": 5 - 3 * n} for n, tag in enumerate(spoken)],
        "days": {"starts_on": str(days[0]), "ends_on": str(days[-1])},
    }
    role = {"production_id": production_id, "title": part.contract.role, "requirements": requirements}
    role_id = str(desk.casting.post("/v1/roles", role)["role_id"])
    deadline = str(today + timedelta(days=10))
    desk.casting.post(f"/v1/roles/{role_id}/call", {"kind": "open", "deadline": deadline})
    return role_id


def cast(desk: Desk, role_id: str, part: Part, days: tuple[date, ...], place: str, hour: int, today: date) -> Cast:
    """From a submission to the draft: shortlist, audition, hold, offer, acceptance."""
    office = desk.casting
    matches = office.get(f"/v1/roles/{role_id}/matches")["items"]
    match = next((found["match"] for found in matches if found["person_id"] == part.person_id), None)
    if match is None:
        raise NotFound(f"{part.person.names.legal} is not among those who may fit {part.contract.role}")
    submitted = office.post(f"/v1/roles/{role_id}/submissions", {"person_id": part.person_id})
    path = f"/v1/submissions/{submitted['submission_id']}"
    office.post(f"{path}/selection", {"rating": 5, "note": "The one."})
    seen_on = _audition_day(desk, part, days[0], today)
    slots = [f"{seen_on}T{hour:02d}:00:00Z", f"{seen_on}T{hour:02d}:30:00Z"]
    planned = {"place": place, "time_zone": "Asia/Shanghai", "minutes": 20, "slots": slots}
    audition_id = office.post(f"/v1/roles/{role_id}/auditions", planned)["audition_id"]
    audition = office.post(f"/v1/auditions/{audition_id}/filling")
    slot = next(slot for slot in audition["slots"] if slot["person_id"] == part.person_id)
    office.post(f"/v1/auditions/{audition_id}/slots/{slot['slot']}/confirmation")
    office.post(
        f"{path}/hold",
        {"starts_on": str(days[0]), "ends_on": str(days[-1]), "expires_on": str(today + timedelta(days=20))},
    )
    offered = plain(part.contract.terms("", part.person_id, today)) | {"work_dates": [str(day) for day in days]}
    for said_already in ("production_id", "person_id", "role"):
        del offered[said_already]
    office.post(f"{path}/offer", offered)
    accepted = desk.legal.post(f"{path}/offer/acceptance")  # a contract is drafted
    return Cast(part, match, slot, str(accepted["contract_id"]))
