"""Days that productions ask for, on a real database: repeats, races, merged and forgotten people, and a calendar that is late."""

from datetime import date, timedelta
from typing import Any

import eventlet
import orjson
import pytest

from chassis.cause import new_id
from chassis.documents import now
from chassis.outbox import Relay
from events.envelope import Envelope
from events.production import BookingRequested
from events.talent.availability import BookingGranted
from events.talent.people import PersonErased, PersonMerged
from services.production.api import BookingView, NewBooking
from services.production.people import PersonFile, file_id
from services.production.productions import NewProduction, Title
from services.production.repository import ProductionRepository
from services.production.service import Production
from services.talent.privacy.api import ErasureRequest
from services.talent.service import Talent
from tests.service.place import Place
from tests.service.talents import PRODUCTION, STUDIO, call, make, register
from tests.service.test_availability import RIVAL, shared
from tests.service.test_talent_timers import told


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


def day(n: int) -> date:
    """The day `n` days from now."""
    return now().date() + timedelta(days=n)


def event(data: Any, studio: str) -> Envelope[Any]:
    """An event of a studio."""
    trace = "00-" + "1" * 32 + "-" + "1" * 16 + "-01"
    return Envelope(
        new_id("evt"), data.TYPE, "/x", "x", now(), studio, "mbr_1", "x", 4, "c" * 32, "c" * 32, trace, data
    )


def asked(studio: str, person: str, wanted: Any = "hold", request: int = 1, booking: str = "") -> Envelope[Any]:
    """A request of a production of the studio for a day three weeks ahead."""
    data = BookingRequested(booking or new_id("bkg"), PRODUCTION, person, None, wanted, request, (day(20),))
    return event(data, studio)


def answers(talent: Talent) -> list[tuple[str, Any]]:
    """What was answered: the event's last name, and what it grants or why not."""
    found = told(talent, talent.store.calendars)
    return [
        (kind.split(".")[2], data.get("granted") or data.get("reason"))
        for kind, data in found
        if kind.startswith("talent.booking.")
    ]


def test_two_productions_at_once(talent: Talent) -> None:
    """Handled by two copies at the same moment: one is granted the day, the other is refused it."""
    person = shared(talent)
    requests = [asked(studio, person) for studio in (STUDIO, RIVAL)]
    threads = [eventlet.spawn(talent.answer_bookings, [request]) for request in requests]
    assert [thread.wait() for thread in threads] == [["ok"], ["ok"]]
    assert sorted(answers(talent)) == [("granted", "held"), ("refused", "busy")]
    (held,) = talent.store.calendar(person).holds
    assert held.booking_id in {request.data.booking_id for request in requests}


def test_a_request_that_comes_again_changes_nothing(talent: Talent) -> None:
    """In the same batch and later, also when the days were booked since."""
    request = asked(STUDIO, shared(talent))
    booking = request.data.booking_id
    confirmed = asked(STUDIO, request.data.person_id, "book", 2, booking)
    assert talent.answer_bookings([request, request]) == ["ok", "duplicate"]
    assert talent.answer_bookings([confirmed]) == ["ok"]
    assert talent.answer_bookings([request, confirmed]) == ["duplicate", "duplicate"]
    assert answers(talent) == [("granted", "held"), ("granted", "booked")]


def test_a_booking_goes_on_in_the_calendar_of_the_merged_person(talent: Talent) -> None:
    """Held under the former id, it is booked under the present one; the former keeps nothing, and nobody is refused."""
    old, new = register(talent), register(talent)
    request = asked(STUDIO, old)
    talent.answer_bookings([request])
    talent.store.people.collection.update_one({"person_id": old}, {"$set": {"merged_into": new}})
    talent.merge_calendars(event(PersonMerged(old, new), STUDIO))
    talent.answer_bookings([asked(STUDIO, old, "book", 2, request.data.booking_id)])
    left = talent.store.calendar(old)
    assert (left.holds, left.bookings) == ((), ())
    assert [booking.days for booking in talent.store.calendar(new).bookings] == [(day(20),)]
    assert answers(talent) == [("granted", "held"), ("granted", "booked")]


def test_a_forgotten_person_is_neither_held_nor_kept(talent: Talent) -> None:
    """What is held falls when the studio forgets the person, and nothing new is held there."""
    person = register(talent)
    talent.answer_bookings([asked(STUDIO, person)])
    talent.erase_person(call(ErasureRequest(day(0)), person_id=person))
    talent.forget_calendar(event(PersonErased(person, day(0), True), STUDIO))
    talent.answer_bookings([asked(STUDIO, person)])
    assert talent.store.calendar(person).holds == ()
    assert answers(talent) == [("granted", "held"), ("refused", "forgotten"), ("refused", "forgotten")]


def test_a_booking_waits_for_a_calendar_that_is_late(place: Place) -> None:
    """The command answers in time that the booking is requested; what is answered later decides it, and a repeat says so."""
    service = Production()
    service.store = ProductionRepository("production", place.database, Relay("production", place.amqp_url), None)
    person = new_id("prs")
    service.store.people.ensure(PersonFile(file_id(person, STUDIO), STUDIO, 0, person))
    opened = service.register_production(call(NewProduction(Title(zh="龙城之约"), 80, ("US",), "Hengdian")))
    production = str(orjson.loads(opened.body)["production_id"])
    command = call(NewBooking(person, "Lead", (day(20),)), key="once", production_id=production)
    booking: BookingView = service.book_person(command).body
    assert booking.status == "requested"
    service.apply_calendar([event(BookingGranted(booking.booking_id, production, person, 1, "held"), STUDIO)])
    again = service.book_person(command)
    assert (again.replayed, again.body.booking_id, again.body.status) == (True, booking.booking_id, "tentative")
