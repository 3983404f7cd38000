"""Casting on a performer's own page: standing for roles, offers and auditions, of one person at one studio."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import orjson
import pytest
import time_machine

from chassis.documents import now
from chassis.errors import NotFound
from events.schemas import load
from services.talent.casting.auditions.api import AuditionView
from services.talent.casting.auditions.slots import NewAudition, SlotUnknown
from services.talent.casting.roles.calls import CastingCall
from services.talent.casting.roles.matching import Requirements, SkillWanted
from services.talent.casting.submissions.api import MAKE_OFFER, RoleHold, Selection
from services.talent.casting.submissions.lifecycle import (
    AlreadySubmitted,
    CallNotOpen,
    NotInvited,
    OfferReplaced,
    SubmissionStateConflict,
)
from services.talent.casting.submissions.offers import OfferedTerms
from services.talent.portal.casting.api import OfferNamed, OfferRefusal, OwnCastingQuery
from services.talent.service import Talent
from tests.mailbox import Mailbox
from tests.service.castings import day, read, role, selected, somebody, submitted
from tests.service.place import Place
from tests.service.portals import entered, merge
from tests.service.talents import STUDIO, call, example, make
from tests.service.visitors import body, visit, writing


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> Talent:
    """The service, which writes letters."""
    return writing(make(place, monkeypatch), monkeypatch, mailbox)


class Guest:
    """A person or agent on the person's page: what they see, and what they do."""

    def __init__(self, talent: Talent, mailbox: Mailbox, person: str, reader: str = "person") -> None:
        self.talent = talent
        self.token, self.cookie = entered(talent, mailbox, person, reader)

    def do(self, operation: str, given: Any = None, key: str = "", **path: str) -> Any:
        """What a command answers."""
        return body(getattr(self.talent, operation)(visit(self.token, given, self.cookie, key, **path)))

    def see(self, operation: str, **query: Any) -> Any:
        """What a list shows."""
        asked = visit(self.token, cookie=self.cookie, query=OwnCastingQuery(**query))
        return body(getattr(self.talent, operation)(asked))["items"]


def offer(talent: Talent, submission: str) -> None:
    """Offer the example's terms."""
    terms: OfferedTerms = load(OfferedTerms, example(MAKE_OFFER))
    talent.make_offer(call(terms, submission_id=submission))


def test_a_person_stands_for_a_role(talent: Talent, mailbox: Mailbox) -> None:
    """They see what is asked and how they fit, stand once, and the studio finds the submission as theirs, told once."""
    person, called = somebody(talent), role(talent, Requirements(skills=(SkillWanted("cello"), SkillWanted("judo"))))
    guest = Guest(talent, mailbox, person)
    (seen,) = guest.see("list_own_calls")
    assert (seen["role_id"], seen["role"], seen["production"]) == (called, "The heiress", "A Promise in Dragon City")
    assert (seen["match"]["score"], seen["submission"], seen["invited"]) == (50, None, False)
    made = guest.do("submit_oneself", key="once", role_id=called)
    assert guest.do("submit_oneself", key="once", role_id=called) == made
    assert (made["by"], made["state"], made["offer"]) == ("person", "submitted", None)
    with pytest.raises(AlreadySubmitted):
        guest.do("submit_oneself", role_id=called)
    stored = talent.store.submissions.get(made["submission_id"], STUDIO)
    assert (stored.by, stored.person_id, stored.tenant) == ("person", person, STUDIO)
    (document,) = talent.store.submissions.collection.find()
    (told,) = [orjson.loads(entry["body"]) for entry in document["outbox"]]
    assert (told["data"]["by"], told["actor"], told["tenant"]) == ("person", f"person:{person}", STUDIO)
    assert [one["submission"]["state"] for one in guest.see("list_own_calls")] == ["submitted"]


def test_what_the_studio_thinks_stays_its_own(talent: Talent, mailbox: Mailbox) -> None:
    """The state is shown; rating, notes and score are not."""
    person, called = somebody(talent), role(talent)
    guest = Guest(talent, mailbox, person)
    made = guest.do("submit_oneself", role_id=called)["submission_id"]
    talent.select_submission(call(Selection(2, "Wooden."), submission_id=made))
    (shown,) = guest.see("list_own_submissions")
    assert shown["state"] == "selected"
    assert guest.do("get_own_submission", submission_id=made) == shown
    assert {"rating", "notes", "score"}.isdisjoint(shown)


