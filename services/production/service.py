"""The production service: productions, their shooting days and bookings."""

from collections.abc import Callable, Sequence

import orjson

from chassis.api import Answer, Call, decode_cursor, page
from chassis.cause import new_id
from chassis.documents import now
from chassis.handlers import Permanent, handles
from chassis.rpc import serves
from chassis.store import Store
from events.compliance import FindingClosed, FindingRaised
from events.envelope import Envelope
from events.talent.availability import BookingGranted, BookingRefused
from events.talent.contracts import ContractAmended, ContractSigned, ContractTerminated
from events.talent.people import PersonMerged, PersonRegistered
from services.production import api, bookings, commitments, people, places, productions, schedule, views
from services.production.api import (
    BookingsQuery,
    BookingView,
    NewBooking,
    PlacesQuery,
    PlaceView,
    ProductionsQuery,
    ProductionView,
)
from services.production.places import StudioPlaces
from services.production.repository import ProductionRepository
from services.production.schedule import BookingUnknown, ContractWord, ProductionUnknown, Schedule


class Production:
    """Productions, shooting days, bookings."""

    name = "production"
    store: ProductionRepository = Store(ProductionRepository)

    @serves(api.ADD_PLACE)
    def add_place(self, call: Call) -> Answer:
        """Add a place of the studio's own."""
        place_id = new_id("plc")
        self.store.places.ensure(places.none_yet(call.tenant))
        return self._change_places(call, place_id, lambda own: places.add(own, place_id, call.body))

    @serves(api.RENAME_PLACE)
    def rename_place(self, call: Call) -> Answer:
        """Replace the names of a place of the studio's own."""
        place_id = call.path["place_id"]
        self.store.require_place(place_id, call.tenant)
        return self._change_places(call, place_id, lambda own: places.rename(own, place_id, call.body))

    @serves(api.GET_PLACE)
    def get_place(self, call: Call) -> Answer:
        """A place."""
        place_id = call.path["place_id"]
        known = self.store.require_place(place_id, call.readable_tenant)
        return Answer(views.place(known[place_id], known))

    @serves(api.LIST_PLACES)
    def list_places(self, call: Call) -> Answer:
        """The places that can be named."""
        query: PlacesQuery = call.query
        known = self.store.gazetteer([call.tenant])
        found = places.select(known, query.name, query.within, query.country)
        after, newest = decode_cursor(query.cursor), query.order == "newest"
        found = [place for place in found if after is None or (place.id < after if newest else place.id > after)]
        found.sort(key=lambda place: place.id, reverse=newest)
        shown = [views.place(place, known) for place in found[: query.limit + 1]]
        return Answer(page(PlaceView, shown, query.limit, lambda place: place.place_id))

    @serves(api.REGISTER_PRODUCTION)
    def register_production(self, call: Call) -> Answer:
        """Open a production."""
        known = self.store.gazetteer([call.tenant])
        production, events = productions.register(new_id("prd"), call.tenant, call.body, known, now())
        return self.store.productions.create(call, production, events, lambda it: views.production(it, known))

    @serves(api.GET_PRODUCTION)
    def get_production(self, call: Call) -> Answer:
        """A production."""
        production = self.store.productions.get(call.path["production_id"], call.readable_tenant)
        known = self.store.gazetteer([production.tenant])
        return Answer(views.production(production, known), production.version)

    @serves(api.LIST_PRODUCTIONS)
    def list_productions(self, call: Call) -> Answer:
        """The studio's productions."""
        query: ProductionsQuery = call.query
        where = {"tenant": call.readable_tenant, "territories": query.territory}
        where = {name: value for name, value in where.items() if value is not None}
        found = self.store.productions.select(
            where, query.limit + 1, after=decode_cursor(query.cursor), order=query.order
        )
        known = self.store.gazetteer({production.tenant for production in found})
        shown = [views.production(production, known) for production in found]
        return Answer(page(ProductionView, shown, query.limit, lambda production: production.production_id))

    @serves(api.PLAN_SHOOTING_DAYS)
    def plan_shooting_days(self, call: Call) -> Answer:
        """Set the shooting days."""
        known = self.store.gazetteer([call.tenant])
        return self.store.schedules.change(
            call,
            self._open_schedule(call),
            lambda current: schedule.plan_days(current, call.body.days, known, now()),
            view=lambda current: views.shooting_days(current, known),
        )

    @serves(api.GET_SCHEDULE)
    def get_schedule(self, call: Call) -> Answer:
        """The schedule with its conflicts."""
        production = self.store.productions.get(call.path["production_id"], call.readable_tenant)
        current = self.store.schedules.find(production.schedule_id) or schedule.open_for(production)
        same = self.store.same_people(current.tenant)
        known = self.store.gazetteer([current.tenant])
        return Answer(views.schedule(current, self._others(current, same), same, known), current.version)

    @serves(api.BOOK_PERSON)
    def book_person(self, call: Call) -> Answer:
        """Book a person tentatively; the same request again finds the booking that it made."""
        schedule_id = self._open_schedule(call)
        wanted: NewBooking = call.body
        self.store.await_file(wanted.person_id, call.tenant)
        person_id = self.store.same_people(call.tenant).present(wanted.person_id)
        booking_id = new_id("bkg")
        asked = self.store.schedules.change(
            call,
            schedule_id,
            lambda current: schedule.book_tentatively(current, booking_id, person_id, wanted.role, wanted.days, now()),
            view=lambda current: self._booking(current, booking_id),
        )
        booking_id = orjson.loads(asked.body)["booking_id"]  # of the first time, when this is a repeat
        current = self.store.await_answer(schedule_id, booking_id, call.tenant)
        booking = current.bookings[booking_id]
        if booking.refusal is not None and not booking.held:
            raise bookings.refused(booking.refusal)
        return Answer(self._booking(current, booking_id), current.version, asked.replayed)

    @serves(api.CONFIRM_BOOKING)
    def confirm_booking(self, call: Call) -> Answer:
        """Confirm a tentative booking."""
        schedule_id, booking_id = self._open_schedule(call), call.path["booking_id"]
        self.store.require_booking(booking_id, call.tenant)
        asked = self.store.schedules.change(
            call,
            schedule_id,
            lambda current: schedule.confirm(current, booking_id, now()),
            view=lambda current: self._booking(current, booking_id),
        )
        current = self.store.await_answer(schedule_id, booking_id, call.tenant)
        booking = current.bookings[booking_id]
        if booking.refusal is not None:
            raise bookings.refused(booking.refusal)
        return Answer(self._booking(current, booking_id), current.version, asked.replayed)

    @serves(api.RELEASE_BOOKING)
    def release_booking(self, call: Call) -> Answer:
        """Release a person's days."""
        schedule_id, booking_id = self._open_schedule(call), call.path["booking_id"]
        self.store.require_booking(booking_id, call.tenant)
        return self.store.schedules.change(
            call,
            schedule_id,
            lambda current: schedule.release(current, booking_id, now()),
            view=lambda current: self._booking(current, booking_id),
        )

    @serves(api.LIST_BOOKINGS)
    def list_bookings(self, call: Call) -> Answer:
        """The studio's bookings."""
        query: BookingsQuery = call.query
        schedules = {} if call.readable_tenant is None else {"tenant": call.readable_tenant}
        if query.production_id is not None:
            schedules["_id"] = self.store.productions.get(query.production_id, call.readable_tenant).schedule_id
        people_asked = None
        if query.person_id is not None:
            self.store.require_file(query.person_id, call.readable_tenant)
            people_asked = {"$in": self.store.same_people(call.readable_tenant).ids([query.person_id])}
        booking_id = query.contract_id and bookings.contract_booking_id(query.contract_id)
        if booking_id is not None:
            self.store.require_booking(booking_id, call.readable_tenant, asked_for=query.contract_id)
        which = {"id": booking_id, "person_id": people_asked, "status": query.status}
        which = {name: value for name, value in which.items() if value is not None}
        found = self.store.bookings(schedules, which, decode_cursor(query.cursor), query.limit + 1, query.order)
        known = self.store.gazetteer({c.tenant for c in found})
        shown = [views.booking(c.production_id, c.schedule_id, c.booking, known) for c in found]
        return Answer(page(BookingView, shown, query.limit, lambda booking: booking.booking_id))

    @handles(ContractSigned, ContractAmended, ContractTerminated, batch=128, single_active=True)
    def book_talent(self, events: Sequence[Envelope[ContractWord]]) -> Sequence[str]:
        """Book the days of executed contracts, and follow what becomes of these."""
        known = self.store.owned_productions({event.data.production_id for event in events})
        try:
            return self.store.schedules.absorb(
                events,
                by=lambda event: [productions.schedule_id(event.data.production_id)],
                rule=lambda current, event, _: schedule.book_contract(
                    current, event, known.get(event.data.production_id), now()
                ),
            )
        except ProductionUnknown as error:  # productions are our own: it will not turn up later
            raise Permanent(str(error)) from error

    @handles(FindingRaised, FindingClosed, batch=128, single_active=True)
    def apply_finding(self, events: Sequence[Envelope[FindingRaised] | Envelope[FindingClosed]]) -> Sequence[str]:
        """Put bookings on hold for blockers, lift the hold when they are closed."""
        try:
            return self.store.schedules.absorb(
                events,
                by=lambda event: [productions.schedule_id(event.data.production_id)],
                rule=lambda current, event, _: schedule.apply_finding(current, event, now()),
            )
        except BookingUnknown as error:  # findings are about bookings that we have told of
            raise Permanent(str(error)) from error

    @handles(BookingGranted, BookingRefused, batch=128, single_active=True)
    def apply_calendar(self, events: Sequence[Envelope[BookingGranted] | Envelope[BookingRefused]]) -> Sequence[str]:
        """Apply what people's calendars answer to bookings, or take from them."""
        try:
            return self.store.schedules.absorb(
                events,
                by=lambda event: [productions.schedule_id(event.data.production_id)],
                rule=lambda current, event, _: schedule.apply_answer(current, event, now()),
            )
        except BookingUnknown as error:  # the calendar answers for bookings that we asked for
            raise Permanent(str(error)) from error

    @handles(PersonRegistered, PersonMerged, batch=128)
    def know_person(self, events: Sequence[Envelope[PersonRegistered] | Envelope[PersonMerged]]) -> Sequence[str]:
        """Remember whom a studio has on file, and who of them are one."""
        return self.store.people.absorb(
            events,
            by=lambda event: [people.file_id(event.data.person_id, event.tenant)],
            rule=lambda file, event, _: people.know(file, event),
        )

    def _open_schedule(self, call: Call) -> str:
        """The id of the schedule of the caller's production, made when there is none yet; raises NotFound."""
        production = self.store.productions.get(call.path["production_id"], call.tenant)
        if self.store.schedules.find(production.schedule_id) is None:
            self.store.schedules.ensure(schedule.open_for(production))
        return production.schedule_id

    def _others(self, current: Schedule, same: people.SamePeople) -> list[commitments.Commitment]:
        """What the people on a schedule are needed for in other productions, on the schedule's days."""
        booked = [booking for booking in current.bookings.values() if booking.agreed != "released"]
        days = {day for booking in booked for day in booking.dates}
        if not days:
            return []
        who = same.ids({booking.person_id for booking in booked})
        found = self.store.commitments(who, min(days), max(days))
        return [commitment for commitment in found if commitment.production_id != current.production_id]

    def _booking(self, current: Schedule, booking_id: str) -> BookingView:
        known = self.store.gazetteer([current.tenant])
        return views.booking(current.production_id, current.id, current.bookings[booking_id], known)

    def _change_places(self, call: Call, place_id: str, rule: Callable[[StudioPlaces], places.Change]) -> Answer:
        def view(own: StudioPlaces) -> PlaceView:
            known = places.gazetteer(own.places)
            return views.place(known[place_id], known)

        return self.store.places.change(call, places.places_id(call.tenant), rule, view)
