"""Production's collections: productions, schedules with their bookings, and whom studios have on file."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pymongo import IndexModel

from chassis.api import Order
from chassis.errors import NotFound
from chassis.mongo import Document, beyond, in_our_words, sorted_by
from chassis.store import Repository
from events.production import BookedDay, DaySchedule
from kernel.places import Gazetteer
from services.production.bookings import Booking, BookingRefusal, Hold
from services.production.commitments import Commitment
from services.production.people import PersonFile, SamePeople, file_id
from services.production.places import StudioPlaces, gazetteer, places_id
from services.production.productions import Production
from services.production.schedule import Schedule

MOST_MERGED = 10_000


class ProductionRepository(Repository):
    """What production keeps."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.productions = self.aggregates(
            "productions", Production, "production", [IndexModel([("tenant", 1), ("_id", 1)])]
        )
        self.schedules = self.aggregates(
            "schedules",
            Schedule,
            "schedule",
            [
                IndexModel([("tenant", 1)]),
                IndexModel([("bookings.person_id", 1)]),
                IndexModel([("bookings.id", 1)]),
            ],
            encode=encode_schedule,
            decode=decode_schedule,
            differ=schedule_changes,
        )
        self.places = self.aggregates("places", StudioPlaces, "place", [IndexModel([("places.id", 1)])])
        merged = {"into": {"$type": "string"}}
        self.people = self.aggregates(
            "people",
            PersonFile,
            "person",
            [IndexModel([("person_id", 1)]), IndexModel([("tenant", 1)], partialFilterExpression=merged)],
        )

    def gazetteer(self, tenants: Collection[str]) -> Gazetteer:
        """Return the places that these studios may name."""
        ids = [places_id(tenant) for tenant in tenants if tenant]
        own = self.places.select({"_id": {"$in": ids}}, len(ids)) if ids else []
        return gazetteer(tuple(place for each in own for place in each.places))

    def require_place(self, place_id: str, tenant: str | None) -> Gazetteer:
        """Return the places among which this one is that the studio (None: any studio) may name; raises NotFound."""
        found = self.places.select({"places.id": place_id}, 1)
        if found and tenant not in (None, found[0].tenant):
            raise NotFound(what="place", id=place_id, foreign=True)
        known = gazetteer(found[0].places if found else ())
        if known.get(place_id) is None:
            raise NotFound(what="place", id=place_id)
        return known

    def owned_productions(self, production_ids: Collection[str]) -> dict[str, Production]:
        """Those of the productions that exist, by id."""
        found = self.productions.select({"_id": {"$in": list(production_ids)}}, limit=len(production_ids))
        return {production.id: production for production in found}

    def require_file(self, person_id: str, tenant: str | None) -> None:
        """Raise NotFound unless the studio (None: any studio) has the person on file."""
        whose = {} if tenant is None else {"tenant": tenant}
        if not self.people.select({"person_id": person_id, **whose}, limit=1):
            known = self.people.select({"person_id": person_id}, limit=1)
            raise NotFound(what="person", id=person_id, foreign=bool(known))

    def await_file(self, person_id: str, tenant: str) -> None:
        """Like `require_file`, for a person who may have been put on file a moment ago."""
        try:
            self.people.await_get(file_id(person_id, tenant), tenant)
        except NotFound:
            self.require_file(person_id, tenant)

    def same_people(self, tenant: str | None) -> SamePeople:
        """Whom the studio (None: any studio) knew twice."""
        whose = {} if tenant is None else {"tenant": tenant}
        found = self.people.select({**whose, "into": {"$type": "string"}}, MOST_MERGED)
        return SamePeople({file.person_id: file.into for file in found if file.into is not None})

    def require_booking(self, booking_id: str, tenant: str | None, asked_for: str | None = None) -> None:
        """Raise NotFound (of what was asked for) unless the studio (None: any studio) has the booking."""
        found = self.bookings({}, {"id": booking_id}, None, limit=1)
        foreign = bool(found) and tenant not in (None, found[0].tenant)
        if not found or foreign:
            raise NotFound(what="booking", id=asked_for or booking_id, foreign=foreign)

    def await_answer(self, schedule_id: str, booking_id: str, tenant: str) -> Schedule:
        """The schedule once the person's calendar has answered for the booking, which takes milliseconds; as it is after two seconds."""
        return self.schedules.await_until(
            schedule_id, tenant, lambda schedule: not schedule.bookings[booking_id].pending
        )

    def commitments(self, people: Collection[str], first: date, last: date) -> list[Commitment]:
        """What these people are needed for from `first` to `last`, in every studio, as far as it stands."""
        days = {"$elemMatch": {"date": {"$gte": first.isoformat(), "$lte": last.isoformat()}}}
        who = {"bookings.person_id": {"$in": list(people)}}
        return self._commitments(
            who, {**who, "bookings.agreed": {"$in": ["tentative", "confirmed"]}, "bookings.days": days}
        )

    def bookings(
        self, schedules: Document, which: Document, after: str | None, limit: int, order: Order = "oldest"
    ) -> list[Commitment]:
        """The bookings that match `which` on the schedules that match, in order of their id, after the id `after`."""
        position = beyond("bookings.id", after, order)
        where = {f"bookings.{name}": value for name, value in which.items()}
        on = {f"bookings.{name}": which[name] for name in ("id", "person_id") if name in which}
        return self._commitments(
            {**schedules, **on},
            {"$and": [where, position]},
            [{"$sort": sorted_by("bookings.id", order=order)}, {"$limit": limit}],
        )

    def _commitments(
        self, schedules: Document, bookings: Document, then: list[Document] | None = None
    ) -> list[Commitment]:
        """Bookings one by one; the first condition finds schedules by index, the second is on the single booking."""
        pipeline: list[Document] = [
            {"$match": schedules},
            {"$project": {"tenant": 1, "production_id": 1, "bookings": 1}},
            {"$unwind": "$bookings"},
            {"$match": bookings},
            *(then or []),
        ]
        with in_our_words():
            return [
                Commitment(row["tenant"], row["production_id"], row["_id"], decode_booking(row["bookings"]))
                for row in self.schedules.collection.aggregate(pipeline)
            ]