def test_an_agent_puts_the_person_forward(talent: Talent, mailbox: Mailbox) -> None:
    """By their own link, and the submission says so; the person sees it, and withdraws it."""
    person, called = somebody(talent), role(talent)
    agent = Guest(talent, mailbox, person, "agent")
    made = agent.do("submit_oneself", role_id=called)
    assert made["by"] == "agent"
    guest = Guest(talent, mailbox, person)
    gone = guest.do("withdraw_own_submission", submission_id=made["submission_id"])
    assert gone["state"] == "withdrawn"
    assert [one["state"] for one in agent.see("list_own_submissions")] == ["withdrawn"]


def test_only_calls_in_which_they_may_stand_are_shown(talent: Talent, mailbox: Mailbox, place: Place) -> None:
    """Neither those that invite others, nor closed or overdue ones, nor another studio's; asked for by id they are refused."""
    person, other = somebody(talent), somebody(talent)
    mine = role(talent, called=CastingCall("invited", day(10), (person, other)))
    theirs = role(talent, called=CastingCall("invited", day(10), (other,)))
    closed, foreign, over = role(talent), role(talent), role(talent)
    talent.close_call(call(role_id=closed))
    roles = place.database["roles"]
    roles.update_one({"_id": foreign}, {"$set": {"tenant": "stu_01JD8Z4C7M2QK5V9W3XRT6B8NF"}})
    guest = Guest(talent, mailbox, person)
    with time_machine.travel(now()) as clock:
        assert {one["role_id"] for one in guest.see("list_own_calls")} == {mine, over}
        assert [one["role_id"] for one in guest.see("list_own_calls", limit=1)] == [over]
        with pytest.raises(NotInvited):
            guest.do("submit_oneself", role_id=theirs)
        with pytest.raises(CallNotOpen):
            guest.do("submit_oneself", role_id=closed)
        with pytest.raises(NotFound):
            guest.do("submit_oneself", role_id=foreign)
        late = CastingCall("open", day(0))
        talent.close_call(call(role_id=over))
        talent.open_call(call(late, role_id=over))
        clock.shift(timedelta(days=1))
        guest = Guest(talent, mailbox, person)
        assert [one["role_id"] for one in guest.see("list_own_calls")] == [mine]
        with pytest.raises(CallNotOpen):
            guest.do("submit_oneself", role_id=over)


def test_another_s_submissions_are_not_there(talent: Talent, mailbox: Mailbox) -> None:
    """Not in lists, and 404 by their ids, whatever is asked of them."""
    person, other, called = somebody(talent), somebody(talent), role(talent)
    theirs = selected(talent, called, other)
    offer(talent, theirs)
    guest = Guest(talent, mailbox, person)
    assert guest.see("list_own_submissions") == []
    for operation, given in (
        ("get_own_submission", None),
        ("get_own_offer", None),
        ("withdraw_own_submission", None),
        ("accept_own_offer", OfferNamed(1)),
        ("decline_own_offer", OfferRefusal()),
    ):
        with pytest.raises(NotFound):
            guest.do(operation, given, submission_id=theirs)
    assert talent.store.submissions.get(theirs, STUDIO).state == "offered"


def test_an_offer_is_taken_as_it_was_read(talent: Talent, mailbox: Mailbox) -> None:
    """The terms are shown; when another offer took its place, the number that was read is refused; the contract is drafted once."""
    person = somebody(talent)
    submission = selected(talent, role(talent), person)
    guest = Guest(talent, mailbox, person)
    with pytest.raises(SubmissionStateConflict):
        guest.do("accept_own_offer", OfferNamed(1), submission_id=submission)
    offer(talent, submission)
    read_first = guest.do("get_own_submission", submission_id=submission)["offer"]
    assert (read_first["offer"], read_first["terms"]["fee"]["amount"]) == (1, "18000.00")
    offer(talent, submission)
    paper = guest.do("get_own_offer", submission_id=submission)
    assert paper["offer"] == 2
    assert paper["document"]["parties"][0]["name"] == "한서연"
    with pytest.raises(OfferReplaced):
        guest.do("accept_own_offer", OfferNamed(1), submission_id=submission)
    taken = guest.do("accept_own_offer", OfferNamed(2), "once", submission_id=submission)
    assert guest.do("accept_own_offer", OfferNamed(2), "once", submission_id=submission) == taken
    assert (taken["state"], taken["offer"]) == ("contracted", None)
    contract = talent.store.contracts.get(taken["contract_id"], STUDIO)
    assert (contract.state, contract.terms.person_id) == ("draft", person)
    assert talent.store.contracts.collection.count_documents({}) == 1


