"""Talent's entrypoints about people's time."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import orjson

from chassis.aggregates import SHARED
from chassis.api import Answer, Call, page
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.errors import NotFound, PersonForgotten
from chassis.handlers import handles
from chassis.rpc import serves
from chassis.timers import every
from events.envelope import Envelope
from events.production import BookingRequested
from events.talent.contracts import ContractAmended, ContractSigned, ContractTerminated
from events.talent.people import PersonErased, PersonMerged
from services.talent.availability import api, engagements, feeds, holds, merging, requests, views
from services.talent.availability.calendar import Calendar, DayOff, Step, empty
from services.talent.availability.engagements import Bound
from services.talent.availability.merging import Entries
from services.talent.availability.window import window
from services.talent.letters.addressees import Reading
from services.talent.people.files import PersonFile, file_id
from services.talent.people.merging import require_unmerged
from services.talent.portal.invitations.portals import language_of
from services.talent.repository import TalentRepository


class Availability:
    """Holds, bookings, days off, and the calendar that shows them."""

    store: TalentRepository

    @serves(api.PLACE_HOLD)
    def place_hold(self, call: Call) -> Answer:
        """Hold a person's days."""
        hold_id, at = new_id("hld"), now()
        self._require_production(call, call.body.production_id)
        return self._change_calendar(
            call,
            lambda calendar: holds.place(calendar, hold_id, call.tenant, call.body, at),
            lambda calendar: views.hold(calendar, holds.find(calendar, call.tenant, hold_id)),
        )

    @serves(api.LIST_HOLDS)
    def list_holds(self, call: Call) -> Any:
        """List the studio's holds; a production or person of another studio is a 404."""
        query = call.query
        if query.production_id is not None:
            self.store.productions.get(query.production_id, call.readable_tenant)
        if query.person_id is not None and not call.office:
            query = replace(query, person_id=self.store.present_file(query.person_id, call.tenant).person_id)
        found = self.store.holds(call.readable_tenant, query)
        shown = [views.hold(calendar, hold) for calendar, hold in found]
        return page(api.HoldView, shown, query.limit, lambda hold: str(hold.hold_id))

    @serves(api.CHALLENGE_HOLD)
    def challenge_hold(self, call: Call) -> Answer:
        """Ask those in front to decide."""
        hold_id, at = call.path["hold_id"], now()
        return self._change_calendar(
            call,
            lambda calendar: holds.challenge(calendar, call.tenant, hold_id, call.body.hours, at),
            lambda calendar: views.hold(calendar, holds.find(calendar, call.tenant, hold_id)),
        )

    @serves(api.CONFIRM_HOLD)
    def confirm_hold(self, call: Call) -> Answer:
        """Book the days of a first hold."""
        hold_id, at = call.path["hold_id"], now()
        return self._change_calendar(
            call,
            lambda calendar: holds.confirm(calendar, call.tenant, hold_id, at),
            lambda calendar: views.booking(calendar, next(b for b in calendar.bookings if b.id == hold_id)),
        )

    @serves(api.RELEASE_HOLD)
    def release_hold(self, call: Call) -> Answer:
        """Give the days back."""
        at = now()
        return self._change_calendar(
            call,
            lambda calendar: holds.release(calendar, call.tenant, call.path["hold_id"]),
            lambda calendar: api.Ended(calendar.id, at),
        )

    @serves(api.RECORD_DAY_OFF)
    def record_day_off(self, call: Call) -> Answer:
        """Record when a person is not there."""
        day_off_id, at, reason = new_id("dof"), now(), call.body.reason
        file = self._file(call)
        sealed = None if reason is None else self.store.vault.seal(file.id, reason)
        return self._change_calendar(
            call,
            lambda calendar: engagements.take_off(calendar, day_off_id, call.tenant, call.body, sealed, at),
            lambda c: views.day_off(c, engagements.of_period(c, call.tenant, call.body)[0]),
        )

    @serves(api.GET_DAY_OFF_REASON)
    def get_day_off_reason(self, call: Call) -> Answer:
        """Why the person is not there, for the studio that recorded it."""
        calendar = self.store.calendar(self.store.present_file(call.path["person_id"], call.tenant).person_id)
        off = engagements.find_day_off(calendar, call.tenant, call.path["day_off_id"])
        return Answer(api.DayOffReason(off.id, self.store.day_off_reason(calendar, off)))

    @serves(api.WITHDRAW_DAY_OFF)
    def withdraw_day_off(self, call: Call) -> Answer:
        """The person is there after all."""
        at = now()
        return self._change_calendar(
            call,
            lambda calendar: engagements.withdraw(calendar, call.tenant, call.path["day_off_id"]),
            lambda calendar: api.Ended(calendar.id, at),
        )

    @serves(api.GET_AVAILABILITY)
    def get_availability(self, call: Call) -> Answer:
        """The person's time as the studio may see it, whichever of their ids is named."""
        first, last = window(call.query.since, call.query.until, now().date())
        calendar = self.store.calendar(self._known_person(call))
        return Answer(views.availability(calendar, call.readable_tenant, first, last))

    @serves(api.GET_PERSON_CALENDAR)
    def get_person_calendar(self, call: Call) -> Answer:
        """The same, at the address that goes with the bookings."""
        return self.get_availability(call)

    @serves(api.SHARE_CALENDAR)
    def share_calendar(self, call: Call) -> Answer:
        """The only answer that ever holds the address."""
        person_id, token = call.path["person_id"], feeds.new_token()
        require_unmerged(self._file(call))
        feed, events = feeds.share(new_id("fed"), call.tenant, person_id, token, now())
        stored = self.store.feeds.create(call, feed, events, views.feed)
        if stored.replayed:
            raise feeds.FeedAddressShownBefore(feed_id=orjson.loads(stored.body)["feed_id"])
        path = api.READ_FEED.path.format(token=token)
        return Answer(api.SharedFeed(feed.id, person_id, path, feed.made_at))

    @serves(api.LIST_FEEDS)
    def list_calendar_feeds(self, call: Call) -> Any:
        """The feeds of a person's calendar."""
        self._file(call)
        found = self.store.feeds_of(call.tenant, call.path["person_id"], call.query)
        return page(api.FeedView, [views.feed(f) for f in found], call.query.limit, lambda f: str(f.feed_id))

    @serves(api.CLOSE_FEED)
    def close_calendar_feed(self, call: Call) -> Answer:
        """The address leads nowhere from now on."""
        at = now()
        self._file(call)
        self.store.require_feed(call.path["feed_id"], call.tenant, call.path["person_id"])
        return self.store.feeds.change(call, call.path["feed_id"], lambda feed: feeds.close(feed, at), views.feed)

    @serves(api.READ_FEED)
    def read_calendar_feed(self, call: Call) -> Answer:
        """The calendar at a secret address."""
        feed = self.store.feed_at(call.path["token"])
        self.store.require_at_work(feed.tenant)
        person_id = self.store.present_id(feed.person_id, feed.tenant)
        language: Reading = "en"
        works: dict[str, str] = {}
        with suppress(NotFound, PersonForgotten):  # of whom only the days are left
            file = self.store.with_former(self.store.present_file(feed.person_id, feed.tenant))
            language = language_of(file.profile, "person")
            works = self.store.works_of(file, language)
        body = feeds.render(self.store.calendar(person_id), feed.tenant, now(), works, language)
        return Answer(body, headers=(("Cache-Control", "private, max-age=300"),))

    @handles(ContractSigned, ContractAmended, ContractTerminated, batch=128, rest=10, single_active=True)
    def book_days(self, events: Sequence[Envelope[Bound]]) -> list[str]:
        """Book the days of executed contracts, whoever held them, and free those that an amendment or the end gives back.

        A contract names the person as they were known when it was drafted: the days are those of whom the studio knows now.
        """
        today = now().date()
        present = self.store.present_ids((event.data.person_id, event.tenant) for event in events)
        outcomes = self.store.calendars.absorb(
            events,
            lambda event: [present[event.data.person_id, event.tenant]],
            lambda known, event, person: engagements.book(known or empty(person), event, today),
        )
        self._follow_merged(events, present)
        return outcomes

    @handles(BookingRequested, batch=128, single_active=True)
    def answer_bookings(self, events: Sequence[Envelope[BookingRequested]]) -> list[str]:
        """Hold and book the days that productions ask for, or say why not; take back what they release."""
        at = now()
        present = self.store.present_ids((event.data.person_id, event.tenant) for event in events)
        forgotten = self.store.forgotten(present)
        outcomes = self.store.calendars.absorb(
            events,
            lambda event: [present[event.data.person_id, event.tenant]],
            lambda known, event, person: requests.answer(
                known or empty(person), event, (event.data.person_id, event.tenant) in forgotten, at
            ),
        )
        self._follow_merged(events, present)
        return outcomes

    @handles(PersonErased)
    def forget_calendar(self, event: Envelope[PersonErased]) -> None:
        """Take out what a studio entered that has forgotten the person, also where it was moved to before."""
        whose = dict.fromkeys((event.data.person_id, self.store.present_id(event.data.person_id, event.tenant)))
        self.store.calendars.absorb(
            [event], lambda _: whose, lambda known, erased, _: engagements.forget(known, erased)
        )

    @handles(PersonMerged)
    def merge_calendars(self, event: Envelope[PersonMerged]) -> None:
        """Move what a studio entered to the calendar of the person that it now knows them as; a repeat finds nothing to move."""
        new = self.store.present_id(event.data.into, event.tenant)
        self._move_entries(event, event.data.person_id, new)
        if (newer := self.store.present_id(new, event.tenant)) != new:  # merged in this very moment
            self._move_entries(event, new, newer)

    @every(30)
    def end_holds(self) -> None:
        """Let the holds fall whose last day is over, or that were not answered for in time."""
        at = now()
        while found := self.store.calendars_due(at):
            for person_id in found:
                self.store.calendars.advance(
                    person_id, lambda c: holds.end_in_time(c, at), Cause.of_time(self.store.service)
                )

    def _follow_merged(self, events: Sequence[Envelope[Any]], present: Mapping[tuple[str, str], str]) -> None:
        """Move what was just entered for people who were merged meanwhile: their calendars may have been moved before that."""
        meanwhile = self.store.present_ids((person, studio) for (_, studio), person in present.items())
        for event in events:
            entered = present[event.data.person_id, event.tenant]
            if (newer := meanwhile[entered, event.tenant]) != entered:
                self._move_entries(event, entered, newer)

    def _known_person(self, call: Call) -> str:
        """The id by which the studio, or for the alliance office any studio, knows the person; raises NotFound, PersonForgotten."""
        person_id = call.path["person_id"]
        if call.office:
            return self.store.on_file_anywhere(person_id)
        return self.store.present_file(person_id, call.tenant).person_id

    def _move_entries(self, event: Envelope[Any], old: str, new: str) -> None:
        """Copy what the studio of the event entered, then take out what was copied, until nothing is left."""
        store = self.store.calendars
        while (given := merging.entries(self.store.calendar(old), event.tenant)) != merging.NOTHING:
            copy = replace(given, days_off=tuple(self._resealed(off, old, new) for off in given.days_off))
            store.absorb([event], lambda _: [new], partial(_add, new, copy))
            store.absorb([event], lambda _: [old], partial(_take_out, given))

    def _resealed(self, off: DayOff, old: str, new: str) -> DayOff:
        """The day off with its reason under the key of the other file."""
        if off.reason is None:
            return off
        reason = self.store.vault.open(file_id(old, off.studio), off.reason)
        return replace(off, reason=self.store.vault.seal(file_id(new, off.studio), reason))

    def _change_calendar(self, call: Call, rule: Callable[[Calendar], Step], view: Callable[[Calendar], Any]) -> Answer:
        person_id, file = call.path["person_id"], self._file(call)
        self.store.open_calendar(person_id)

        def change(calendar: Calendar) -> Step:
            require_unmerged(file)  # here, so that a repeated command finds its answer
            return rule(calendar)

        return self.store.calendars.change(call, person_id, change, view, SHARED)

    def _file(self, call: Call) -> PersonFile:
        """The studio's file on the person; raises NotFound, PersonForgotten."""
        return self.store.file_of(call.path["person_id"], call.tenant)

    def _require_production(self, call: Call, production_id: str | None) -> None:
        if production_id is not None:
            self.store.productions.await_made(production_id, call.tenant)


def _add(person_id: str, entries: Entries, known: Calendar | None, _event: Envelope[Any], _id: str) -> Step | None:
    return merging.add(known, person_id, entries)


def _take_out(entries: Entries, known: Calendar | None, _event: Envelope[Any], _id: str) -> Step | None:
    return merging.take_out(known, entries)