# Written out by hand: a schedule has hundreds of bookings, all of which are read and compared at every change.


def encode_schedule(schedule: Schedule) -> Document:
    """The document of a schedule."""
    return {
        "_id": schedule.id,
        "tenant": schedule.tenant,
        "version": schedule.version,
        "production_id": schedule.production_id,
        "base_place": schedule.base_place,
        "country": schedule.country,
        "days": [
            {"date": day.date.isoformat(), "unit": day.unit, "place": day.place, "country": day.country}
            for day in schedule.days
        ],
        "bookings": [encode_booking(booking) for booking in schedule.bookings.values()],
    }


def decode_schedule(document: Mapping[str, Any]) -> Schedule:
    """The schedule in a document."""
    return Schedule(
        id=document["_id"],
        tenant=document["tenant"],
        version=document["version"],
        production_id=document["production_id"],
        base_place=document["base_place"],
        country=document["country"],
        days=tuple(
            DaySchedule(date.fromisoformat(day["date"]), day["unit"], day["place"], day["country"])
            for day in document["days"]
        ),
        bookings={booking["id"]: decode_booking(booking) for booking in document["bookings"]},
    )


def schedule_changes(before: Schedule, after: Schedule) -> Document:
    """What of the document changes, booking by booking: one that is the same object is not looked into."""
    old, new = (encode_schedule(replace(schedule, bookings={})) for schedule in (before, after))
    found = {key: content for key, content in new.items() if content != old[key]}
    known = list(before.bookings.values())
    for n, booking in enumerate(after.bookings.values()):
        if n >= len(known) or booking is not known[n]:
            found[f"bookings.{n}"] = encode_booking(booking)
    return found


def encode_booking(booking: Booking) -> Document:
    """The document of a booking; it carries the status, which follows from the rest, so that it can be searched for."""
    return {
        "id": booking.id,
        "person_id": booking.person_id,
        "contract_id": booking.contract_id,
        "role": booking.role,
        "days": [
            {"date": day.date.isoformat(), "country": day.country, "places": list(day.places)} for day in booking.days
        ],
        "agreed": booking.agreed,
        "holds": [{"finding_id": h.finding_id, "version": h.version, "open": h.open} for h in booking.holds],
        "status": booking.status,
        "booked_at": booking.booked_at,
        "changed_at": booking.changed_at,
        "contract_version": booking.contract_version,
        **_encode_request(booking),
    }


def _encode_request(booking: Booking) -> Document:
    """What became of what was asked of the person's calendar; nothing for the booking of a contract, which did not ask."""
    if (booking.request, booking.pending, booking.held, booking.refusal) == (0, False, True, None):
        return {}
    refusal = booking.refusal and {"reason": booking.refusal.reason, "day": booking.refusal.day.isoformat()}
    return {"request": booking.request, "pending": booking.pending, "held": booking.held, "refusal": refusal}


def decode_booking(document: Mapping[str, Any]) -> Booking:
    """The booking in a document."""
    refusal = document.get("refusal")
    return Booking(
        id=document["id"],
        person_id=document["person_id"],
        contract_id=document["contract_id"],
        role=document["role"],
        days=tuple(
            [
                BookedDay(date.fromisoformat(day["date"]), day["country"], tuple(day["places"]))
                for day in document["days"]
            ]
        ),
        agreed=document["agreed"],
        holds=tuple([Hold(h["finding_id"], h["version"], h["open"]) for h in document["holds"]]),
        booked_at=document["booked_at"],
        changed_at=document["changed_at"],
        contract_version=document.get("contract_version", 0),  # bookings made before contracts could change have none
        request=document.get("request", 0),
        pending=document.get("pending", False),
        held=document.get("held", True),
        refusal=refusal and BookingRefusal(refusal["reason"], date.fromisoformat(refusal["day"])),
    )
