"""Calendars as they are stored: one document a person for all studios, with what is searched for beside it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from pymongo import IndexModel

from chassis.aggregates import SHARED
from chassis.api import Call, decode_cursor
from chassis.documents import changes, from_document, to_document
from chassis.errors import NotFound
from chassis.mongo import Document, beyond, in_our_words, sorted_by
from chassis.store import Repository
from services.talent.availability.api import Ended, FeedsQuery, HoldsQuery
from services.talent.availability.calendar import Calendar, DayOff, Hold, Step, due, empty, rank
from services.talent.availability.feeds import Feed, digest
from services.talent.people.files import file_id


class AvailabilityRepository(Repository):
    """Calendars, and the secret addresses at which they can be subscribed to."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.calendars = self.aggregates(
            "calendars",
            Calendar,
            "person",
            indexes=[
                IndexModel([("holds.studio", 1), ("holds.id", 1)]),
                IndexModel([("holds.id", 1)]),
                IndexModel([("due_at", 1)], partialFilterExpression={"due_at": {"$type": "date"}}),
            ],
            encode=encode_calendar,
            differ=calendar_changes,
        )
        self.feeds = self.aggregates(
            "feeds",
            Feed,
            "feed",
            indexes=[
                IndexModel([("tenant", 1), ("person_id", 1), ("_id", 1)]),
                IndexModel([("token_sha256", 1)], unique=True),
            ],
        )

    def calendar(self, person_id: str) -> Calendar:
        """The person's calendar, empty when nothing was ever entered."""
        return self.calendars.find(person_id) or empty(person_id)

    def calendars_of(self, people: Sequence[str]) -> dict[str, Calendar]:
        """The calendars of many people that have one, by person."""
        if not people:
            return {}
        found = self.calendars.select({"_id": {"$in": list(people)}}, len(people))
        return {calendar.id: calendar for calendar in found}

    def day_off_reason(self, calendar: Calendar, off: DayOff) -> str | None:
        """Why the person is not there, as the studio noted it; raises PersonForgotten."""
        return None if off.reason is None else self.vault.open(file_id(calendar.id, off.studio), off.reason)

    def change_calendar(self, call: Call, person_id: str, rule: Callable[[Calendar], Step]) -> None:
        """Apply `rule` to the person's calendar as one of several steps of a command; raises whatever the rule raises."""
        document = self.open_calendar(person_id)
        self.calendars.change(call.unnamed, document, rule, lambda c: Ended(c.id, call.received_at), SHARED)

    def open_calendar(self, person_id: str) -> str:
        """The id of the person's calendar, which is there when this returns."""
        if self.calendars.find(person_id) is None:
            self.calendars.ensure(empty(person_id))
        return person_id

    def holds(self, tenant: str | None, query: HoldsQuery) -> list[tuple[Calendar, Hold]]:
        """The holds that match, by id, one more than the limit, each with the calendar that it is in."""
        which = {"person": query.person_id, "production_id": query.production_id, "rank": query.rank, "studio": tenant}
        where: Document = {f"hold.{name}": value for name, value in which.items() if value is not None}
        where |= beyond("hold.id", decode_cursor(query.cursor), query.order)
        found: Document = {"holds.0": {"$exists": True}} if tenant is None else {"holds.studio": tenant}
        if query.person_id is not None:
            found["_id"] = query.person_id
        pipeline: list[Document] = [
            {"$match": found},
            {"$set": {"hold": "$holds"}},
            {"$unwind": "$hold"},
            {"$match": where},
            {"$sort": sorted_by("hold.id", order=query.order)},
            {"$limit": query.limit + 1},
        ]
        with in_our_words():
            rows = list(self.calendars.collection.aggregate(pipeline))
        read = [(from_document(Calendar, row), row["hold"]["id"]) for row in rows]
        return [(calendar, next(h for h in calendar.holds if h.id == hold_id)) for calendar, hold_id in read]

    def calendars_due(self, at: datetime) -> list[str]:
        """Calendars with a hold whose time is over, some at a time."""
        return self.calendars.due({"due_at": {"$type": "date", "$lte": at}})

    def feeds_of(self, tenant: str, person_id: str, query: FeedsQuery) -> list[Feed]:
        """The studio's feeds of a person, one more than the limit."""
        where = {"tenant": tenant, "person_id": person_id}
        return self.feeds.select(where, query.limit + 1, after=decode_cursor(query.cursor), order=query.order)

    def require_feed(self, feed_id: str, tenant: str, person_id: str) -> None:
        """Raise NotFound unless it is the studio's feed of this person."""
        if self.feeds.get(feed_id, tenant).person_id != person_id:
            raise NotFound(what="feed", id=feed_id)

    def feed_at(self, token: str) -> Feed:
        """The open feed at a secret address; raises NotFound, also when its studio forgot the person."""
        found = self.feeds.select({"token_sha256": digest(token), "closed_at": None}, 1)
        if not found or self.vault.prepare_to_open([file_id(found[0].person_id, found[0].tenant)]):
            raise NotFound(what="calendar", id="at this address")
        return found[0]


def busy_condition(tenant: str, first: date, last: date) -> Document:
    """What a calendar has that leaves the studio no free person on one of the days: whatever but a hold of its own."""
    taken: Document = {"day": {"$gte": first.isoformat(), "$lte": last.isoformat()}}
    return {"busy": {"$elemMatch": {**taken, "held_by": {"$ne": tenant}}}}


def encode_calendar(calendar: Calendar) -> Document:
    """The document of a calendar: also which days are taken, and when somebody has to look at it next."""
    return to_document(calendar) | _derived(calendar)


def calendar_changes(before: Calendar, after: Calendar) -> Document:
    """The `$set` between two calendars: entries one by one, but for holds, which have their ranks."""
    found = {name: content for name, content in changes(before, after).items() if not name.startswith("holds")}
    old = _derived(before)
    return found | {name: content for name, content in _derived(after).items() if content != old[name]}


def _derived(calendar: Calendar) -> Document:
    """What is stored of a calendar beside its own fields, or in their place.

    A day has the studio of its first hold (`held_by`), or none when the person is booked or off: then nobody gets it.
    """
    taken: dict[date, str | None] = {}
    for hold in calendar.holds:
        for day in hold.days:
            taken.setdefault(day, hold.studio)
    taken |= dict.fromkeys(calendar.firm)
    holds = to_document(replace(empty(calendar.id), holds=calendar.holds))["holds"]
    for written, hold in zip(holds, calendar.holds, strict=True):
        written |= {"person": calendar.id, "rank": rank(calendar, hold)}
    return {
        "holds": holds,
        "busy": [{"day": day.isoformat(), "held_by": taken[day]} for day in sorted(taken)],
        "due_at": due(calendar),
    }