def test_an_offer_is_declined_with_a_reason(talent: Talent, mailbox: Mailbox) -> None:
    """The studio reads the reason in its notes, sealed like these, and what was held is free again."""
    person = somebody(talent)
    submission = selected(talent, role(talent), person)
    talent.hold_for_role(call(RoleHold(day(40), day(42)), submission_id=submission))
    offer(talent, submission)
    guest = Guest(talent, mailbox, person)
    declined = guest.do("decline_own_offer", OfferRefusal("Too far from home."), submission_id=submission)
    assert declined["state"] == "declined"
    (note,) = talent.list_notes(call(submission_id=submission)).body.notes
    assert (note.by, note.text) == (f"person:{person}", "Too far from home.")
    assert talent.store.calendar(person).holds == ()
    assert b"Too far" not in talent.store.submissions.get(submission, STUDIO).notes[0].sealed


def test_an_audition_is_answered_by_whom_it_is_for(talent: Talent, mailbox: Mailbox) -> None:
    """One sees one's own time and nobody else's, confirms it, or declines it and has the hour back."""
    person, other, called = somebody(talent), somebody(talent), role(talent)
    for each in (person, other):
        selected(talent, called, each)
    starts = tuple(datetime.combine(day(n), time(2), UTC) for n in (20, 21))
    wanted = NewAudition("Hengdian, Studio 4", "Asia/Shanghai", 30, starts)
    planned: AuditionView = read(AuditionView, talent.plan_audition(call(wanted, role_id=called)))
    talent.fill_audition(call(audition_id=planned.audition_id))
    guest = Guest(talent, mailbox, person)
    (seen,) = guest.see("list_own_auditions")
    (slot,) = seen["slots"]
    assert (seen["place"], slot["state"], slot["local_time"][-6:]) == ("Hengdian, Studio 4", "proposed", "+08:00")
    assert other not in str(seen)
    mine, theirs = str(slot["slot"]), str(1 - slot["slot"])
    confirmed = guest.do("confirm_own_slot", audition_id=planned.audition_id, slot=mine)
    assert [one["state"] for one in confirmed["slots"]] == ["confirmed"]
    for operation in ("confirm_own_slot", "decline_own_slot"):
        with pytest.raises(SlotUnknown):
            guest.do(operation, audition_id=planned.audition_id, slot=theirs)
    assert guest.do("decline_own_slot", audition_id=planned.audition_id, slot=mine)["slots"] == []
    assert talent.store.calendar(person).appointments == ()
    assert len(talent.store.calendar(other).appointments) == 1
    assert guest.see("list_own_auditions") == []
    with pytest.raises(NotFound):
        guest.do("confirm_own_slot", audition_id=planned.audition_id, slot=mine)


def test_after_a_merge_one_person_stands_once(talent: Talent, mailbox: Mailbox) -> None:
    """What was submitted under the former id is theirs, cannot be submitted anew, and an invitation to it still holds."""
    old, new = somebody(talent), somebody(talent)
    called, inviting = role(talent), role(talent, called=CastingCall("invited", day(10), (old,)))
    before = submitted(talent, called, old).submission_id
    guest = Guest(talent, mailbox, old)
    merge(talent, old, new)
    assert [one["submission_id"] for one in guest.see("list_own_submissions")] == [before]
    with pytest.raises(AlreadySubmitted):
        guest.do("submit_oneself", role_id=called)
    made = guest.do("submit_oneself", role_id=inviting)["submission_id"]
    assert talent.store.submissions.get(made, STUDIO).person_id == new
